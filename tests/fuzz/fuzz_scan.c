/* libFuzzer: what a scanner may send (lib/scan_proof.h: what must hold). */
#include "lib/scan_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	scan_proof(data, size);
	return 0;
}

/* libFuzzer: a label's template (lib/label_proof.h: what must hold). */
#include "lib/label_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	label_proof(data, size);
	return 0;
}

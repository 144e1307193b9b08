/* libFuzzer: what a device that speaks DFU or DfuSe answers (lib/dfu_proof.h: what must hold). */
#include "lib/dfu_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	dfu_proof(data, size);
	return 0;
}

/* libFuzzer: what OpenMV's older bootloader may say, from its configuration on (lib/cdcboot_proof.h). */
#include "lib/cdcboot_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cdcboot_proof(data, size);
	return 0;
}

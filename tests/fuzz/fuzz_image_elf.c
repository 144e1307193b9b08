/* libFuzzer: ELF files (lib/image_proof.h says what must hold). */
#include "lib/image_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	image_proof(data, size, "x.elf");
	return 0;
}

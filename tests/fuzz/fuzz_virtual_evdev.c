/* libFuzzer: a program that asks a scanner's event device anything (lib/evdev_proof.h). */
#include "lib/evdev_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	evdev_proof(data, size);
	return 0;
}

/* libFuzzer: what FTDI's serial engine answers, and through it chips on an I2C bus (lib/i2c_proof.h: what must hold). */
#include "lib/i2c_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	i2c_proof(data, size);
	return 0;
}

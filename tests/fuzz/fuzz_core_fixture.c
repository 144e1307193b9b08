/* libFuzzer: a fixture file (lib/fixture_proof.h: what must hold). */
#include "lib/fixture_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fixture_proof(data, size);
	return 0;
}

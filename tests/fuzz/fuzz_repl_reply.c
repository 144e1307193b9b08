/* libFuzzer: what a board may say on its console (lib/repl_proof.h: what must hold). */
#include "lib/repl_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	repl_proof(data, size);
	return 0;
}

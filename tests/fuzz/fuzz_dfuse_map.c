/* libFuzzer: the memory map in an alternate setting's name (lib/dfu_proof.h: what must hold). */
#include "lib/dfu_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);

	dfuse_map_proof(text);
	return 0;
}

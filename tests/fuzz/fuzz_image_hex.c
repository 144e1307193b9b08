/* libFuzzer: Intel HEX, as it comes and with its checksums right (lib/image_proof.h: what must hold). */
#include "lib/image_made.h"
#include "lib/image_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GString) text = g_string_new_len((const char *)data, (gssize)size);

	image_proof(data, size, "x.hex");
	made_sums(text);
	image_proof(text->str, text->len, "x.hex");
	return 0;
}

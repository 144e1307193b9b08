/* libFuzzer: DfuSe files, as they come and with their CRC right (lib/image_proof.h: what must hold). */
#include "lib/image_made.h"
#include "lib/image_proof.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) file = g_byte_array_new();

	g_byte_array_append(file, data, (guint)size);
	image_proof(data, size, "x.dfu");
	made_crc(file);
	image_proof(file->data, file->len, "x.dfu");
	return 0;
}

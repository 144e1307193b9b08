/* Image files from a disk: regular, and no larger than allowed. */
#include "core/file.h"
#include "core/text.h"
#include "image/image_file.h"

ImageFile *image_file_load(const char *path, guint64 bin_address, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = file_bytes(path, IMAGE_FILE_BYTES_MAX, &failure);
	ImageFileError code;

	if (bytes)
		return image_file_parse(bytes, path, bin_address, error);
	code = g_error_matches(failure, G_FILE_ERROR, G_FILE_ERROR_NOSPC) ? IMAGE_FILE_TOO_MUCH
									  : IMAGE_FILE_IO;
	g_autofree char *clean = text_clean(path, -1);
	g_set_error(error, IMAGE_FILE_ERROR, (gint)code, "%s: %s", clean, failure->message);
	return NULL;
}

/* What the readers of single formats share. */
#include "image/image_parts.h"

#include "core/text.h"

/* The end of what a 32-bit address can name. */
#define ADDRESS_END (G_GUINT64_CONSTANT(1) << 32)

gboolean image_refuse(GError **error, ImageFileError code, gsize offset, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(
		error, IMAGE_FILE_ERROR, code, "offset 0x%" G_GSIZE_MODIFIER "X: %s", offset, what);
	return FALSE;
}

guint image_target_add(ImageFile *file, guint alt, const char *name, gssize name_length)
{
	ImageTarget *target = g_new0(ImageTarget, 1);

	target->alt = alt;
	target->name = name ? text_clean(name, name_length) : NULL;
	g_ptr_array_add(file->targets, target);
	return file->targets->len - 1;
}

gboolean image_segment_add(
	ImageFile *file, guint target, guint64 address, GBytes *bytes, gsize offset, GError **error)
{
	gsize length = g_bytes_get_size(bytes);

	if (!length)
		return image_refuse(error, IMAGE_FILE_FORMAT, offset, "a piece without any bytes");
	if (file->segments->len >= IMAGE_FILE_SEGMENTS_MAX)
		return image_refuse(error, IMAGE_FILE_TOO_MUCH, offset,
			"more than %u separate pieces", IMAGE_FILE_SEGMENTS_MAX);
	if (address >= ADDRESS_END || length > ADDRESS_END - address)
		return image_refuse(error, IMAGE_FILE_WRAP, offset,
			"%" G_GSIZE_FORMAT " bytes at 0x%08" G_GINT64_MODIFIER
			"X pass the end of 32-bit addresses",
			length, address);
	g_ptr_array_add(file->segments, image_segment_new(target, address, bytes, offset));
	return TRUE;
}

ImageSegment *image_segment_new(guint target, guint64 address, GBytes *bytes, gsize offset)
{
	ImageSegment *segment = g_new(ImageSegment, 1);

	*segment = (ImageSegment){target, address, g_bytes_ref(bytes), offset};
	return segment;
}

void image_segment_free(ImageSegment *segment)
{
	g_bytes_unref(segment->bytes);
	g_free(segment);
}

gsize image_segment_length(const ImageSegment *segment)
{
	return g_bytes_get_size(segment->bytes);
}

guint64 image_segment_last(const ImageSegment *segment)
{
	return segment->address + image_segment_length(segment) - 1;
}

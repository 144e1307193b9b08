/*
 * ST's DfuSe files (boards.md section 3.4; all little-endian):
 *
 *   prefix    "DfuSe" 1 size targets
 *   target      "Target" alt named name[255] size elements
 *   element       address size | bytes
 *   ...
 *   suffix    bcdDevice idProduct idVendor 0x011A "UFD" 16 CRC
 *
 * Each size is given twice, by itself and by what it holds; both must agree to the byte.
 */
#include "image/image_parts.h"

#include <string.h>

typedef struct {
	ImageFile *file;
	GBytes *bytes;
	const guint8 *data;
	gsize at, end; /* of what is not read yet, the suffix left out */
} Reader;

/* `length` bytes, or NULL and an error. */
static const guint8 *take(Reader *reader, gsize length, const char *what, GError **error)
{
	const guint8 *here = reader->data + reader->at;

	if (length > reader->end - reader->at) {
		image_refuse(error, IMAGE_FILE_TRUNCATED, reader->at,
			"%s needs %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT " are left", what,
			length, reader->end - reader->at);
		return NULL;
	}
	reader->at += length;
	return here;
}

static gboolean read_element(Reader *reader, guint target, GError **error)
{
	g_autoptr(GBytes) body = NULL;
	const guint8 *head = take(reader, DFUSE_ELEMENT, "an element's head", error);
	gsize begin = reader->at, size;

	if (!head)
		return FALSE;
	size = image_le32(head + 4);
	if (!take(reader, size, "an element", error))
		return FALSE;
	body = g_bytes_new_from_bytes(reader->bytes, begin, size);
	return image_segment_add(reader->file, target, image_le32(head), body, begin, error);
}

static gboolean read_elements(Reader *reader, guint target, guint count, GError **error)
{
	for (guint i = 0; i < count; i++)
		if (!read_element(reader, target, error))
			return FALSE;
	return TRUE;
}

static gboolean read_target(Reader *reader, GError **error)
{
	gsize begin = reader->at, size, body;
	const guint8 *head = take(reader, DFUSE_TARGET, "a target's head", error);
	const char *name;
	guint target;

	if (!head)
		return FALSE;
	if (memcmp(head, "Target", 6))
		return image_refuse(error, IMAGE_FILE_FORMAT, begin,
			"a target has to begin here, with 'Target'");
	name = (const char *)head + DFUSE_NAME_AT;
	size = image_le32(head + DFUSE_NAME_AT + DFUSE_NAME);
	target = image_target_add(reader->file, head[6], image_le32(head + 7) ? name : NULL,
		(gssize)strnlen(name, DFUSE_NAME));
	body = reader->at;
	if (size > reader->end - body)
		return image_refuse(error, IMAGE_FILE_TRUNCATED, begin + 266,
			"a target of %" G_GSIZE_FORMAT " bytes, %" G_GSIZE_FORMAT " are left", size,
			reader->end - body);
	if (!read_elements(reader, target, image_le32(head + 270), error))
		return FALSE;
	if (reader->at - body != size)
		return image_refuse(error, IMAGE_FILE_FORMAT, begin + 266,
			"the target says %" G_GSIZE_FORMAT
			" bytes, its elements have %" G_GSIZE_FORMAT,
			size, reader->at - body);
	return TRUE;
}

static gboolean check_prefix(const guint8 *prefix, gsize end, GError **error)
{
	if (prefix[5] != DFUSE_VERSION)
		return image_refuse(error, IMAGE_FILE_FORMAT, 5, "DfuSe version %u, known is %d",
			prefix[5], DFUSE_VERSION);
	if (image_le32(prefix + 6) != end)
		return image_refuse(error,
			image_le32(prefix + 6) > end ? IMAGE_FILE_TRUNCATED : IMAGE_FILE_FORMAT, 6,
			"the file says it has %u bytes before its suffix, there are "
			"%" G_GSIZE_FORMAT,
			image_le32(prefix + 6), end);
	if (!prefix[10])
		return image_refuse(error, IMAGE_FILE_FORMAT, 10, "it has no target");
	return TRUE;
}

static gboolean check_suffix(const ImageFile *file, GError **error)
{
	gsize begin = file->length - DFU_SUFFIX;

	if (file->suffix.length != DFU_SUFFIX)
		return image_refuse(error, IMAGE_FILE_FORMAT, begin + 11,
			"a DfuSe suffix has %d bytes, this one says %u", DFU_SUFFIX,
			file->suffix.length);
	if (file->suffix.dfu != DFUSE_BCD)
		return image_refuse(error, IMAGE_FILE_FORMAT, begin + 6,
			"a DfuSe suffix says DFU 0x%04X, this one 0x%04X", DFUSE_BCD,
			file->suffix.dfu);
	return TRUE;
}

gboolean image_dfuse_read(ImageFile *file, GBytes *bytes, GError **error)
{
	Reader reader = {file, bytes, g_bytes_get_data(bytes, NULL), 0, 0};
	const guint8 *prefix;

	if (!image_suffix_read(file, bytes, error) || !check_suffix(file, error))
		return FALSE;
	reader.end = file->length - DFU_SUFFIX;
	prefix = take(&reader, DFUSE_PREFIX, "the prefix", error);
	if (!prefix || !check_prefix(prefix, reader.end, error))
		return FALSE;
	for (guint i = 0; i < prefix[10]; i++)
		if (!read_target(&reader, error))
			return FALSE;
	if (reader.at != reader.end)
		return image_refuse(error, IMAGE_FILE_FORMAT, reader.at,
			"%" G_GSIZE_FORMAT " bytes between the last target and the suffix",
			reader.end - reader.at);
	return TRUE;
}

#include "image/image_dfuse_write.h"

#include "image/image_parts.h"

#include <string.h>

static void put(GByteArray *out, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(value >> 8 * i);

		g_byte_array_append(out, &byte, 1);
	}
}

static void put_text(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void put_target(GByteArray *out, guint8 alt, gsize size, guint elements)
{
	guint8 name[DFUSE_NAME] = {0};

	memcpy(name, DFUSE_TARGET_NAME, strlen(DFUSE_TARGET_NAME));
	put_text(out, "Target");
	put(out, alt, 1);
	put(out, TRUE, 4); /* it has a name */
	g_byte_array_append(out, name, DFUSE_NAME);
	put(out, (guint32)size, 4);
	put(out, elements, 4);
}

static void put_element(GByteArray *out, const ImageSegment *segment)
{
	gsize length;
	const guint8 *bytes = g_bytes_get_data(segment->bytes, &length);

	put(out, (guint32)segment->address, 4);
	put(out, (guint32)length, 4);
	g_byte_array_append(out, bytes, (guint)length);
}

static void put_suffix(GByteArray *out, const ImageSuffix *suffix)
{
	put(out, suffix->device, 2);
	put(out, suffix->product, 2);
	put(out, suffix->vendor, 2);
	put(out, DFUSE_BCD, 2);
	put_text(out, "UFD");
	put(out, DFU_SUFFIX, 1);
	put(out, image_dfu_crc(out->data, out->len), 4);
}

/* Of the elements with their heads; 0: refused. */
static gsize check(GPtrArray *segments, GError **error)
{
	gsize size = 0;

	if (segments->len > IMAGE_FILE_SEGMENTS_MAX)
		return image_refuse(error, IMAGE_FILE_TOO_MUCH, 0, "more than %u pieces",
			IMAGE_FILE_SEGMENTS_MAX);
	for (guint i = 0; i < segments->len; i++) {
		const ImageSegment *segment = segments->pdata[i];

		size += DFUSE_ELEMENT + image_segment_length(segment);
		for (guint j = 0; j < i; j++) {
			const ImageSegment *other = segments->pdata[j];

			if (segment->address <= image_segment_last(other) &&
				other->address <= image_segment_last(segment))
				return image_refuse(error, IMAGE_FILE_OVERLAP, segment->offset,
					"0x%08" G_GINT64_MODIFIER
					"X is given by piece %u and by piece %u",
					MAX(segment->address, other->address), j + 1, i + 1);
		}
	}
	if (size && size <= IMAGE_FILE_BYTES_MAX - DFUSE_PREFIX - DFUSE_TARGET - DFU_SUFFIX)
		return size;
	return image_refuse(error, size ? IMAGE_FILE_TOO_MUCH : IMAGE_FILE_FORMAT, 0,
		"%" G_GSIZE_FORMAT " bytes in all; 1 to %u are allowed", size,
		IMAGE_FILE_BYTES_MAX);
}

GBytes *image_dfuse_write(
	guint8 alt, GPtrArray *segments, const ImageSuffix *suffix, GError **error)
{
	gsize size = check(segments, error);
	GByteArray *out;

	if (!size)
		return NULL;
	out = g_byte_array_new();
	put_text(out, "DfuSe");
	put(out, DFUSE_VERSION, 1);
	put(out, (guint32)(DFUSE_PREFIX + DFUSE_TARGET + size), 4);
	put(out, 1, 1);
	put_target(out, alt, size, segments->len);
	for (guint i = 0; i < segments->len; i++)
		put_element(out, segments->pdata[i]);
	put_suffix(out, suffix);
	return g_byte_array_free_to_bytes(out);
}

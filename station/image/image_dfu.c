/* The DFU suffix: 16 bytes or more at the end of a file, the last four a CRC of all before them. */
#include "image/image_parts.h"

#include <string.h>

/* Four bits at a time: small enough to be written down, fast enough for 96 MiB. */
static const guint32 crc_table[16] = {0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190,
	0x6B6B51F4, 0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
	0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C};

guint32 image_dfu_crc(const guint8 *bytes, gsize length)
{
	guint32 crc = 0xFFFFFFFF;

	for (gsize i = 0; i < length; i++) {
		crc ^= bytes[i];
		crc = crc >> 4 ^ crc_table[crc & 15];
		crc = crc >> 4 ^ crc_table[crc & 15];
	}
	return crc;
}

/*   -16        -14        -12       -10      -8     -5       -4
 *    | bcdDevice | idProduct | idVendor | bcdDFU | "UFD" | bLength | dwCRC |   */
gboolean image_suffix_seen(GBytes *bytes)
{
	gsize length;
	const guint8 *at = g_bytes_get_data(bytes, &length);

	return length >= DFU_SUFFIX && !memcmp(at + length - 8, "UFD", 3);
}

gboolean image_suffix_read(ImageFile *file, GBytes *bytes, GError **error)
{
	gsize length;
	const guint8 *at = g_bytes_get_data(bytes, &length), *suffix;
	guint32 crc;

	if (!image_suffix_seen(bytes))
		return image_refuse(error, IMAGE_FILE_TRUNCATED, length,
			"the file ends without a DFU suffix ('UFD'): it is cut");
	suffix = at + length - DFU_SUFFIX;
	file->suffix =
		(ImageSuffix){image_le16(suffix), image_le16(suffix + 2), image_le16(suffix + 4),
			image_le16(suffix + 6), image_le32(suffix + 12), suffix[11]};
	crc = image_dfu_crc(at, length - 4);
	if (crc != file->suffix.crc)
		return image_refuse(error, IMAGE_FILE_CHECKSUM, length - 4,
			"the DFU suffix says CRC 0x%08X, the file has 0x%08X: it is damaged",
			file->suffix.crc, crc);
	if (file->suffix.length < DFU_SUFFIX || file->suffix.length > length)
		return image_refuse(error, IMAGE_FILE_FORMAT, length - 5,
			"a DFU suffix of %u bytes in a file of %" G_GSIZE_FORMAT,
			file->suffix.length, length);
	file->has_suffix = TRUE;
	return TRUE;
}

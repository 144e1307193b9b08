/* What the readers of single formats share: for station/image only. */
#pragma once

#include "image/image_file.h"

/* Sets "offset 0x1A: ..." and returns FALSE. */
gboolean image_refuse(GError **error, ImageFileError code, gsize offset, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

guint image_target_add(ImageFile *file, guint alt, const char *name, gssize name_length);
/* Adds what is neither empty, nor too much, nor past 2^32; anything else is refused. */
gboolean image_segment_add(ImageFile *file, guint target, guint64 address, GBytes *bytes,
	gsize offset, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Each fills targets and segments from the whole file (suffix: as below). */
gboolean image_hex_read(ImageFile *file, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean image_elf_read(ImageFile *file, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean image_dfuse_read(ImageFile *file, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the file ends like one with a DFU suffix; and that suffix, its CRC proven. */
gboolean image_suffix_seen(GBytes *bytes);
gboolean image_suffix_read(
	ImageFile *file, GBytes *bytes, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* boards.md section 3.4: reflected 0xEDB88320, begun with all ones, no final XOR. */
guint32 image_dfu_crc(const guint8 *bytes, gsize length);

static inline guint16 image_le16(const guint8 *at)
{
	return (guint16)(at[0] | at[1] << 8);
}

static inline guint32 image_le32(const guint8 *at)
{
	return image_le16(at) | (guint32)image_le16(at + 2) << 16;
}

/* Sizes of the parts of a DfuSe file (boards.md section 3.4). */
enum {
	DFUSE_PREFIX = 11,
	DFUSE_TARGET = 274,
	DFUSE_NAME_AT = 11,
	DFUSE_NAME = 255,
	DFUSE_ELEMENT = 8,
	DFU_SUFFIX = 16,
	DFUSE_VERSION = 1,
	DFUSE_BCD = 0x011A,
};

#include "image/image_map.h"

#include "image/image_parts.h"

#include <string.h>

/* boards.md section 1.3, from firmware v4.7 on. */
static const ImageRegion openmv_h7[] = {
	{"bootloader", 0x08000000, 0x20000, NULL},
	{"filesystem", 0x08020000, 0x20000, "the flash drive, with the user's files"},
	{"firmware", 0x08040000, 0x1A0000, NULL},
	{"romfs", 0x081E0000, 0x20000, NULL},
};

static const ImageRegion openmv_h7plus[] = {
	{"bootloader", 0x08000000, 0x20000, NULL},
	{"filesystem", 0x08020000, 0x20000, "unused: the drive is in QSPI flash"},
	{"firmware", 0x08040000, 0x1C0000, NULL},
	{"qspi-drive", 0x90000000, 0x1800000, "the flash drive, with the user's files"},
	{"romfs", 0x91800000, 0x800000, NULL},
};

static const ImageMap maps[] = {
	{"openmv-h7", openmv_h7, G_N_ELEMENTS(openmv_h7)},
	{"openmv-h7plus", openmv_h7plus, G_N_ELEMENTS(openmv_h7plus)},
};
const char *const image_map_boards[] = {"openmv-h7", "openmv-h7plus", NULL};

const ImageMap *image_map_find(const char *board)
{
	for (gsize i = 0; i < G_N_ELEMENTS(maps); i++)
		if (!strcmp(maps[i].board, board))
			return &maps[i];
	return NULL;
}

static const ImageRegion *region_at(const ImageRegion *regions, guint count, guint64 address)
{
	for (guint i = 0; i < count; i++)
		if (address >= regions[i].address &&
			address - regions[i].address < regions[i].length)
			return &regions[i];
	return NULL;
}

static gboolean check_segment(
	const ImageSegment *segment, const ImageRegion *regions, guint count, GError **error)
{
	guint64 at = segment->address, end = image_segment_last(segment) + 1;

	while (at < end) {
		const ImageRegion *region = region_at(regions, count, at);

		if (!region)
			return image_refuse(error, IMAGE_FILE_OUTSIDE, segment->offset,
				"of the bytes for 0x%08" G_GINT64_MODIFIER
				"X to 0x%08" G_GINT64_MODIFIER
				"X, those from 0x%08" G_GINT64_MODIFIER
				"X on are outside of the flash map",
				segment->address, end - 1, at);
		at = region->address + region->length;
	}
	return TRUE;
}

gboolean image_map_check(
	const ImageFile *file, const ImageRegion *regions, guint count, GError **error)
{
	for (guint i = 0; i < file->segments->len; i++)
		if (!check_segment(file->segments->pdata[i], regions, count, error))
			return FALSE;
	return TRUE;
}

guint64 image_map_bytes(const ImageFile *file, const ImageRegion *region)
{
	guint64 sum = 0;

	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		guint64 begin = MAX(segment->address, region->address);
		guint64 end =
			MIN(image_segment_last(segment) + 1, region->address + region->length);

		sum += end > begin ? end - begin : 0;
	}
	return sum;
}

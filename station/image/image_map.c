#include "image/image_map.h"

#include "image/image_parts.h"

static const BoardRegion *region_at(const BoardRegion *regions, guint count, guint64 address)
{
	for (guint i = 0; i < count; i++)
		if (address >= regions[i].address &&
			address - regions[i].address < regions[i].length)
			return &regions[i];
	return NULL;
}

static gboolean check_segment(
	const ImageSegment *segment, const BoardRegion *regions, guint count, GError **error)
{
	guint64 at = segment->address, end = image_segment_last(segment) + 1;

	while (at < end) {
		const BoardRegion *region = region_at(regions, count, at);

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
	const ImageFile *file, const BoardRegion *regions, guint count, GError **error)
{
	for (guint i = 0; i < file->segments->len; i++)
		if (!check_segment(file->segments->pdata[i], regions, count, error))
			return FALSE;
	return TRUE;
}

guint64 image_map_bytes(const ImageFile *file, const BoardRegion *region)
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

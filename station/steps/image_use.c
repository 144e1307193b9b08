#include "steps/image_use.h"

#include "core/failure.h"
#include "image/image_map.h"

#include <string.h>

enum { FLAT_MAX = 32 << 20 }; /* the QSPI flash of an H7 Plus (boards.md section 1.3) */

/* A raw image lies where the recipe says; of the others the recipe may say where they begin. */
static ImageFile *parse(const Image *image, GBytes *bytes, GError **error)
{
	g_autoptr(GError) failure = NULL;
	ImageFile *file = image_file_parse(bytes, image->path, IMAGE_FILE_NO_ADDRESS, &failure);

	if (file)
		return file;
	if (image->address && g_error_matches(failure, IMAGE_FILE_ERROR, IMAGE_FILE_ADDRESS))
		return image_file_parse(bytes, image->path, image->address, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

static gboolean check_whole(const Image *image, const ImageFile *file, GError **error)
{
	const ImageSegment *first = file->segments->pdata[0];

	if (file->targets->len > 1)
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED,
			"image '%s' has %u targets: make one file of each", image->name,
			file->targets->len);
	else if (image->address && first->address != image->address)
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED,
			"image '%s' begins at 0x%08" G_GINT64_MODIFIER
			"X, the recipe says 0x%08" G_GINT64_MODIFIER "X",
			image->name, first->address, image->address);
	else
		return TRUE;
	return FALSE;
}

ImageFile *image_use_open(const Image *image, GError **error)
{
	g_autoptr(GBytes) bytes = image_bytes(image, error);
	g_autoptr(GError) failure = NULL;
	g_autoptr(ImageFile) file = NULL;

	if (!bytes)
		return NULL;
	file = parse(image, bytes, &failure);
	if (!file) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED, "image '%s': %s", image->name,
			failure->message);
		return NULL;
	}
	return check_whole(image, file, error) ? g_steal_pointer(&file) : NULL;
}

GBytes *image_use_flat(const ImageFile *file, guint64 *address, GError **error)
{
	const ImageSegment *first = file->segments->pdata[0];
	const ImageSegment *last = file->segments->pdata[file->segments->len - 1];
	guint64 length = image_segment_last(last) + 1 - first->address;
	guint8 *bytes;

	if (length > FLAT_MAX) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED,
			"its bytes lie up to %" G_GUINT64_FORMAT " apart, %d is the most", length,
			FLAT_MAX);
		return NULL;
	}
	bytes = memset(g_malloc(length), 0xFF, length);
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];

		memcpy(bytes + (segment->address - first->address),
			g_bytes_get_data(segment->bytes, NULL), image_segment_length(segment));
	}
	*address = first->address;
	return g_bytes_new_take(bytes, length);
}

/* ---- may it be written? ------------------------------------------------------------------------ */

const BoardRegion *image_use_kept(const Recipe *recipe, guint64 address, guint64 length)
{
	guint64 last = address + length - 1, sector = board_sector_size(address);
	guint64 begin = address - address % sector;
	guint64 end = last - last % board_sector_size(last) + board_sector_size(last);

	for (guint i = 0; i < recipe->keep->len; i++) {
		const BoardRegion *region = recipe->keep->pdata[i];

		if (begin < region->address + region->length && region->address < end)
			return region;
	}
	return NULL;
}

/* What ST's programmer and `dfu-util` do with openmv.bin: one image from the bootloader to the
 * firmware, padded, with the drive in between (boards.md section 1.3). */
static gboolean check_kept(
	const Image *image, const ImageFile *file, const Recipe *recipe, Problems *problems)
{
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		const BoardRegion *region =
			image_use_kept(recipe, segment->address, image_segment_length(segment));

		if (!region)
			continue;
		problems_add(problems, image->place,
			"image '%s' (0x%08" G_GINT64_MODIFIER "X to 0x%08" G_GINT64_MODIFIER
			"X) would erase '%s' at 0x%08" G_GINT64_MODIFIER
			"X%s%s, which this recipe keeps: "
			"write what lies before and behind it as images of their own, or give it "
			"up with 'keep: []'",
			image->name, segment->address, image_segment_last(segment), region->name,
			region->address, region->note ? ", " : "",
			region->note ? region->note : "");
		return FALSE;
	}
	return TRUE;
}

static gboolean check_map(
	const Image *image, const ImageFile *file, const Recipe *recipe, Problems *problems)
{
	const BoardProfile *board = recipe->board;
	g_autoptr(GError) error = NULL;

	if (!board || image_map_check(file, board->regions, board->count, &error))
		return TRUE;
	problems_add(problems, image->place, "image '%s' is not for %s: %s", image->name,
		board->name, error->message);
	return FALSE;
}

gboolean image_use_check_one(const Image *image, const Recipe *recipe, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ImageFile) file = NULL;

	/* A name that is not there has been noted by the reader. */
	if (!image || !image->path)
		return FALSE;
	file = image_use_open(image, &error);
	if (!file) {
		problems_add(problems, image->place, "%s", error->message);
		return FALSE;
	}
	return check_map(image, file, recipe, problems) &&
	       check_kept(image, file, recipe, problems);
}

gboolean image_use_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	return image_use_check_one(
		recipe_image(recipe, step_text(step, "image")), recipe, problems);
}

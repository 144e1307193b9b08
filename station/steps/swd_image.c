#include "steps/swd_image.h"

#include "steps/image_use.h"

#include <math.h>
#include <string.h>

typedef struct {
	guint64 address;
	GByteArray *bytes;
} Run;

static void run_free(gpointer data)
{
	Run *run = data;
	g_byte_array_unref(run->bytes);
	g_free(run);
}

static guint64 sector_of(guint64 address)
{
	return address / CHIP_SECTOR;
}

static gboolean shares_sector(const Run *run, const ImageSegment *segment)
{
	return sector_of(run->address + run->bytes->len - 1) == sector_of(segment->address);
}

static void append(Run *run, const ImageSegment *segment)
{
	guint before = run->bytes->len;
	guint offset = (guint)(segment->address - run->address);
	gsize length = 0;
	const guint8 *bytes = g_bytes_get_data(segment->bytes, &length);
	g_byte_array_set_size(run->bytes, offset);
	if (offset > before)
		memset(run->bytes->data + before, 0xFF, offset - before);
	g_byte_array_append(run->bytes, bytes, (guint)length);
}

/* Segments stand by address, and none overlaps another (image_use.h: one target). */
static GPtrArray *runs_of(const ImageFile *file)
{
	GPtrArray *runs = g_ptr_array_new_with_free_func(run_free);
	Run *run = NULL;
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		if (run == NULL || !shares_sector(run, segment)) {
			run = g_new(Run, 1);
			*run = (Run){segment->address, g_byte_array_new()};
			g_ptr_array_add(runs, run);
		}
		append(run, segment);
	}
	return runs;
}

gboolean swd_image_same(
	Job *job, Openocd *openocd, const ImageFile *file, guint *same, GError **error)
{
	g_autoptr(GPtrArray) runs = runs_of(file);
	*same = 0;
	for (guint i = 0; i < runs->len; i++) {
		const Run *run = runs->pdata[i];
		guint found = 0;
		if (!openocd_same(openocd, (guint32)run->address, run->bytes->data, run->bytes->len,
			    &found, &job->watch, error))
			return FALSE;
		*same |= found;
	}
	job_value(job, "swd.same_sectors", __builtin_popcount(*same), "sectors", NAN, NAN);
	return TRUE;
}

gboolean swd_image_program(
	Job *job, Openocd *openocd, const ImageFile *file, guint skip, GError **error)
{
	g_autoptr(GPtrArray) runs = runs_of(file);
	for (guint i = 0; i < runs->len; i++) {
		const Run *run = runs->pdata[i];
		swd_forget(job, run->address, run->bytes->len);
		if (!openocd_program(openocd, (guint32)run->address, run->bytes->data,
			    run->bytes->len, skip, &job->watch, error))
			return FALSE;
	}
	return TRUE;
}

gboolean swd_image_verify(Job *job, Openocd *openocd, const ImageFile *file, GError **error)
{
	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		gsize length = 0;
		const guint8 *bytes = g_bytes_get_data(segment->bytes, &length);
		if (!openocd_verify(
			    openocd, (guint32)segment->address, bytes, length, &job->watch, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- before any board is touched --------------------------------------------------------------- */

static gboolean refuse(const Image *image, guint64 address, gboolean aligned, Problems *problems)
{
	problems_add(problems, image->place,
		"image '%s' has bytes from 0x%08" G_GINT64_MODIFIER
		"X on: over SWD they must lie in the chip's own flash, 0x08000000 to 0x081FFFFF%s",
		image->name, address,
		aligned ? ", and begin where one of its sectors of 128 KiB does" : "");
	return FALSE;
}

static gboolean check(const Step *step, const Recipe *recipe, gboolean aligned, Problems *problems)
{
	const Image *image = recipe_image(recipe, step_text(step, "image"));
	gboolean (*fits)(guint64, guint64) = aligned ? openocd_fits : openocd_in_flash;
	/* A template's image has no file yet, but may have a place. */
	if (image != NULL && image->path == NULL)
		return image->address == 0 || fits(image->address, MAX(image->size_max, 1)) ||
		       refuse(image, image->address, aligned, problems);
	if (!image_use_check(step, recipe, problems))
		return FALSE;
	g_autoptr(ImageFile) file = image_use_open(image, NULL);
	g_return_val_if_fail(file != NULL, FALSE);
	g_autoptr(GPtrArray) runs = runs_of(file);
	for (guint i = 0; i < runs->len; i++) {
		const Run *run = runs->pdata[i];
		if (!fits(run->address, run->bytes->len))
			return refuse(image, run->address, aligned, problems);
	}
	return TRUE;
}

gboolean swd_image_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	return check(step, recipe, FALSE, problems);
}

gboolean swd_image_check_runs(const Step *step, const Recipe *recipe, Problems *problems)
{
	return check(step, recipe, TRUE, problems);
}

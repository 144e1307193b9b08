#include "core/failure.h"
#include "steps/dfuse_ways.h"
#include "steps/image_use.h"
#include "steps/kinds.h"
#include "steps/swd.h"

#include <string.h>

enum { LEFT_MS = 70000 }; /* a read unprotect erases everything before the chip is reset */

typedef struct {
	guint32 address;
	gsize length;
	GArray *sectors; /* result: of DfuseSector */
} Range;

/* ---- what is erased -------------------------------------------------------------------------- */

static gboolean fits(Dfuse *engine, gpointer data, GError **error)
{
	Range *range = data;

	g_array_set_size(range->sectors, 0);
	return dfuse_sectors(engine, range->address, range->length, range->sectors, error);
}

/* All that the map lets erase. */
static gboolean fits_all(Dfuse *engine, gpointer data, GError **error)
{
	Range *range = data;

	g_array_set_size(range->sectors, 0);
	for (guint i = 0; i < engine->map.regions; i++) {
		const DfuseRegion *region = &engine->map.region[i];

		if (region->access & DFUSE_ERASE &&
			!dfuse_sectors(engine, region->address, (gsize)region->size * region->count,
				range->sectors, error))
			return FALSE;
	}
	if (range->sectors->len)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DFU_NO_ALT, "nothing in it can be erased");
	return FALSE;
}

/* FALSE: neither a region nor an address is named. */
static gboolean range_of(const Step *step, const Recipe *recipe, Range *range)
{
	const BoardRegion *region =
		recipe->board && node_text(step->args, "region")
			? board_profile_region(recipe->board, step_text(step, "region"))
			: NULL;

	if (region) {
		range->address = (guint32)region->address;
		range->length = region->length;
		return TRUE;
	}
	range->address = (guint32)step_int(step, "address");
	range->length = (gsize)step_int(step, "size");
	return node_text(step->args, "address") != NULL;
}

/* ---- doing it -------------------------------------------------------------------------------- */

static gboolean unprotect(Job *job, DfuseDevice *device, GError **error)
{
	gboolean left;

	if (!watch_erase_begin(&job->watch, LEFT_MS, error))
		return FALSE;
	left = dfuse_read_unprotect(&device->engine, error) &&
	       job_await_left(job, LEFT_MS, FAILURE_STEP_DEADLINE, error);
	watch_erase_end(&job->watch);
	if (!left)
		return FALSE;
	job->started_us = g_get_monotonic_time();
	job_note(job, "the read protection is lifted, all of flash erased");
	return TRUE;
}

static gboolean erase(
	Job *job, const Step *step, DfuseDevice *device, const Range *range, GError **error)
{
	const DfuseSector *sectors = (const DfuseSector *)(gpointer)range->sectors->data;
	guint count = range->sectors->len;

	for (guint i = 0; i < count; i++)
		swd_forget(job, sectors[i].address, sectors[i].size);
	if (step_bool(step, "mass"))
		return dfuse_ways_erase_all(job, step, device, sectors, count, error);
	if (!dfuse_ways_erase(job, step, device, sectors, count, error))
		return FALSE;
	for (guint i = 0; i < count; i++)
		if (!dfuse_blank(&device->engine, sectors[i].address, sectors[i].size, error))
			return FALSE;
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_auto(DfuseDevice) device = {0};
	g_autoptr(GArray) sectors = g_array_new(FALSE, FALSE, sizeof(DfuseSector));
	gboolean open = step_bool(step, "unprotect");
	Range range = {.sectors = sectors};
	DfuseFits wanted = range_of(step, job->recipe, &range) ? fits : fits_all;

	return (dfuse_device_open(
			job, step, step_text(step, "alt"), wanted, &range, &device, error) &&
		       (open ? unprotect(job, &device, error)
			     : erase(job, step, &device, &range, error))) ||
	       dfuse_device_failed(job, &device, error);
}

/* ---- what contradicts itself ----------------------------------------------------------------- */

static void check_range(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *name = node_get(step->args, "region");
	const BoardRegion *kept;
	Range range = {0};

	if (name && (!recipe->board || !board_profile_region(recipe->board, name->text))) {
		problems_add(problems, name->place,
			recipe->board ? "%s has no region '%s'"
				      : "%s'region' needs 'board': whose region is '%s'?",
			recipe->board ? recipe->board->name : "", name->text);
		return;
	}
	if (!range_of(step, recipe, &range) || !range.length)
		return;
	kept = image_use_kept(recipe, range.address, range.length);
	if (kept)
		problems_add(problems, step->args->place,
			"'%s' would erase '%s'%s%s, which this recipe keeps: give it up with "
			"'keep: []'",
			step->id, kept->name, kept->note ? ", " : "", kept->note ? kept->note : "");
}

static gboolean closes(const Step *step)
{
	return step_bool(step, "unprotect");
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	Place place = step->args->place;
	guint named = step_bool(step, "mass") + step_bool(step, "unprotect") +
		      !!node_get(step->args, "region") + !!node_get(step->args, "address");

	bootloader_check(step, recipe, problems);
	if (named != 1)
		problems_add(problems, place,
			"what to erase: one of 'region', 'address', 'mass: true', "
			"'unprotect: true'");
	if (!node_get(step->args, "address") != !node_get(step->args, "size"))
		problems_add(problems, place, "'address' and 'size' belong together");
	if (step_bool(step, "mass"))
		dfuse_ways_check_all(step, recipe, "a mass erase", place, problems);
	if (step_bool(step, "unprotect"))
		dfuse_ways_check_all(step, recipe, "lifting the read protection", place, problems);
	check_range(step, recipe, problems);
	dfuse_ways_check(step, recipe, problems);
	if (dfuse_ways_has(step, "swd") || dfuse_ways_has(step, "mass-erase"))
		problems_add(problems, place,
			"this step erases by 'page-erase' and 'clear-status' only, or all with "
			"'mass: true'");
}

static const Field fields[] = {
	{"region", FIELD_TEXT, .help = "a region of the recipe's board, such as firmware"},
	{"address", FIELD_INT, FALSE, 0, 0xFFFFFFFF,
		.help = "the first address; the whole sectors around are erased"},
	{"size", FIELD_SIZE, FALSE, 1, 64 << 20, .help = "how many bytes from there"},
	{"mass", FIELD_BOOL, .fallback = "false", .help = "true erases everything at once"},
	{"unprotect", FIELD_BOOL, .fallback = "false",
		.help = "true lifts the chip's read protection, which erases everything; the "
			"device "
			"then starts anew"},
	DFUSE_ALT_FIELD,
	DFUSE_WAYS_FIELD,
	DFUSE_SECTOR_ERASE_FIELD,
	{NULL},
};

const StepKind step_dfuse_erase = {
	.name = "dfuse.erase",
	.summary = "Erases flash through a DfuSe bootloader that a usb.await before it has found, "
		   "and reads that it is blank.",
	.fields = fields,
	.deadline_ms = 240000,
	.stall_ms = 70000, /* as dfuse.download */
	.destructive = TRUE,
	.closes = closes,
	.check = check,
	.run = run,
};

#include "core/failure.h"
#include "link/dfuse_plan.h"
#include "steps/dfuse_ways.h"
#include "steps/image_use.h"
#include "steps/kinds.h"
#include "steps/swd_image.h"
#include "steps/verify.h"

#include <math.h>

/* From a reset to the ROM's USB it takes 50 ms and an enumeration. */
#define RETURN_US (5 * G_USEC_PER_SEC)

static DfusePlan *plan_of(const ImageFile *file, GError **error)
{
	g_autoptr(DfusePlan) plan = dfuse_plan_new();

	for (guint i = 0; i < file->segments->len; i++) {
		const ImageSegment *segment = file->segments->pdata[i];
		gsize length;
		const guint8 *data = g_bytes_get_data(segment->bytes, &length);

		if (!dfuse_plan_add(plan, (guint32)segment->address, data, length, error))
			return NULL;
	}
	return g_steal_pointer(&plan);
}

/* One image on its way into the flash. */
typedef struct {
	Job *job;
	const Step *step;
	const Image *image;
	const ImageFile *file;
	DfusePlan *all;
	DfusePlan *rest; /* without what is there already */
	DfuseDevice device;
} Download;

static gboolean fits(Dfuse *engine, gpointer data, GError **error)
{
	const Download *download = data;

	return dfuse_plan_check(download->all, engine, error) &&
	       dfuse_plan_check(download->rest, engine, error);
}

/* Does one part and records how long it took. */
static gboolean timed(Download *download, const char *name, const DfusePlan *plan,
	gboolean (*part)(Dfuse *, const DfuseRange *, guint, GError **), GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	guint count;
	const DfuseRange *ranges = dfuse_plan_ranges(plan, &count);

	if (!part(&download->device.engine, ranges, count, error))
		return FALSE;
	job_value(download->job, name, (g_get_monotonic_time() - begin_us) / 1e3, "ms", NAN, NAN);
	return TRUE;
}

/* ---- what is there already ------------------------------------------------------------------- */

/*
 * What swd.compare found, the bootloader has to agree with, by the first bytes of each sector: the probe
 * of this slot may be on another board than its USB port.
 */
static gboolean skip_known(Download *download, GError **error)
{
	Dfuse *engine = &download->device.engine;
	guint known = swd_known(download->job, download->image), count;
	const DfuseSector *sectors = dfuse_plan_sectors(download->all, &count);

	for (guint i = 0; i < count; i++) {
		g_autoptr(GError) failure = NULL;

		if (!openocd_in_flash(sectors[i].address, sectors[i].size) ||
			~known & openocd_sectors(sectors[i].address, sectors[i].size))
			continue;
		if (dfuse_plan_agrees(download->all, engine, &sectors[i], &failure)) {
			dfuse_plan_skip(download->rest, &sectors[i]);
		} else if (!g_error_matches(failure, FAILURE, FAILURE_FLASH_VERIFY)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
	}
	return TRUE;
}

static void forget(Download *download)
{
	guint count;
	const DfuseRange *ranges = dfuse_plan_ranges(download->rest, &count);

	for (guint i = 0; i < count; i++)
		swd_forget(download->job, ranges[i].address, ranges[i].length);
}

/* ---- writing, and the proof ------------------------------------------------------------------ */

/* Where nothing was written, the CRCs of swd.compare stand. */
static gboolean verify(Download *download, GError **error)
{
	gboolean written = dfuse_plan_bytes(download->rest) > 0;
	Verify how = verify_of(download->step);

	if (how == VERIFY_NONE)
		job_note(download->job, "image '%s' was not verified: the recipe says so",
			download->image->name);
	if (how & VERIFY_READBACK && written &&
		!timed(download, "dfu.verify_ms", download->all, dfuse_compare, error))
		return FALSE;
	return !(how & VERIFY_SWD) || verify_over_swd(download->job, download->file, error);
}

/* Reset with BOOT0 as it was: the bootloader comes back for the steps that follow. */
static void reopen(Job *job, UsbId id)
{
	g_autoptr(GError) error = NULL;
	Usb *usb = job_usb(job, &error);
	Watch watch = job->watch;

	watch.deadline_us = MIN(watch.deadline_us, g_get_monotonic_time() + RETURN_US);
	job->device = usb ? usb_await(usb, job->slot->usb, id, &watch, &error) : NULL;
	if (!job->device)
		job_note(job, "the bootloader did not come back: %s", error->message);
}

/* Where the bootloader cannot erase, the recipe may allow to do without it. */
static gboolean by_probe(Download *download, GError **failure, GError **error)
{
	Job *job = download->job;
	Openocd *openocd;
	UsbId id;

	if (!dfuse_ways_has(download->step, "swd") || !dfuse_ways_may_help(*failure)) {
		g_propagate_error(error, g_steal_pointer(failure));
		return FALSE;
	}
	job_note(job, "%s; next: swd", (*failure)->message);
	job_text(job, "dfu.erase_by", "swd");
	id = usb_id(job->device);
	openocd = swd_halt(job, error);
	if (!openocd || !swd_image_program(job, openocd, download->file, 0, error) ||
		!swd_run(job, error))
		return FALSE;
	reopen(job, id);
	return TRUE;
}

static gboolean write_image(Download *download, GError **error)
{
	gboolean skips = step_bool(download->step, "skip-identical");
	g_autoptr(GError) failure = NULL;
	const DfuseSector *sectors;
	gsize bytes;
	guint count;

	if (skips && !skip_known(download, error))
		return FALSE;
	forget(download);
	bytes = dfuse_plan_bytes(download->rest);
	sectors = dfuse_plan_sectors(download->rest, &count);
	if (!dfuse_ways_erase(
		    download->job, download->step, &download->device, sectors, count, &failure))
		return by_probe(download, &failure, error);
	if (!timed(download, "dfu.write_ms", download->rest, dfuse_write, error))
		return FALSE;
	job_value(download->job, "dfu.bytes", (double)bytes, "B", NAN, NAN);
	if (skips)
		job_value(download->job, "dfu.skipped",
			(double)(dfuse_plan_bytes(download->all) - bytes), "B", NAN, NAN);
	return verify(download, error);
}

static gboolean open_and_write(Download *download, GError **error)
{
	Job *job = download->job;
	g_autofree char *name = g_strdup_printf("image.%s", download->image->name);

	job_text(job, name, download->image->sha256);
	return (dfuse_device_open(job, download->step, step_text(download->step, "alt"), fits,
			download, &download->device, error) &&
		       write_image(download, error)) ||
	       dfuse_device_failed(job, &download->device, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	Download download = {.job = job, .step = step, .image = image};
	g_autoptr(DfusePlan) all = NULL, rest = NULL;
	g_autoptr(ImageFile) file = NULL;
	gboolean done;

	g_return_val_if_fail(image != NULL, FALSE);
	download.file = file = image_use_open(image, error);
	download.all = all = file ? plan_of(file, error) : NULL;
	download.rest = rest = all ? plan_of(file, error) : NULL;
	if (!rest)
		return FALSE;
	done = open_and_write(&download, error);
	dfuse_device_clear(&download.device);
	return done;
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	bootloader_check(step, recipe, problems);
	if (image_use_check(step, recipe, problems)) {
		verify_check(step, recipe, problems);
		if (dfuse_ways_has(step, "swd"))
			(void)swd_image_check_runs(step, recipe, problems);
	}
	if (step_bool(step, "skip-identical"))
		swd_check_compared(step, recipe, problems);
	dfuse_ways_check(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE,
		.help = "one of the names in 'images'; every byte of it has an address"},
	DFUSE_ALT_FIELD,
	DFUSE_WAYS_FIELD,
	DFUSE_SECTOR_ERASE_FIELD,
	VERIFY_FIELD,
	{"skip-identical", FIELD_BOOL, .fallback = "false",
		.help = "true leaves sectors alone that a swd.compare before it has found to hold "
			"the image; if that is all of it, nothing is read back either"},
	{NULL},
};

const StepKind step_dfuse_download = {
	.name = "dfuse.download",
	.summary = "Writes an image through a DfuSe bootloader, such as the one in ST's ROM, which "
		   "a usb.await before it has found: erases the sectors that the image covers and "
		   "no others, writes, and compares.",
	.fields = fields,
	/* 2 MiB are 16 sectors: 64 s of erasing at their slowest, 22 s of blank proof and
	 * programming, and the bus (boards.md sections 4.7 and 5); or a mass erase of 64 s at most. */
	.deadline_ms = 240000,
	/* Every request has a bound of its own, of seconds; but a mass erase gives no sign of life, and
	 * takes as long as sixteen sectors at their slowest. */
	.stall_ms = 70000,
	.destructive = TRUE,
	.closes = verify_halts,
	.check = check,
	.run = run,
};

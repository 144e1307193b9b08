#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/image_use.h"
#include "steps/kinds.h"
#include "steps/swd.h"
#include "steps/verify.h"

#include <math.h>
#include <string.h>

/* Never by number: which partition has which differs by product and version (boards.md section 1.5). */
static gboolean find_alt(Job *job, const Dfu *dfu, const char *name, guint8 *alt, GError **error)
{
	g_autoptr(GString) seen = g_string_new(NULL);
	gboolean told = TRUE;

	for (guint i = 0; i < dfu->descriptor.alt_count; i++) {
		g_autofree char *text = usb_string(job->device, dfu->descriptor.alt_string[i]);

		if (text && strcmp(text, name) == 0) {
			*alt = (guint8)i;
			return TRUE;
		}
		told = told && (text || !dfu->descriptor.alt_string[i]);
		g_string_append_printf(seen, "%s%s", i ? ", " : "", text ? text : "(no name)");
	}
	/* A device that has names and does not tell them may be on its way out of the slot: no proof against it. */
	g_set_error(error, FAILURE, told ? FAILURE_DFU_NO_ALT : FAILURE_USB_TRANSFER,
		"the bootloader has no '%s', but %s", name, seen->str);
	return FALSE;
}

/* One image on its way into one partition. */
typedef struct {
	Job *job;
	const Step *step;
	const Image *image;
	const ImageFile *file;
	const guint8 *bytes; /* all of it as one run, from `address` on */
	gsize length;
	guint64 address;
	Dfu dfu;
} Download;

static gboolean open_partition(Download *download, GError **error)
{
	Dfu *dfu = &download->dfu;
	guint8 alt;

	if (!bootloader_hold(download->job, dfu, error) ||
		!find_alt(download->job, dfu, step_text(download->step, "alt"), &alt, error) ||
		!bootloader_select(dfu, alt, error) || !dfu_idle(dfu, error))
		return FALSE;
	dfu->base = (guint32)download->address;
	return TRUE;
}

/* Does one part and records how long it took. */
static gboolean timed(Download *download, const char *name,
	gboolean (*part)(Dfu *, const guint8 *, gsize, GError **), GError **error)
{
	gint64 begin_us = g_get_monotonic_time();

	if (!part(&download->dfu, download->bytes, download->length, error))
		return FALSE;
	job_value(download->job, name, (g_get_monotonic_time() - begin_us) / 1e3, "ms", NAN, NAN);
	return TRUE;
}

/* Tells the engine, which counts sectors from block 0 on, what swd.compare found. */
static gboolean skip_known(Download *download, GError **error)
{
	guint known = swd_known(download->job, download->image);
	guint64 first = download->address / CHIP_SECTOR % CHIP_SECTORS;

	if (!step_bool(download->step, "skip-identical") || download->address % CHIP_SECTOR != 0)
		known = 0;
	swd_forget(download->job, download->address, download->length);
	return dfu_skip(&download->dfu, known >> first, download->bytes, download->length, error);
}

static gboolean write_image(Download *download, GError **error)
{
	gsize skipped;

	if (!skip_known(download, error) || !timed(download, "dfu.write_ms", dfu_download, error))
		return FALSE;
	skipped = dfu_skipped(&download->dfu, download->length);
	job_value(download->job, "dfu.bytes", (double)(download->length - skipped), "B", NAN, NAN);
	if (step_bool(download->step, "skip-identical"))
		job_value(download->job, "dfu.skipped", (double)skipped, "B", NAN, NAN);
	return TRUE;
}

/*
 * Where nothing was written, the CRCs of swd.compare stand, and there is nothing to read back. Where
 * something was, everything is read: what the bootloader did besides is not known.
 */
static gboolean verify(Download *download, GError **error)
{
	gboolean written = dfu_skipped(&download->dfu, download->length) < download->length;
	Verify how = verify_of(download->step);

	if (how == VERIFY_NONE)
		job_note(download->job, "image '%s' was not verified: the recipe says so",
			download->image->name);
	if (how & VERIFY_READBACK && written &&
		!timed(download, "dfu.verify_ms", dfu_compare, error))
		return FALSE;
	return !(how & VERIFY_SWD) || verify_over_swd(download->job, download->file, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const Image *image = recipe_image(job->recipe, step_text(step, "image"));
	Download download = {.job = job, .step = step, .image = image};
	g_autofree char *name = NULL;
	g_autoptr(ImageFile) file = NULL;
	g_autoptr(GBytes) bytes = NULL;

	g_return_val_if_fail(image != NULL, FALSE);
	download.file = file = image_use_open(image, error);
	bytes = file ? image_use_flat(file, &download.address, error) : NULL;
	if (!bytes)
		return FALSE;
	download.bytes = g_bytes_get_data(bytes, &download.length);
	if (!open_partition(&download, error))
		return FALSE;
	name = g_strdup_printf("image.%s", image->name);
	job_text(job, name, image->sha256);
	return write_image(&download, error) && verify(&download, error);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	bootloader_check(step, recipe, problems);
	if (image_use_check(step, recipe, problems))
		verify_check(step, recipe, problems);
	if (step_bool(step, "skip-identical"))
		swd_check_compared(step, recipe, problems);
}

static const Field fields[] = {
	{"image", FIELD_TEXT, TRUE, .help = "one of the names in 'images'"},
	{"alt", FIELD_TEXT, TRUE,
		.help = "the bootloader's own name of the partition, such as FIRMWARE"},
	VERIFY_FIELD,
	{"skip-identical", FIELD_BOOL, .fallback = "false",
		.help = "true leaves sectors alone that a swd.compare before it has found to hold "
			"the image; if that is all of it, nothing is read back either"},
	{NULL},
};

const StepKind step_dfu_download = {
	.name = "dfu.download",
	.summary = "Writes an image into a partition of OpenMV's DFU bootloader, which a usb.await "
		   "before it has found, and proves that it is there.",
	.fields = fields,
	/* 1.8 MiB are 14 sectors: 31 s of erasing at their slowest, 11 s of programming, and the bus
	 * (boards.md sections 4.7 and 5). */
	.deadline_ms = 120000,
	.stall_ms = 10000,
	.destructive = TRUE,
	.closes = verify_halts,
	.check = check,
	.run = run,
};

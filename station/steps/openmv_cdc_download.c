#include "core/failure.h"
#include "steps/cdc_bootloader.h"
#include "steps/kinds.h"
#include "steps/openmv_cdc.h"
#include "steps/swd.h"
#include "steps/verify.h"

#include <math.h>
#include <string.h>

/* From RESET until it has left: it looks at it every 200 ms (boards.md section 1.4). */
#define LEAVE_MS 3000

/* What the recipe wants in one memory of the board. */
typedef struct {
	ImageFile *file; /* NULL: nothing */
	GBytes *bytes;   /* as one run */
} Part;

typedef struct {
	Job *job;
	const Step *step;
	Part parts[CDCBOOT_MEMORIES];
	CdcBoot boot;
} Download;

static void clear_download(Download *download)
{
	for (guint i = 0; i < CDCBOOT_MEMORIES; i++) {
		g_clear_pointer(&download->parts[i].file, image_file_free);
		g_clear_pointer(&download->parts[i].bytes, g_bytes_unref);
	}
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Download, clear_download)

static gboolean load(Download *download, CdcBootMemory memory, GError **error)
{
	const char *name = step_text(download->step, openmv_cdc_keys[memory]);
	const Image *image = name ? recipe_image(download->job->recipe, name) : NULL;
	Part *part = &download->parts[memory];
	g_autofree char *key = NULL;
	guint64 address;

	if (!name)
		return TRUE;
	g_return_val_if_fail(image != NULL, FALSE);
	part->file = image_use_open(image, error);
	part->bytes = part->file ? image_use_flat(part->file, &address, error) : NULL;
	if (!part->bytes)
		return FALSE;
	swd_forget(download->job, address, g_bytes_get_size(part->bytes));
	key = g_strdup_printf("image.%s", image->name);
	job_text(download->job, key, image->sha256);
	return TRUE;
}

/* ---- one way, and the other -------------------------------------------------------------------- */

/* Nothing is erased before all has room. */
static gboolean have_room(Download *download, GError **error)
{
	for (guint i = 0; i < CDCBOOT_MEMORIES; i++) {
		const Part *part = &download->parts[i];

		if (part->bytes && !cdcboot_fits(&download->boot, (CdcBootMemory)i,
					   g_bytes_get_size(part->bytes), error))
			return FALSE;
	}
	return !step_bool(download->step, "memtest") ||
	       cdcboot_fits(&download->boot, CDCBOOT_QSPI, 1, error);
}

static gboolean by_swd(const Step *step)
{
	return strcmp(step_text(step, "verify"), "swd") == 0;
}

/*
 * Lets the firmware boot. Not before SWD has compared it: that resets the chip, and older firmware that is
 * interrupted while it makes its drive never mounts it again (boards.md sections 2.4 and 2.5).
 */
static gboolean leave(Download *download, GError **error)
{
	download->job->started_us = g_get_monotonic_time();
	return cdcboot_reset(&download->boot, error) &&
	       job_await_left(download->job, LEAVE_MS, FAILURE_CDC_STALL, error);
}

static gboolean attempt(Download *download, GError **error)
{
	CdcBoot *boot = &download->boot;

	if (!cdcboot_open(boot, error) || !have_room(download, error) ||
		(step_bool(download->step, "memtest") && !cdcboot_memtest(boot, error)))
		return FALSE;
	for (guint i = 0; i < CDCBOOT_MEMORIES; i++) {
		GBytes *bytes = download->parts[i].bytes;
		gsize length;
		const guint8 *image = bytes ? g_bytes_get_data(bytes, &length) : NULL;

		if (image && !cdcboot_download(boot, (CdcBootMemory)i, image, length, error))
			return FALSE;
	}
	return by_swd(download->step) || leave(download, error);
}

/* What may be better when it is done slowly, as the IDE does after a failure (boards.md section 7). */
static gboolean worth_more(const Download *download, const GError *failure)
{
	return strcmp(step_text(download->step, "mode"), "auto") == 0 && !download->boot.safe &&
	       !download->boot.spent && watch_ok(&download->job->watch, NULL) &&
	       (g_error_matches(failure, FAILURE, FAILURE_CDC_STALL) ||
		       g_error_matches(failure, FAILURE, FAILURE_CDC_PROTOCOL) ||
		       g_error_matches(failure, FAILURE, FAILURE_USB_TRANSFER));
}

/* The slow way from the start, after the fast one failed. Where that is no better the first failure is
 * what says most. */
static gboolean attempt_slowly(Download *download, GError *failure, GError **error)
{
	g_autoptr(GError) second = NULL;

	job_note(download->job, "the fast mode failed (%s); starting over in the slow one",
		failure->message);
	download->boot.safe = TRUE;
	/* A board that died has not got on for as long as it was waited for: that is over. */
	watch_progress(&download->job->watch, "start", 0, 1);
	if (attempt(download, &second))
		return TRUE;
	job_note(download->job, "the slow mode failed too: %s", second->message);
	if (second->code == FAILURE_STOPPED || second->code == FAILURE_STEP_DEADLINE)
		g_propagate_error(error, g_steal_pointer(&second));
	else
		g_propagate_error(error, g_error_copy(failure));
	return FALSE;
}

static gboolean write_all(Download *download, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	g_autoptr(GError) failure = NULL;

	download->boot.safe = strcmp(step_text(download->step, "mode"), "slow") == 0;
	if (!attempt(download, &failure)) {
		if (!worth_more(download, failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (!attempt_slowly(download, failure, error))
			return FALSE;
	}
	job_value(download->job, "cdc.version", download->boot.version, "1", NAN, NAN);
	job_text(download->job, "cdc.mode", download->boot.safe ? "slow" : "fast");
	job_value(download->job, "cdc.write_ms", (g_get_monotonic_time() - begin_us) / 1e3, "ms",
		NAN, NAN);
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_auto(Download) download = {.job = job, .step = step};

	for (guint i = 0; i < CDCBOOT_MEMORIES; i++)
		if (!load(&download, (CdcBootMemory)i, error))
			return FALSE;
	if (!cdc_bootloader_open(job, &download.boot, error) || !write_all(&download, error))
		return FALSE;
	if (by_swd(step))
		return verify_over_swd(job, download.parts[CDCBOOT_FLASH].file, error);
	job_note(job, "nothing was compared: that the firmware boots is the proof");
	return TRUE;
}

static const char *const proofs[] = {"swd", "boot", NULL};
static const char *const modes[] = {"auto", "fast", "slow", NULL};

static const Field fields[] = {
	{"image", FIELD_TEXT, .help = "one of the names in 'images'; it begins at 0x08040000"},
	{"qspi", FIELD_TEXT,
		.help = "one of the names in 'images' for the QSPI flash; it begins at 0x90000000"},
	{"verify", FIELD_WORD, .words = proofs, .fallback = "swd",
		.help = "the bootloader confirms nothing: swd resets the chip and compares CRCs "
			"that "
			"it computes; boot leaves the proof to a usb.await of the firmware behind "
			"it, which proves that a firmware runs, not that each byte is right"},
	{"mode", FIELD_WORD, .words = modes, .fallback = "auto",
		.help = "fast: packets as fast as they are taken; slow: 2 s for each erase and 1 "
			"ms "
			"a packet; auto: fast, and after a failure slow from the start"},
	{"memtest", FIELD_BOOL, .fallback = "false",
		.help = "true has it test the QSPI flash before, which erases all of it and takes "
			"minutes"},
	{NULL},
};

const StepKind step_openmv_cdc_download = {
	.name = "openmv.cdc-download",
	.summary = "Writes an image through OpenMV's older bootloader, which a usb.await with "
		   "'hold: true' before it has found, lets it boot, and proves what it can.",
	.fields = fields,
	/* 1.8 MiB are 14 sectors: 31 s of erasing at their slowest, 11 s of programming, and the bus
	 * (boards.md sections 4.7 and 5); the slow mode after it needs 28 s and 60 s. */
	.deadline_ms = 240000,
	/* OpenOCD gives a CRC up after 20 s, and then says why (openocd.md section 6). */
	.stall_ms = 26000,
	.destructive = TRUE,
	.closes = job_closes_device,
	.check = openmv_cdc_check,
	.run = run,
};

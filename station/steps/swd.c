#include "steps/swd.h"

#include "core/failure.h"
#include "steps/hub_turn.h"
#include "steps/kinds.h"

#include <math.h>
#include <string.h>

#define UNIQUE_ID 0x1FF1E800u /* boards.md section 4.1 */
#define FIRMWARE  0x08040000u /* its vectors: boards.md section 1.3 */

/* OpenMV's bootloaders boot the firmware 1.0 s after their start at the earliest (boards.md sections 1.4 and 1.5). The
 * power may have come a little before its switch was told to be on. */
enum { FIRMWARE_STARTS_MS = 800 };

gboolean swd_read_uid(Job *job, Openocd *openocd, char uid[25], GError **error)
{
	guint32 word[3] = {0};

	if (!openocd_read(openocd, UNIQUE_ID, 32, 3, word, &job->watch, error))
		return FALSE;
	if ((word[0] | word[1] | word[2]) == 0 || (word[0] & word[1] & word[2]) == 0xFFFFFFFF) {
		g_set_error(error, FAILURE, FAILURE_SWD_LINK, "the unique id reads as all %s",
			word[0] == 0 ? "zeros" : "ones");
		return FALSE;
	}
	g_snprintf(uid, 25, "%08X%08X%08X", word[2], word[1], word[0]);
	return TRUE;
}

gboolean swd_is_chip(const Job *job, const char *uid, GError **error)
{
	if (!*job->uid || strcmp(uid, job->uid) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_BOARD_SWAPPED,
		"the chip under the probe is %s, the one that was identified is %s", uid, job->uid);
	return FALSE;
}

gboolean swd_check_chip(Job *job, Openocd *openocd, GError **error)
{
	char uid[25];

	return !*job->uid ||
	       (swd_read_uid(job, openocd, uid, error) && swd_is_chip(job, uid, error));
}

/* Firmware that the board came with may have been making its drive, which takes 9 s at its first start and is not done
 * again (boards.md section 2.5): that it was stopped goes on record, once a run. */
static gboolean note_stopped(Job *job, Openocd *openocd, GError **error)
{
	gint64 ran_ms = (g_get_monotonic_time() - job->started_us) / 1000;
	gboolean again = job->halted;
	g_autoptr(GError) unread = NULL;
	guint32 vectors[2];

	job->halted = TRUE;
	if (again || !job->started_us || ran_ms < FIRMWARE_STARTS_MS)
		return TRUE;
	if (openocd_read(openocd, FIRMWARE, 32, 2, vectors, &job->watch, &unread)) {
		if (openocd_in_flash(vectors[1], 1))
			job_value(job, JOB_FIRMWARE_STOPPED, (double)ran_ms, "ms", NAN, NAN);
		return TRUE;
	}
	/* Words that a cut of power has torn cannot be read (boards.md section 4.6): no firmware runs from there. */
	if (g_error_matches(unread, FAILURE, FAILURE_SWD_LINK))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&unread));
	return FALSE;
}

Openocd *swd_halt(Job *job, GError **error)
{
	Openocd *openocd = job_openocd(job, error);
	if (openocd == NULL)
		return NULL;
	job_close_device(job);
	return openocd_reset_halt(openocd, &job->watch, error) &&
			       swd_check_chip(job, openocd, error) &&
			       note_stopped(job, openocd, error)
		       ? openocd
		       : NULL;
}

gboolean swd_run(Job *job, GError **error)
{
	Openocd *openocd = job_openocd(job, error);
	if (openocd == NULL || !hub_turn_take(job, error))
		return FALSE;
	job->started_us = g_get_monotonic_time();
	if (!openocd_reset_run(openocd, &job->watch, error))
		return FALSE;
	job_close_openocd(job);
	return TRUE;
}

gboolean swd_end(Job *job, const Step *step, GError **error)
{
	return !step_bool(step, "run") || swd_run(job, error);
}

/* ---- what is known of the flash ---------------------------------------------------------------- */

guint swd_known(const Job *job, const Image *image)
{
	guint sectors = 0;
	for (guint i = 0; i < CHIP_SECTORS; i++)
		if (job->holds[i] == image)
			sectors |= 1u << i;
	return sectors;
}

void swd_learn(Job *job, const Image *image, guint sectors)
{
	for (guint i = 0; i < CHIP_SECTORS; i++)
		if (sectors >> i & 1)
			job->holds[i] = image;
}

void swd_forget(Job *job, guint64 address, gsize length)
{
	if (openocd_in_flash(address, length))
		swd_learn(job, NULL, openocd_sectors((guint32)address, length));
}

void swd_check_compared(const Step *step, const Recipe *recipe, Problems *problems)
{
	const char *image = step_text(step, "image");
	const Step *writer = NULL;
	gboolean compared = FALSE;

	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++) {
		const Step *before = recipe->steps->pdata[i];

		if (before->kind == &step_swd_compare &&
			strcmp(step_text(before, "image"), image) == 0) {
			compared = TRUE;
			writer = NULL;
		} else if (before->kind->destructive && before->kind != step->kind) {
			writer = before;
		}
	}
	if (!compared)
		problems_add(problems, node_get(step->args, "skip-identical")->place,
			"'skip-identical' needs a swd.compare of '%s' before it, which finds out "
			"what is identical",
			image);
	else if (writer)
		problems_add(problems, node_get(step->args, "skip-identical")->place,
			"'skip-identical' needs a swd.compare of '%s' behind '%s', which writes to "
			"the flash",
			image, writer->id);
}

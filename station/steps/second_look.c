#include "steps/second_look.h"

#include "core/failure.h"
#include "steps/power.h"
#include "steps/swd.h"

/* As long as swd.identify may take, which does the same: a busy station starts eight OpenOCDs at once. */
enum { LOOK_MS = 20000 };

/* What the operator did, or the board's own record says, is so whichever board is there. */
static gboolean concerns_board(const Job *job, const Failure *row)
{
	if (row->verdict == VERDICT_ABORTED || row->blame == BLAME_OPERATOR)
		return FALSE;
	return row->blame == BLAME_BOARD || *job->uid;
}

/* With a new connection: the old one may still speak to the board that was there. */
static gboolean look(Job *job, GError **error)
{
	Openocd *openocd;

	job_close_openocd(job);
	if (job->dark_us && !power_on(job, error))
		return FALSE;
	openocd = job_openocd(job, error);
	return openocd && (!*job->uid || swd_check_chip(job, openocd, error));
}

static void replace(GError **failure, GError *found)
{
	g_autoptr(GError) before = *failure;

	*failure = found;
	g_prefix_error(failure, "%s; then the probe looked again: ", before->message);
}

void second_look(Job *job, GError **failure)
{
	const Failure *row = failure_of(*failure);
	g_autoptr(GError) found = NULL;

	if (!job->slot->probe || !concerns_board(job, row))
		return;
	watch_begin(&job->watch, LOOK_MS, 0);
	job->watch.report = NULL;
	if (look(job, &found))
		return;
	if (row->blame == BLAME_BOARD || g_error_matches(found, FAILURE, FAILURE_BOARD_SWAPPED))
		replace(failure, g_steal_pointer(&found));
}

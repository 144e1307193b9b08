#include "line/slotrun_parts.h"

/* What the controller adds to a step's own bounds before it acts from outside: the job is to find out
 * itself, with better words. */
#define GRACE_MS 3000
/* From the start of a process, or the end of a step, to the next thing that it says. */
#define SILENCE_MS 30000
/* For so long at most a step may say that it waits for others: as often as a flash has sectors, each as long as a
 * keeper may let it wait (link/pins.c) would be hours, in which nobody gets on. */
#define TURN_MAX_MS 1800000
/* A job tells of a wait ten times a second. */
#define TURN_UNTOLD_MS 250

void slotrun_disarm(SlotRun *run)
{
	g_clear_handle_id(&run->deadline_source, g_source_remove);
	g_clear_handle_id(&run->stall_source, g_source_remove);
}

static gboolean on_deadline(gpointer data)
{
	SlotRun *run = data;
	const Step *step = slotrun_step(run);

	run->deadline_source = 0;
	if (step)
		slotrun_blame(run, FAILURE_JOB_HUNG,
			"step %s did not end within its %u s and %u s more", step->id,
			step->deadline_ms / 1000, GRACE_MS / 1000);
	else
		slotrun_blame(
			run, FAILURE_JOB_HUNG, "the job said nothing for %u s", SILENCE_MS / 1000);
	child_kill(run->child);
	return G_SOURCE_REMOVE;
}

static gboolean on_stall(gpointer data)
{
	SlotRun *run = data;
	const Step *step = slotrun_step(run);

	run->stall_source = 0;
	slotrun_blame(run, FAILURE_STEP_STALL,
		"step %s made no progress for %u s at %s %" G_GUINT64_FORMAT, step->id,
		step->stall_ms / 1000, run->phase ? run->phase : "its start", run->done);
	child_kill(run->child);
	return G_SOURCE_REMOVE;
}

void slotrun_arm(SlotRun *run)
{
	const Step *step = slotrun_step(run);

	slotrun_disarm(run);
	run->turns_ms = run->turn_ms = 0;
	run->own_us = 0;
	run->deadline_source =
		g_timeout_add(step ? step->deadline_ms + GRACE_MS : SILENCE_MS, on_deadline, run);
	if (step && step->stall_ms)
		run->stall_source = g_timeout_add(step->stall_ms + GRACE_MS, on_stall, run);
}

void slotrun_arm_stall(SlotRun *run)
{
	const Step *step = slotrun_step(run);

	g_clear_handle_id(&run->stall_source, g_source_remove);
	if (step && step->stall_ms)
		run->stall_source = g_timeout_add(step->stall_ms + GRACE_MS, on_stall, run);
}

static void move_deadline(SlotRun *run, const Step *step)
{
	gint64 left_ms = step->deadline_ms + GRACE_MS + run->own_us / 1000 +
			 (gint64)MIN(run->turns_ms, TURN_MAX_MS) -
			 (g_get_monotonic_time() - run->step_us) / 1000;

	g_clear_handle_id(&run->deadline_source, g_source_remove);
	run->deadline_source = g_timeout_add((guint)MAX(left_ms, 1), on_deadline, run);
}

/* A commit may take longer than the step has. */
void slotrun_excuse(SlotRun *run, gint64 since_us)
{
	const Step *step = slotrun_step(run);

	if (!step)
		return;
	run->own_us += g_get_monotonic_time() - since_us;
	move_deadline(run, step);
	slotrun_arm_stall(run);
}

/* A wait for others moves the deadline: once more by what has come to it, `done` ms of one wait. */
void slotrun_extend(SlotRun *run, guint64 done)
{
	const Step *step = slotrun_step(run);
	guint ms = (guint)MIN(done, TURN_MAX_MS);

	if (!step)
		return;
	/* A new wait; what was not told of the last one is less than this. */
	run->turns_ms += ms >= run->turn_ms ? ms - run->turn_ms : ms + TURN_UNTOLD_MS;
	run->turn_ms = ms;
	move_deadline(run, step);
}

#include "line/slotrun_parts.h"

/* What the controller adds to a step's own bounds before it acts from outside: the job is to find out
 * itself, with better words. */
#define GRACE_MS 3000
/* From the start of a process, or the end of a step, to the next thing that it says. */
#define SILENCE_MS 30000

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

#include "core/failure.h"
#include "core/rom.h"
#include "steps/dfuse_device.h"
#include "steps/hub_turn.h"
#include "steps/kinds.h"
#include "steps/power.h"

/* It is gone within milliseconds, or it never goes. */
enum { LEFT_MS = 5000 };

static gboolean fits(Dfuse *engine, gpointer data, GError **error)
{
	return dfuse_may(engine, *(const guint32 *)data, 8, DFUSE_READ, error);
}

static gboolean await_left(Job *job, GError **error)
{
	if (job_await_left(job, LEFT_MS, FAILURE_DFU_REFUSED, error))
		return TRUE;
	g_prefix_error(error, "told to leave, it is still there: ");
	return FALSE;
}

static gboolean leave(Job *job, DfuseDevice *device, guint32 address, GError **error)
{
	/* Else the next reset starts the bootloader again. */
	if (!power_release_boot0(job, error))
		return FALSE;
	if (device->rom->faults & ROM_LEAVE) {
		job_note(job,
			"ROM bootloader %s may not come back from leaving: its power is "
			"switched instead",
			device->rom->name);
		return power_restart(job, error);
	}
	if (!hub_turn_take(job, error))
		return FALSE;
	job->started_us = g_get_monotonic_time();
	return dfuse_leave(&device->engine, address, error) && await_left(job, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_auto(DfuseDevice) device = {0};
	guint32 address = (guint32)step_int(step, "address");

	return (dfuse_device_open(
			job, step, step_text(step, "alt"), fits, &address, &device, error) &&
		       leave(job, &device, address, error)) ||
	       dfuse_device_failed(job, &device, error);
}

static const Field fields[] = {
	{"address", FIELD_INT, FALSE, 0, 0xFFFFFFFF, .fallback = "0x08000000",
		.help = "where the program begins that it starts: its vector table"},
	DFUSE_ALT_FIELD,
	{NULL},
};

const StepKind step_dfuse_leave = {
	.name = "dfuse.leave",
	.summary = "Tells a DfuSe bootloader to start the program in flash, and waits until it has "
		   "left the bus; where that is known to hang and the recipe wants it worked "
		   "around, the power is switched instead.",
	.fields = fields,
	.deadline_ms = 15000,
	.closes = job_closes_device,
	.check = bootloader_check,
	.run = run,
};

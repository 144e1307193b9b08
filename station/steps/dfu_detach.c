#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/kinds.h"

/* It is gone within milliseconds; before v4.8.1 it may acknowledge and stay (boards.md section 1.5). */
enum { LEFT_MS = 5000 };

static gboolean run(Job *job, const Step *step, GError **error)
{
	Dfu dfu;

	if (!bootloader_open(job, &dfu, error) || !dfu_detach(&dfu, error))
		return FALSE;
	watch_progress(&job->watch, "detach", 0, 1);
	return job_await_left(job, LEFT_MS, FAILURE_DFU_REFUSED, error);
}

static const Field fields[] = {{NULL}};

const StepKind step_dfu_detach = {
	.name = "dfu.detach",
	.summary =
		"Tells OpenMV's DFU bootloader to boot the firmware and waits until it has left.",
	.fields = fields,
	.deadline_ms = 10000,
	.closes = job_closes_device,
	.check = bootloader_check,
	.run = run,
};

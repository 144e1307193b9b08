#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/kinds.h"

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Dfu dfu;

	if (!bootloader_open(job, &dfu, error) || !dfu_detach(&dfu, error))
		return FALSE;
	watch_progress(&job->watch, "detach", 0, 1);
	if (!usb_await_left(job->device, &job->watch, &failure)) {
		/* Before v4.8.1 it may acknowledge and stay (boards.md section 1.5). */
		if (g_error_matches(failure, FAILURE, FAILURE_STEP_DEADLINE))
			failure->code = FAILURE_DFU_REFUSED;
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	job_close_device(job);
	return TRUE;
}

static const Field fields[] = {{NULL}};

const StepKind step_dfu_detach = {
	.name = "dfu.detach",
	.summary =
		"Tells OpenMV's DFU bootloader to boot the firmware and waits until it has left.",
	.fields = fields,
	.deadline_ms = 10000,
	.check = bootloader_check,
	.run = run,
};

#include "steps/steps.h"

#include "steps/kinds.h"

/* By name, as `flashline steps` prints them. */
static const StepKind *const table[] = {
	&step_console_run,
	&step_dfu_detach,
	&step_dfu_download,
	&step_dfuse_download,
	&step_dfuse_erase,
	&step_dfuse_leave,
	&step_drive_check,
	&step_drive_format,
	&step_drive_persist,
	&step_drive_put,
	&step_fixture_read,
	&step_fixture_set,
	&step_openmv_cdc_download,
	&step_power,
	&step_power_measure,
	&step_swd_compare,
	&step_swd_identify,
	&step_swd_program,
	&step_swd_verify,
	&step_usb_await,
	&step_usb_identify,
	&step_wait_operator,
	NULL,
};

const StepKind *const *step_kinds(void)
{
	return table;
}

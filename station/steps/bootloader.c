#include "steps/bootloader.h"

#include "core/failure.h"
#include "steps/kinds.h"
#include "steps/verify.h"

gboolean bootloader_open(Job *job, Dfu *dfu, GError **error)
{
	const guint8 *configuration;
	gsize length;

	if (!job_opened(job, error))
		return FALSE;
	*dfu = (Dfu){.pipe = usb_pipe(job->device), .watch = &job->watch};
	configuration = usb_configuration(job->device, &length);
	return dfu_parse(configuration, length, &dfu->descriptor, error) &&
	       usb_claim(job->device, dfu->descriptor.interface, error);
}

gboolean bootloader_hold(Job *job, Dfu *dfu, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (bootloader_open(job, dfu, &failure) && dfu_hold(dfu, &failure))
		return TRUE;
	/* Gone between its opening and here: to us it booted. */
	if (g_error_matches(failure, FAILURE, FAILURE_USB_LOST))
		failure->code = FAILURE_DFU_WINDOW_MISSED;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* Steps that halt the chip let its device go, and so does the one that boots the firmware. */
static gboolean leaves_device(const Step *step, gboolean open)
{
	if (step->kind == &step_usb_await)
		return TRUE;
	return open && !verify_halts(step) && step->kind != &step_swd_compare &&
	       step->kind != &step_swd_program && step->kind != &step_swd_verify &&
	       step->kind != &step_openmv_cdc_download;
}

gboolean bootloader_select(Dfu *dfu, guint8 alt, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (dfu->pipe->set_alt(dfu->pipe, dfu->descriptor.interface, alt, &failure))
		return TRUE;
	if (failure->domain == USB_ERROR) {
		failure->domain = FAILURE;
		failure->code = FAILURE_DFU_REFUSED;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

void bootloader_check(const Step *step, const Recipe *recipe, Problems *problems)
{
	gboolean open = FALSE;

	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++)
		open = leaves_device(recipe->steps->pdata[i], open);
	if (!open)
		problems_add(problems, step->args->place,
			"'%s' needs the device that a usb.await before it leaves open; a step that "
			"halts the chip in between closes it",
			step->id);
}

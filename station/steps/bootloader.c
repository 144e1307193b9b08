#include "steps/bootloader.h"

#include "core/failure.h"
#include "steps/kinds.h"

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
	if (bootloader_open(job, dfu, error) && dfu_hold(dfu, error))
		return TRUE;
	/* Gone between its opening and here: to us it booted. */
	return usb_lost_means(error, FAILURE_DFU_WINDOW_MISSED);
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
	const Step *closer = NULL;
	gboolean open = FALSE;

	for (guint i = 0; i < recipe->steps->len && recipe->steps->pdata[i] != step; i++) {
		const Step *before = recipe->steps->pdata[i];

		if (before->kind == &step_usb_await) {
			open = TRUE;
		} else if (open && before->kind->closes && before->kind->closes(before)) {
			open = FALSE;
			closer = before;
		}
	}
	if (!open)
		problems_add(problems, step->args->place,
			"'%s' needs the device that a usb.await before it leaves open%s%s%s",
			step->id, closer ? "; '" : "", closer ? closer->id : "",
			closer ? "' closes it" : "");
}

#include "steps/cdc_bootloader.h"

#include "core/failure.h"

gboolean cdc_bootloader_open(Job *job, CdcBoot *boot, GError **error)
{
	const guint8 *configuration;
	gsize length;

	if (!job_opened(job, error))
		return FALSE;
	*boot = (CdcBoot){.port = {.pipe = usb_pipe(job->device), .watch = &job->watch}};
	configuration = usb_configuration(job->device, &length);
	return cdc_parse(configuration, length, &boot->port, error) &&
	       usb_claim(job->device, boot->port.control, error) &&
	       usb_claim(job->device, boot->port.data, error);
}

gboolean cdc_bootloader_hold(Job *job, CdcBoot *boot, GError **error)
{
	if (cdc_bootloader_open(job, boot, error) && cdcboot_hold(boot, error))
		return TRUE;
	/* Gone between its opening and here: to us it booted. */
	return usb_lost_means(error, FAILURE_CDC_WINDOW_MISSED);
}

/* ---- which of the two is it? ------------------------------------------------------------------- */

/* The device on the port is the other one of the two, and must leave first. */
static gboolean await_left(
	Job *job, UsbDevice *device, const char *serial, gboolean hold, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (usb_await_left(device, &job->watch, &failure))
		return TRUE;
	if (g_error_matches(failure, FAILURE, FAILURE_STEP_DEADLINE))
		g_set_error(error, FAILURE,
			hold ? FAILURE_CDC_WINDOW_MISSED : FAILURE_USB_WRONG_DEVICE,
			"on port %s is the %s (serial %s), not the %s", usb_port(device),
			hold ? "firmware" : "bootloader", serial ? serial : "none",
			hold ? "bootloader" : "firmware");
	else
		g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

UsbDevice *cdc_bootloader_await(Job *job, Usb *usb, gboolean hold, guint *others, GError **error)
{
	*others = 0;
	for (;;) {
		g_autoptr(UsbDevice) device =
			usb_await(usb, job->slot->usb, CDCBOOT_ID, &job->watch, error);
		g_autofree char *serial = device ? usb_serial(device) : NULL;

		if (!device)
			return NULL;
		if (cdcboot_is_serial(serial) == hold)
			return g_steal_pointer(&device);
		++*others;
		if (!await_left(job, device, serial, hold, error))
			return NULL;
	}
}

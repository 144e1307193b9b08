#include "core/failure.h"
#include "steps/cdc_bootloader.h"
#include "steps/kinds.h"
#include "steps/usb_absent.h"
#include "steps/usb_hold.h"
#include "steps/usb_returned.h"

#include <math.h>

static gboolean record(Job *job, double ms, GError **error)
{
	g_autofree char *serial = usb_serial(job->device);
	g_autofree char *release = g_strdup_printf("0x%04X", usb_bcd_device(job->device));

	job_value(job, "usb.await_ms", ms, "ms", NAN, NAN);
	job_text(job, "usb.bcd_device", release);
	if (serial)
		job_text(job, "usb.serial", serial);
	return job_check_chip(job, serial, error);
}

/* Opens it, and says what else was there. */
static UsbDevice *look_out(Job *job, Usb *usb, UsbId id, UsbReturn *seen, GError **error)
{
	UsbDevice *device;

	*seen = (UsbReturn){CDCBOOT_ID, 0};
	if (cdcboot_is_id(id))
		return cdc_bootloader_await(job, usb, FALSE, &seen->times, error);
	device = usb_await(usb, job->slot->usb, id, &job->watch, error);
	*seen = usb_return_seen(job, id);
	return device;
}

/* Somebody's stop, say, or a device that may not be opened stays what it is. */
static gboolean is_absence(const GError *failure)
{
	return failure_of(failure)->blame == BLAME_BOARD ||
	       g_error_matches(failure, FAILURE, FAILURE_USB_LOST);
}

/* What is there is left open in the job. */
static gboolean await(Job *job, Usb *usb, UsbId id, double *ms, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gint64 begin_us = g_get_monotonic_time();
	UsbReturn seen;

	job_close_device(job);
	job->device = look_out(job, usb, id, &seen, &failure);
	*ms = (double)(g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND;
	if ((!failure || is_absence(failure)) &&
		usb_returned(job, &seen, job->device != NULL, error))
		return FALSE;
	if (!failure)
		return TRUE;
	usb_absent_explain(job, id, FALSE, begin_us, &failure);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Usb *usb = job_usb(job, error);
	UsbId id = {0};
	double ms = 0;

	if (!usb || !usb_id_parse(step_text(step, "device"), &id))
		return FALSE;
	if (!(step_bool(step, "hold") ? usb_hold(job, usb, id, &ms, error)
				      : await(job, usb, id, &ms, error)))
		return FALSE;
	return record(job, ms, error);
}

static const Field fields[] = {
	{"device", FIELD_TEXT, TRUE, .pattern = USB_ID_PATTERN,
		.help = "its USB vendor and product in hexadecimal digits: \"37C5:9204\""},
	{"hold", FIELD_BOOL, .fallback = "false",
		.help = "true keeps OpenMV's bootloader from booting the firmware after 1.5 s; of "
			"the older 1209:ABD1, which are both bootloader and firmware, true waits "
			"for "
			"the bootloader, false for the firmware"},
	{NULL},
};

const StepKind step_usb_await = {
	.name = "usb.await",
	.summary =
		"Waits for a USB device at the slot's port and leaves it open for the steps that "
		"follow; its serial must be that of the chip that swd.identify saw.",
	.fields = fields,
	.deadline_ms = 10000,
	/* A firmware whose drive is half written may not come up at all. */
	.inherits = TRUE,
	.run = run,
};

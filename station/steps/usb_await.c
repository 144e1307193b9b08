#include "core/failure.h"
#include "steps/cdc_bootloader.h"
#include "steps/kinds.h"
#include "steps/usb_absent.h"
#include "steps/usb_hold.h"

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

/* What is there is left open in the job. */
static gboolean await(Job *job, Usb *usb, UsbId id, double *ms, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();

	job_close_device(job);
	if (cdcboot_is_id(id))
		job->device = cdc_bootloader_await(job, usb, FALSE, error);
	else
		job->device = usb_await(usb, job->slot->usb, id, &job->watch, error);
	*ms = (double)(g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND;
	if (!job->device)
		usb_absent_explain(job, id, FALSE, begin_us, error);
	return job->device != NULL;
}

/* The bootloader that had left came once more, before the firmware did. */
static gboolean restarted(const Job *job, GError **error)
{
	UsbId other = usb_sights(job->usb)->other;

	if (!other.vendor || job->left_us <= job->started_us || other.vendor != job->left.vendor ||
		other.product != job->left.product)
		return FALSE;
	g_set_error(error, FAILURE, FAILURE_USB_LOST,
		"the bootloader %04X:%04X came back to port %s after it had booted the firmware: "
		"the board lost its power, or another one came",
		other.vendor, other.product, job->slot->usb);
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Usb *usb = job_usb(job, error);
	UsbId id = {0};
	double ms = 0;

	if (!usb || !usb_id_parse(step_text(step, "device"), &id))
		return FALSE;
	if (!(step_bool(step, "hold") ? usb_hold(job, usb, id, &ms, error)
				      : await(job, usb, id, &ms, error) && !restarted(job, error)))
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

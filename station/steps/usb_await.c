#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/cdc_bootloader.h"
#include "steps/kinds.h"
#include "steps/usb_absent.h"

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
static gboolean await(Job *job, Usb *usb, UsbId id, gboolean hold, GError **error)
{
	job_close_device(job);
	if (cdcboot_is_id(id))
		job->device = cdc_bootloader_await(job, usb, hold, error);
	else
		job->device = usb_await(usb, job->slot->usb, id, &job->watch, error);
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

static gboolean hold_bootloader(Job *job, UsbId id, GError **error)
{
	CdcBoot boot;
	Dfu dfu;

	return cdcboot_is_id(id) ? cdc_bootloader_hold(job, &boot, error)
				 : bootloader_hold(job, &dfu, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	Usb *usb = job_usb(job, error);
	gboolean hold = step_bool(step, "hold");
	UsbId id = {0};
	double ms;

	if (!usb || !usb_id_parse(step_text(step, "device"), &id))
		return FALSE;
	if (!await(job, usb, id, hold, error)) {
		usb_absent_explain(job, id, hold, begin_us, error);
		return FALSE;
	}
	if (restarted(job, error))
		return FALSE;
	ms = (g_get_monotonic_time() - begin_us) / 1e3;
	/* Before anything else: its window may be running. */
	if (hold && !hold_bootloader(job, id, error))
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
	.run = run,
};

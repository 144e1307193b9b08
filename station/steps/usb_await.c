#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/chip_uid.h"
#include "steps/kinds.h"

#include <math.h>

#define WINDOW_US G_USEC_PER_SEC

static gboolean check_chip(Job *job, const char *serial, GError **error)
{
	if (!*job->uid || chip_uid_fits(job->uid, usb_id(job->device), serial))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_BOARD_SWAPPED,
		"the device on port %s has the serial %s, the chip that was identified is %s",
		usb_port(job->device), serial, job->uid);
	return FALSE;
}

static gboolean record(Job *job, double ms, GError **error)
{
	g_autofree char *serial = usb_serial(job->device);
	g_autofree char *release = g_strdup_printf("0x%04X", usb_bcd_device(job->device));

	job_value(job, "usb.await_ms", ms, "ms", NAN, NAN);
	job_text(job, "usb.bcd_device", release);
	if (serial)
		job_text(job, "usb.serial", serial);
	return check_chip(job, serial, error);
}

/*
 * A boot window is open for 1.0 s until the host has configured the device and 1.5 s more (boards.md
 * section 1.5). Whether the board never came, or came and went before we looked, cannot be told when
 * we looked late, or when its own firmware is there instead: that is no proof against the board.
 */
static void doubt_window(Job *job, UsbId wanted, gint64 begin_us, GError **error)
{
	gboolean late = job->started_us && begin_us - job->started_us > WINDOW_US;
	UsbId seen = {0};

	if (g_error_matches(*error, FAILURE, FAILURE_USB_WRONG_DEVICE) &&
		usb_present(job->usb, job->slot->usb, &seen) && seen.vendor == wanted.vendor)
		(*error)->code = FAILURE_DFU_WINDOW_MISSED;
	else if (g_error_matches(*error, FAILURE, FAILURE_USB_NOT_SEEN) && late)
		(*error)->code = FAILURE_DFU_WINDOW_MISSED;
	else
		return;
	g_prefix_error(error, "the boot window may have passed %.1f s after the start: ",
		(double)(begin_us - job->started_us) / G_USEC_PER_SEC);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	Usb *usb = job_usb(job, error);
	UsbId id = {0};
	Dfu dfu;
	double ms;

	if (!usb || !usb_id_parse(step_text(step, "device"), &id))
		return FALSE;
	job_close_device(job);
	job->device = usb_await(usb, job->slot->usb, id, &job->watch, error);
	if (!job->device) {
		if (step_bool(step, "hold"))
			doubt_window(job, id, begin_us, error);
		return FALSE;
	}
	ms = (g_get_monotonic_time() - begin_us) / 1e3;
	/* Before anything else: its window may be running. */
	if (step_bool(step, "hold") && !bootloader_hold(job, &dfu, error))
		return FALSE;
	return record(job, ms, error);
}

static const Field fields[] = {
	{"device", FIELD_TEXT, TRUE, .pattern = USB_ID_PATTERN,
		.help = "its USB vendor and product in hexadecimal digits: \"37C5:9204\""},
	{"hold", FIELD_BOOL, .fallback = "false",
		.help = "true keeps OpenMV's DFU bootloader from booting the firmware after 1.5 s"},
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

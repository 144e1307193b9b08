#include "steps/job.h"

#include "core/failure.h"
#include "core/text.h"
#include "steps/chip_uid.h"
#include "steps/drive_state.h"

#include <math.h>

/* A hub tells the kernel of a port only when it is asked: every 255 ms (USB 2.0 section 11.12.1). */
enum { DARK_MS = 500 };

/* libusb's start reads what the kernel locks while a hub is at work (fixtures/virtual/README.md): 22 s for eight jobs
 * among 64 devices on a slow machine. From so long on it is a wait for others, which no board is short of. */
enum { SLOW_START_US = G_USEC_PER_SEC };

Usb *job_usb(Job *job, GError **error)
{
	gint64 begin_us = g_get_monotonic_time(), took_us;

	if (job->usb != NULL)
		return job->usb;
	job->usb = usb_new(error);
	took_us = g_get_monotonic_time() - begin_us;
	if (took_us >= SLOW_START_US)
		watch_waited(&job->watch, took_us, (guint)(took_us / G_TIME_SPAN_MILLISECOND));
	return job->usb;
}

gboolean job_open_device(Job *job, GError **error)
{
	Usb *usb = job_usb(job, error);

	if (!usb || job->device)
		return job->device != NULL;
	job->device = usb_await(usb, job->slot->usb, (UsbId){0}, &job->watch, error);
	if (job->device) {
		g_autofree char *serial = usb_serial(job->device);

		if (!job_check_chip(job, serial, error))
			job_close_device(job);
	}
	return job->device != NULL;
}

Openocd *job_openocd(Job *job, GError **error)
{
	if (job->openocd != NULL)
		return job->openocd;
	if (job->slot->probe == NULL) {
		g_set_error(error, FAILURE, FAILURE_PROBE_MISSING,
			"slot %u has no probe in fixture '%s'", job->slot->number,
			job->fixture->name);
		return NULL;
	}
	job->openocd = openocd_start(
		job->slot->probe, job->fixture->swd_khz, job->work_dir, &job->watch, error);
	if (job->openocd != NULL && openocd_trouble(job->openocd) != NULL)
		job_note(job, "%s", openocd_trouble(job->openocd));
	return job->openocd;
}

UsbDevice *job_opened(const Job *job, GError **error)
{
	if (!job->device)
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"no device is open: the recipe needs a usb.await before this step");
	return job->device;
}

void job_close_openocd(Job *job)
{
	g_clear_pointer(&job->openocd, openocd_free);
}

void job_close_device(Job *job)
{
	g_clear_pointer(&job->device, usb_close);
}

gboolean job_closes_device(const Step *step)
{
	return TRUE;
}

void job_drop_device(Job *job)
{
	Watch watch = {0};

	if (!job->device)
		return;
	watch_begin(&watch, DARK_MS, 0);
	if (!usb_await_left(job->device, &watch, NULL) && usb_answers(job->device))
		job_close_device(job); /* it lives: another supply feeds it */
	else
		usb_close_dead(g_steal_pointer(&job->device));
}

static gboolean await_left(Job *job, guint most_ms, FailureCode stays, GError **error)
{
	g_autoptr(GError) failure = NULL;
	Watch watch = job->watch;

	watch.deadline_us = MIN(watch.deadline_us, g_get_monotonic_time() + most_ms * 1000LL);
	if (usb_await_left(job->device, &watch, &failure))
		return TRUE;
	if (g_error_matches(failure, FAILURE, FAILURE_STEP_DEADLINE) &&
		watch_ok(&job->watch, NULL)) {
		/* Behind a busy hub the kernel may list for seconds what has left already: what answers has not. */
		if (!usb_answers(job->device))
			return usb_await_left(job->device, &job->watch, error);
		failure->code = (gint)stays;
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean job_await_left(Job *job, guint most_ms, FailureCode stays, GError **error)
{
	if (!await_left(job, most_ms, stays, error))
		return FALSE;
	job->left = usb_id(job->device);
	job->left_us = g_get_monotonic_time();
	job_close_device(job);
	return TRUE;
}

gboolean job_check_chip(const Job *job, const char *serial, GError **error)
{
	if (!*job->uid || chip_uid_fits(job->uid, usb_id(job->device), serial))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_BOARD_SWAPPED,
		"the device on port %s has the serial %s, the chip that was identified is %s",
		usb_port(job->device), serial, job->uid);
	return FALSE;
}

/* ---- what was recorded ------------------------------------------------------------------------- */

static void remember(Job *job, const char *name, char *text)
{
	if (!job->measured)
		job->measured = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_replace(job->measured, g_strdup(name), text);
}

const char *job_measured(const Job *job, const char *name)
{
	return job->measured ? g_hash_table_lookup(job->measured, name) : NULL;
}

void job_forget_measured(Job *job)
{
	g_clear_pointer(&job->measured, g_hash_table_unref);
}

void job_forget_drive(Job *job)
{
	g_clear_pointer(&job->drive, drive_state_free);
}

/* The events below borrow their texts: emit() writes them out before it returns. */

void job_text(Job *job, const char *name, const char *text)
{
	const Event event = {
		.kind = EVENT_VALUE,
		.name = (char *)name,
		.text = (char *)text,
	};
	job->emit(&event, job->data);
	remember(job, name, text_clean(text, -1));
}

/* As a person would write it: no digits that the number does not have. */
static char *decimal(double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	return g_strdup(g_ascii_formatd(text, sizeof text, "%.12g", value));
}

void job_value(Job *job, const char *name, double value, const char *unit, double low, double high)
{
	const Event event = {
		.kind = EVENT_VALUE,
		.name = (char *)name,
		.unit = (char *)unit,
		.has_value = TRUE,
		.value = value,
		.has_low = !isnan(low),
		.low = isnan(low) ? 0 : low,
		.has_high = !isnan(high),
		.high = isnan(high) ? 0 : high,
	};
	job->emit(&event, job->data);
	remember(job, name, decimal(value));
}

void job_note(Job *job, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	const Event event = {.kind = EVENT_NOTE, .text = text};
	job->emit(&event, job->data);
}

#include "steps/usb_hold.h"

#include "core/failure.h"
#include "steps/bootloader.h"
#include "steps/cdc_bootloader.h"
#include "steps/hub_turn.h"
#include "steps/restart.h"
#include "steps/usb_absent.h"

enum {
	TRIES = 3,
	/* Longer than the windows of both bootloaders, and than a firmware's first start. */
	QUIET_MS = 10000,
	/* What is worth another start: the reset, and the window that it opens. */
	WORTH_MS = 3000,
};

/* One try. */
typedef struct {
	gint64 begin_us, there_us;
	gboolean met; /* something of this board was on its port */
} Try;

static gboolean await(Job *job, Usb *usb, UsbId id, GError **error)
{
	guint firmwares;

	job_close_device(job);
	if (cdcboot_is_id(id))
		job->device = cdc_bootloader_await(job, usb, TRUE, &firmwares, error);
	else
		job->device = usb_await_unless(
			usb, job->slot->usb, id, usb_absent_firmware(id), &job->watch, error);
	return job->device != NULL;
}

static gboolean hold(Job *job, UsbId id, GError **error)
{
	CdcBoot boot;
	Dfu dfu;

	return cdcboot_is_id(id) ? cdc_bootloader_hold(job, &boot, error)
				 : bootloader_hold(job, &dfu, error);
}

static gboolean try_once(Job *job, Usb *usb, UsbId id, Try *try, GError **error)
{
	try->begin_us = g_get_monotonic_time();
	try->met = TRUE;
	if (await(job, usb, id, error)) {
		try->there_us = g_get_monotonic_time();
		/* Before anything else: its window is running. */
		return hold(job, id, error);
	}
	try->met = !g_error_matches(*error, FAILURE, FAILURE_USB_NOT_SEEN);
	usb_absent_explain(job, id, TRUE, try->begin_us, error);
	return FALSE;
}

/* The same within a time that leaves some of the step's for another. */
static gboolean try_within(Job *job, Usb *usb, UsbId id, Try *try, guint most_ms, GError **error)
{
	gint64 deadline_us = job->watch.deadline_us;
	gint64 most_us = g_get_monotonic_time() + most_ms * G_TIME_SPAN_MILLISECOND;
	gboolean held;

	job->watch.deadline_us = MIN(deadline_us, most_us);
	held = try_once(job, usb, id, try, error);
	job->watch.deadline_us = deadline_us;
	hub_turn_end(job);
	return held;
}

static gboolean missed(const GError *failure)
{
	return g_error_matches(failure, FAILURE, FAILURE_DFU_WINDOW_MISSED) ||
	       g_error_matches(failure, FAILURE, FAILURE_CDC_WINDOW_MISSED);
}

static gboolean has_time(const Job *job)
{
	return job->watch.deadline_us - g_get_monotonic_time() >=
	       WORTH_MS * G_TIME_SPAN_MILLISECOND;
}

/* A board that was there is not one that never comes. */
static void doubt(GError *failure, gboolean met)
{
	if (met && g_error_matches(failure, FAILURE, FAILURE_USB_NOT_SEEN))
		failure->code = FAILURE_USB_LOST;
}

gboolean usb_hold(Job *job, Usb *usb, UsbId id, double *ms, GError **error)
{
	gint64 begin_us = g_get_monotonic_time();
	gboolean met = FALSE;

	for (guint n = 1;; n++) {
		const char *way = job->started_us && n < TRIES ? restart_way(job) : NULL;
		g_autoptr(GError) failure = NULL;
		Try try = {0};

		if (try_within(
			    job, usb, id, &try, job->started_us ? QUIET_MS : G_MAXINT, &failure)) {
			*ms = (double)(try.there_us - begin_us) / G_TIME_SPAN_MILLISECOND;
			return TRUE;
		}
		doubt(failure, met);
		met = met || try.met;
		if (!way || !missed(failure) || !has_time(job)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		job_note(job, "its boot window was missed (%s); started again by %s, try %u of %u",
			failure->message, way, n + 1, (guint)TRIES);
		if (!hub_turn_take_alone(job, error) || !restart(job, error))
			return FALSE;
	}
}

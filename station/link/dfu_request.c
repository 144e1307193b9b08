#include "link/dfu_parts.h"

#include "core/failure.h"

enum {
	/* The device holds GETSTATUS while it erases: 2.2 s for a slow sector, allow 6 s
	 * (boards.md sections 1.5 and 8). dfu-util gives other requests 5 s (section 3.5). */
	STATUS_MS = 6000,
	REQUEST_MS = 5000,
	/* A device may ask for 4.66 hours between two GETSTATUS (trust.md section 2). */
	POLL_MAX_MS = 5000,
	/* How long it may stay busy where the watch has no stall bound. */
	BUSY_MAX_MS = 10000,
	/* After so many answers "busy, ask at once" we stop doing as we are told. */
	AT_ONCE_POLLS = 100,
	AT_ONCE_PAUSE_MS = 1,
	/* Asking sooner than told: at once, then 1 ms later, 2 ms ... up to this. */
	EAGER_PAUSE_MS = 50,
	/* The last answer before the time is over may still come. */
	LAST_STATUS_MS = 100,
	STATUS_LENGTH = 6,
};

static const char *const request_words[] = {
	"DETACH", "DNLOAD", "UPLOAD", "GETSTATUS", "CLRSTATUS", "GETSTATE", "ABORT"};

gssize dfu_request_within(Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length,
	guint most_ms, GError **error)
{
	gboolean in = request == DFU_UPLOAD || request == DFU_GETSTATUS || request == DFU_GETSTATE;
	g_autoptr(GError) failure = NULL;
	gssize moved;

	if (!watch_ok(dfu->watch, error))
		return -1;
	moved = dfu->pipe->control(dfu->pipe, in ? 0xA1 : 0x21, request, value,
		dfu->descriptor.interface, data, length, watch_timeout_ms(dfu->watch, most_ms),
		&failure);
	if (moved >= 0 && (moved == length || (in && moved < length)))
		return moved;
	if (moved >= 0)
		g_set_error(&failure, FAILURE, FAILURE_DFU_PROTOCOL, "%zd bytes moved of %u", moved,
			length);
	/* Silence until the watch's own end is for the watch to name. */
	if (g_error_matches(failure, USB_ERROR, USB_ERROR_TIMEOUT) && !watch_ok(dfu->watch, error))
		return -1;
	g_prefix_error(&failure, "%s: ", request_words[request]);
	g_propagate_error(error, g_steal_pointer(&failure));
	return -1;
}

gssize dfu_request(
	Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length, GError **error)
{
	return dfu_request_within(dfu, request, value, data, length,
		request == DFU_GETSTATUS ? STATUS_MS : REQUEST_MS, error);
}

gboolean dfu_settle(GError **error, FailureCode code)
{
	if (error && *error && (*error)->domain == USB_ERROR) {
		(*error)->domain = FAILURE;
		(*error)->code = (gint)code;
	}
	return FALSE;
}

gboolean dfu_get_status(Dfu *dfu, DfuStatus *status, guint most_ms, GError **error)
{
	guint8 reply[STATUS_LENGTH] = {0};
	gssize moved = dfu_request_within(
		dfu, DFU_GETSTATUS, 0, reply, sizeof reply, most_ms ? most_ms : STATUS_MS, error);

	if (moved < 0)
		return FALSE;
	if (moved != STATUS_LENGTH || reply[0] > 0x0F || reply[4] > DFU_ERROR) {
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
			"GETSTATUS answered %zd bytes of 6: status 0x%02X, state 0x%02X", moved,
			reply[0], reply[4]);
		return FALSE;
	}
	*status = (DfuStatus){
		.status = reply[0],
		.state = reply[4],
		.poll_ms = reply[1] | reply[2] << 8 | (guint)reply[3] << 16,
	};
	return TRUE;
}

/* ---- waiting for it to work ------------------------------------------------------------------ */

/* Since the work began: how long it may take, and how long it still may. */
static gint64 bound_ms(const Dfu *dfu, const DfuWait *wait)
{
	if (wait->most_ms)
		return wait->most_ms;
	return dfu->watch->stall_us ? dfu->watch->stall_us / 1000 : BUSY_MAX_MS;
}

static gint64 left_ms(const Dfu *dfu, const DfuWait *wait, gint64 since_us)
{
	return bound_ms(dfu, wait) - (g_get_monotonic_time() - since_us) / 1000;
}

/*
 * The first answer is often "busy, ask at once", and the second is held until the work is done: no
 * sleep between them.
 */
static guint pause_ms(const Dfu *dfu, const DfuWait *wait, guint polls)
{
	guint asked_ms = wait->last.poll_ms;

	if (wait->eager)
		return MIN(polls - 1, EAGER_PAUSE_MS);
	if (asked_ms > bound_ms(dfu, wait))
		asked_ms = 0; /* no time that is meant */
	if (!asked_ms && polls >= AT_ONCE_POLLS)
		return AT_ONCE_PAUSE_MS;
	return MIN(asked_ms, POLL_MAX_MS);
}

static gboolean pause_between(
	Dfu *dfu, const DfuWait *wait, guint polls, gint64 since_us, GError **error)
{
	gint64 left = left_ms(dfu, wait, since_us);
	guint ms = pause_ms(dfu, wait, polls);

	if (left <= 0) {
		g_set_error(error, FAILURE, FAILURE_STEP_STALL, "%u answers", polls);
		return FALSE;
	}
	return ms == 0 || watch_sleep(dfu->watch, (guint)MIN(ms, left), error);
}

typedef enum { ANSWER_WRONG, ANSWER_BUSY, ANSWER_DONE } Answer;

static Answer judge(const DfuStatus *status, DfuState goal, guint busy, GError **error)
{
	const char *state = dfu_state_word((guint8)status->state);

	if (status->status || status->state == DFU_ERROR) {
		g_set_error(error, FAILURE, FAILURE_DFU_REFUSED, "the device reports %s in %s",
			dfu_status_word(status->status), state);
		return ANSWER_WRONG;
	}
	if (status->state == goal)
		return ANSWER_DONE;
	if (busy >> status->state & 1)
		return ANSWER_BUSY;
	g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL, "the device is in %s, not in %s", state,
		dfu_state_word((guint8)goal));
	return ANSWER_WRONG;
}

static gboolean is_stall(const GError *failure)
{
	return g_error_matches(failure, FAILURE, FAILURE_STEP_STALL) ||
	       g_error_matches(failure, USB_ERROR, USB_ERROR_TIMEOUT);
}

/* A device that stays busy, or silent, for as long as it may: the device's fault, not the step's. */
static void name_stall(GError **failure, const DfuWait *wait, double seconds)
{
	g_autoptr(GError) cause = g_steal_pointer(failure);

	*failure = g_error_new(FAILURE, (gint)wait->stall, "still in %s after %.1f s (%s)",
		dfu_state_word((guint8)wait->last.state), seconds, cause->message);
}

/* Behind the end of its time: a program that had no processor until now has not looked, and the device may have been done
 * for long. What only says that it is silent, or does not like the question, says nothing new. */
static Answer look_again(Dfu *dfu, DfuWait *wait, double seconds, GError **failure)
{
	Watch *watch = dfu->watch, unhurried = *watch;
	g_autoptr(GError) seen = NULL;
	Answer answer = ANSWER_WRONG;

	unhurried.stall_us = 0;
	dfu->watch = &unhurried;
	if (dfu_get_status(dfu, &wait->last, LAST_STATUS_MS, &seen))
		answer = judge(&wait->last, wait->goal, wait->busy, &seen);
	dfu->watch = watch;
	if (answer == ANSWER_BUSY || g_error_matches(seen, USB_ERROR, USB_ERROR_TIMEOUT) ||
		g_error_matches(seen, USB_ERROR, USB_ERROR_STALL)) {
		name_stall(failure, wait, seconds);
	} else {
		g_clear_error(failure);
		*failure = g_steal_pointer(&seen);
	}
	return answer;
}

static gboolean ask(Dfu *dfu, DfuWait *wait, gint64 since_us, GError **error)
{
	gint64 left = wait->most_ms ? left_ms(dfu, wait, since_us) : STATUS_MS;

	return dfu_get_status(dfu, &wait->last, (guint)MAX(left, LAST_STATUS_MS), error);
}

gboolean dfu_await(Dfu *dfu, DfuWait *wait, GError **error)
{
	gint64 since_us = g_get_monotonic_time();
	Answer answer = ANSWER_BUSY;
	GError *failure = NULL;

	/* It begins when it is asked: who comes too late to ask has seen nothing of it. */
	if (!watch_ok(dfu->watch, error))
		return FALSE;
	/* Until it says otherwise it is in the first state of its work. */
	wait->last = (DfuStatus){.state = (DfuState)g_bit_nth_lsf(wait->busy, -1)};
	for (guint polls = 0; answer == ANSWER_BUSY; polls++) {
		if ((polls && !pause_between(dfu, wait, polls, since_us, &failure)) ||
			!ask(dfu, wait, since_us, &failure))
			answer = ANSWER_WRONG;
		else
			answer = judge(&wait->last, wait->goal, wait->busy, &failure);
	}
	if (is_stall(failure))
		answer = look_again(dfu, wait, (g_get_monotonic_time() - since_us) / 1e6, &failure);
	if (answer == ANSWER_DONE)
		return TRUE;
	g_propagate_error(error, failure);
	return dfu_settle(error, FAILURE_DFU_PROTOCOL);
}

/* A stalled DNLOAD says no; GETSTATUS says why. */
static gboolean explain_stall(Dfu *dfu, GError **error)
{
	DfuStatus status;

	if (!error || !g_error_matches(*error, USB_ERROR, USB_ERROR_STALL))
		return dfu_settle(error, FAILURE_USB_TRANSFER);
	if (dfu_get_status(dfu, &status, 0, NULL))
		g_prefix_error(error, "%s in %s: ", dfu_status_word(status.status),
			dfu_state_word((guint8)status.state));
	return dfu_settle(error, FAILURE_DFU_REFUSED);
}

gboolean dfu_send(
	Dfu *dfu, guint16 block, const guint8 *data, guint16 length, DfuWait *wait, GError **error)
{
	g_autoptr(GError) failure = NULL;

	/* DNLOAD only reads its data. */
	if (dfu_request(dfu, DFU_DNLOAD, block, (guint8 *)data, length, &failure) == length)
		return dfu_await(dfu, wait, error);
	explain_stall(dfu, &failure);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

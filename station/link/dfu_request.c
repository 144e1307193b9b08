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
	EAGER_POLLS = 100,
	EAGER_POLL_MS = 1,
	STATUS_LENGTH = 6,
};

static const char *const request_words[] = {
	"DETACH", "DNLOAD", "UPLOAD", "GETSTATUS", "CLRSTATUS", "GETSTATE", "ABORT"};

gssize dfu_request(
	Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length, GError **error)
{
	gboolean in = request == DFU_UPLOAD || request == DFU_GETSTATUS || request == DFU_GETSTATE;
	guint most_ms = request == DFU_GETSTATUS ? STATUS_MS : REQUEST_MS;
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

gboolean dfu_settle(GError **error, FailureCode code)
{
	if (error && *error && (*error)->domain == USB_ERROR) {
		(*error)->domain = FAILURE;
		(*error)->code = (gint)code;
	}
	return FALSE;
}

gboolean dfu_get_status(Dfu *dfu, DfuStatus *status, GError **error)
{
	guint8 reply[STATUS_LENGTH] = {0};
	gssize moved = dfu_request(dfu, DFU_GETSTATUS, 0, reply, sizeof reply, error);

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

/*
 * The first answer is often "busy, ask at once", and the second is held until the work is done: no
 * sleep between them.
 */
static gboolean pause_as_told(Dfu *dfu, guint poll_ms, guint polls, gint64 since_us, GError **error)
{
	gint64 busy_us = g_get_monotonic_time() - since_us;

	if (!dfu->watch->stall_us && busy_us >= BUSY_MAX_MS * G_GINT64_CONSTANT(1000)) {
		g_set_error(error, FAILURE, FAILURE_STEP_STALL, "busy for too long");
		return FALSE;
	}
	if (!poll_ms && polls >= EAGER_POLLS)
		poll_ms = EAGER_POLL_MS;
	return poll_ms == 0 || watch_sleep(dfu->watch, MIN(poll_ms, POLL_MAX_MS), error);
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

/* A device that stays busy, or silent, for as long as anything may stall: the device's fault, not the
 * step's. */
static void name_stall(GError **failure, DfuState state, gint64 since_us)
{
	g_autoptr(GError) cause = NULL;

	if (!g_error_matches(*failure, FAILURE, FAILURE_STEP_STALL) &&
		!g_error_matches(*failure, USB_ERROR, USB_ERROR_TIMEOUT))
		return;
	cause = g_steal_pointer(failure);
	*failure = g_error_new(FAILURE, FAILURE_DFU_STALL, "still in %s after %.1f s (%s)",
		dfu_state_word((guint8)state), (g_get_monotonic_time() - since_us) / 1e6,
		cause->message);
}

gboolean dfu_await(Dfu *dfu, DfuState goal, guint busy, GError **error)
{
	gint64 since_us = g_get_monotonic_time();
	/* Until it says otherwise it is in the first state of its work. */
	DfuStatus status = {.state = (DfuState)g_bit_nth_lsf(busy, -1)};
	Answer answer = ANSWER_BUSY;
	GError *failure = NULL;

	for (guint polls = 0; answer == ANSWER_BUSY; polls++) {
		if ((polls && !pause_as_told(dfu, status.poll_ms, polls, since_us, &failure)) ||
			!dfu_get_status(dfu, &status, &failure))
			answer = ANSWER_WRONG;
		else
			answer = judge(&status, goal, busy, &failure);
	}
	if (answer == ANSWER_DONE)
		return TRUE;
	name_stall(&failure, status.state, since_us);
	g_propagate_error(error, failure);
	return dfu_settle(error, FAILURE_DFU_PROTOCOL);
}

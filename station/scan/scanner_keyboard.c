/* A scanner that is a keyboard, through the kernel's event device. The only place that names libevdev. */
#include "scan/scanner_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <libevdev/libevdev.h>
#include <time.h>
#include <unistd.h>

/* A scan is some 40 characters of at most six events; a device that never stops gets no more of a turn. */
enum { EVENTS_A_TURN = 512 };

static gboolean refuse(GError **error, const char *why)
{
	g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, why);
	return FALSE;
}

/* Its times are those of our clock, and nobody else gets its keys. */
static gboolean set_up(ScannerInput *input, GError **error)
{
	struct libevdev *device = NULL;
	int result = libevdev_new_from_fd(input->fd, &device);

	if (result < 0)
		return scanner_fail(error, "is no event device", -result);
	input->handle = device;
	if (!libevdev_has_event_code(device, EV_KEY, KEY_ENTER))
		return refuse(error, "has no Enter key: it is no scanner");
	result = libevdev_set_clock_id(device, CLOCK_MONOTONIC);
	if (result < 0)
		return scanner_fail(error, "does not tell when keys are pressed", -result);
	result = libevdev_grab(device, LIBEVDEV_GRAB);
	if (result == -EBUSY)
		return refuse(error, "is held by another program");
	return result == 0 || scanner_fail(error, "cannot be held for the station alone", -result);
}

static void keyboard_close(ScannerInput *input)
{
	/* Closing it lets the grab go. */
	if (input->handle)
		libevdev_free(input->handle);
	input->handle = NULL;
	close(input->fd);
}

static gboolean keyboard_open(ScannerInput *input, const ScannerPlace *place, GError **error)
{
	input->fd = open(place->device, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (input->fd < 0)
		return scanner_fail(error, "cannot be opened", errno);
	if (set_up(input, error))
		return TRUE;
	keyboard_close(input);
	input->fd = -1;
	return FALSE;
}

static gboolean keyboard_take(ScannerInput *input, GError **error)
{
	struct input_event event;
	guint flags = LIBEVDEV_READ_FLAG_NORMAL;

	for (guint i = 0; i < EVENTS_A_TURN; i++) {
		int result = libevdev_next_event(input->handle, flags, &event);
		gint64 us = (gint64)event.input_event_sec * G_USEC_PER_SEC + event.input_event_usec;

		if (result == -EAGAIN && flags == LIBEVDEV_READ_FLAG_NORMAL)
			return TRUE;
		if (result == -EAGAIN) {
			flags = LIBEVDEV_READ_FLAG_NORMAL;
		} else if (result < 0) {
			return scanner_fail(error, "was unplugged", -result);
		} else if (result == LIBEVDEV_READ_STATUS_SYNC) {
			/* The kernel's queue ran over. What it says then is which keys are down now, not
			 * what was typed. */
			if (flags == LIBEVDEV_READ_FLAG_NORMAL)
				scan_keys_lost(&input->keys, g_get_monotonic_time());
			flags = LIBEVDEV_READ_FLAG_SYNC;
		} else if (event.type == EV_KEY) {
			scan_keys_event(&input->keys, event.code, event.value, us);
		}
	}
	return TRUE;
}

const ScannerKind scanner_keyboard = {
	.gap_ms = SCAN_GAP_KEYS_MS,
	.open = keyboard_open,
	.take = keyboard_take,
	.close = keyboard_close,
};

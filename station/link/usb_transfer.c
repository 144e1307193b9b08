/*
 * Transfers: one at a time, ended by their time-out or by a stop, whichever is first.
 *
 *   submit -> handle events, 50 ms at a time -> done
 *                  | time-out, stop
 *                  '-> cancel -> handle events -> done (or abandoned after 1 s)
 *
 * libusb's own synchronous calls would not notice a stop before their time-out, and libusb's own
 * time-outs cost a timer call for every transfer.
 */
#include "link/usb_parts.h"

#include <string.h>

enum {
	CANCEL_MS = 1000, /* the kernel answers at once; this is for when it does not */
	/* After an unplug transfers fail at once, but a hub tells the kernel of it only the next time
	 * it is asked: every 255 ms (USB 2.0 section 11.12.1). */
	UNPLUG_MS = 500,
	ANSWER_MS = 500, /* to a question that a device answers from memory */
	BULK_MAX = 1 << 20,
};

typedef enum { ENDED_BY_ITSELF, ENDED_BY_TIMEOUT, ENDED_BY_STOP, ENDED_NEVER, REFUSED } Ending;

static void LIBUSB_CALL on_done(struct libusb_transfer *transfer)
{
	*(int *)transfer->user_data = 1;
}

static gboolean stopped(const Usb *usb)
{
	return usb->stop && g_atomic_int_get((gint *)usb->stop) != 0;
}

static gint64 ms_from_now(guint ms)
{
	return g_get_monotonic_time() + ms * G_GINT64_CONSTANT(1000);
}

/* Handles events until *done is set or the moment comes, in slices. FALSE: a stop came between. */
static gboolean handle_until(Usb *usb, gint64 until_us, gboolean heed_stop, int *done)
{
	while (!*done) {
		gint64 left_us = until_us - g_get_monotonic_time();

		if (left_us <= 0)
			return TRUE;
		if (heed_stop && stopped(usb))
			return FALSE;
		usb_handle_events(usb, (guint)MIN(left_us / 1000 + 1, USB_SLICE_MS), done);
	}
	return TRUE;
}

static Ending finish(Usb *usb, struct libusb_transfer *transfer, guint timeout_ms)
{
	int *done = transfer->user_data;
	gboolean unstopped = handle_until(usb, ms_from_now(timeout_ms), TRUE, done);

	if (*done)
		return ENDED_BY_ITSELF;
	libusb_cancel_transfer(transfer);
	handle_until(usb, ms_from_now(CANCEL_MS), FALSE, done);
	if (!*done)
		return ENDED_NEVER;
	/* It may have been done before the cancelling reached it. */
	if (transfer->status != LIBUSB_TRANSFER_CANCELLED)
		return ENDED_BY_ITSELF;
	return unstopped ? ENDED_BY_TIMEOUT : ENDED_BY_STOP;
}

/*
 * REFUSED: *refusal is libusb's error. Who is told to stop submits nothing more: it would be cancelled at once, and what is
 * cancelled at once on a device that leaves in that moment vhci_hcd (6.1) never gives back.
 */
static Ending submit(
	UsbDevice *device, struct libusb_transfer *transfer, guint timeout_ms, int *refusal)
{
	Ending ending;

	transfer->user_data = g_new0(int, 1);
	transfer->callback = on_done;
	*refusal = 0;
	if (stopped(device->usb))
		return ENDED_BY_STOP;
	*refusal = libusb_submit_transfer(transfer);
	ending = *refusal ? REFUSED : finish(device->usb, transfer, timeout_ms);
	device->abandoned |= ending == ENDED_NEVER;
	return ending;
}

/* With its buffer. What the kernel never gives back stays until the process ends. */
static void put_away(struct libusb_transfer *transfer, Ending ending)
{
	if (ending == ENDED_NEVER)
		return;
	g_free(transfer->user_data);
	g_free(transfer->buffer);
	libusb_free_transfer(transfer);
}

/* ---- what the end means ---------------------------------------------------------------------- */

gboolean usb_answers(UsbDevice *device)
{
	struct libusb_transfer *transfer = libusb_alloc_transfer(0);
	guint8 *buffer = g_malloc0(LIBUSB_CONTROL_SETUP_SIZE + LIBUSB_DT_DEVICE_SIZE);
	gboolean answered;
	Ending ending;
	int refusal;

	libusb_fill_control_setup(buffer, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR,
		LIBUSB_DT_DEVICE << 8, 0, LIBUSB_DT_DEVICE_SIZE);
	libusb_fill_control_transfer(transfer, device->handle, buffer, NULL, NULL, 0);
	ending = submit(device, transfer, ANSWER_MS, &refusal);
	answered = ending == ENDED_BY_ITSELF && (transfer->status == LIBUSB_TRANSFER_COMPLETED ||
							transfer->status == LIBUSB_TRANSFER_STALL);
	put_away(transfer, ending);
	return answered;
}

/* Whether the device leaves the bus within the time that a hub may need to tell. */
static gboolean leaves(UsbDevice *device)
{
	gint64 until_us = ms_from_now(UNPLUG_MS);
	int never = 0;

	while (usb_listed(device->usb, libusb_get_device(device->handle))) {
		if (g_get_monotonic_time() >= until_us || stopped(device->usb))
			return FALSE;
		usb_handle_events(device->usb, USB_SLICE_MS, &never);
	}
	return TRUE;
}

/*
 * Behind a hub that is busy with its other ports the kernel lists a device for seconds after it has been unplugged:
 * then it is gone when it does not answer even what every device answers.
 */
static gboolean is_gone(UsbDevice *device)
{
	return leaves(device) || !usb_answers(device);
}

static gssize fail(
	UsbDevice *device, const char *what, enum libusb_transfer_status status, GError **error)
{
	const char *port = device->port;

	if (status == LIBUSB_TRANSFER_STALL)
		g_set_error(
			error, USB_ERROR, USB_ERROR_STALL, "%s on port %s: stalled", what, port);
	else if (status == LIBUSB_TRANSFER_NO_DEVICE || is_gone(device))
		g_set_error(error, FAILURE, FAILURE_USB_LOST, "%s on port %s: the device is gone",
			what, port);
	else
		g_set_error(error, FAILURE, FAILURE_USB_TRANSFER, "%s on port %s: %s", what, port,
			status == LIBUSB_TRANSFER_OVERFLOW ? "the device sent too much"
							   : "transfer error");
	return -1;
}

/* libusb's own errors: nothing was on the wire. */
static gssize fail_before(UsbDevice *device, const char *what, int refusal, GError **error)
{
	if (refusal != LIBUSB_ERROR_NO_MEM)
		return fail(device, what,
			refusal == LIBUSB_ERROR_NO_DEVICE ? LIBUSB_TRANSFER_NO_DEVICE
							  : LIBUSB_TRANSFER_ERROR,
			error);
	g_set_error(error, FAILURE, FAILURE_USB_MEMORY,
		"%s on port %s: the kernel has no memory left for transfers "
		"(/sys/module/usbcore/parameters/usbfs_memory_mb limits it for all programs)",
		what, device->port);
	return -1;
}

static gssize result_of(UsbDevice *device, const char *what, const struct libusb_transfer *transfer,
	Ending ending, guint timeout_ms, int refusal, GError **error)
{
	switch (ending) {
	case REFUSED:
		return fail_before(device, what, refusal, error);
	case ENDED_BY_ITSELF:
		if (transfer->status == LIBUSB_TRANSFER_COMPLETED)
			return transfer->actual_length;
		return fail(device, what, transfer->status, error);
	case ENDED_BY_STOP:
		g_set_error(error, FAILURE, FAILURE_STOPPED, "told to stop during %s on port %s",
			what, device->port);
		return -1;
	case ENDED_BY_TIMEOUT:
	case ENDED_NEVER:
	default:
		g_set_error(error, USB_ERROR, USB_ERROR_TIMEOUT,
			"%s on port %s: no answer in %u ms", what, device->port, timeout_ms);
		return -1;
	}
}

/*
 * Runs a transfer whose buffer is `buffer`. Frees both, except where the kernel never gives them
 * back: then they stay, and the device with them, until the process ends.
 */
static gssize run(UsbDevice *device, const char *what, struct libusb_transfer *transfer,
	guint8 *into, gsize skip, guint timeout_ms, GError **error)
{
	int refusal;
	Ending ending = submit(device, transfer, timeout_ms, &refusal);
	gssize moved = result_of(device, what, transfer, ending, timeout_ms, refusal, error);

	if (into && moved > 0)
		memcpy(into, transfer->buffer + skip, (gsize)moved);
	put_away(transfer, ending);
	return moved;
}

/* ---- the pipe -------------------------------------------------------------------------------- */

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	UsbDevice *device = (UsbDevice *)pipe;
	struct libusb_transfer *transfer = libusb_alloc_transfer(0);
	gboolean in = type & LIBUSB_ENDPOINT_IN;
	guint8 *buffer = g_malloc0(LIBUSB_CONTROL_SETUP_SIZE + length);
	char what[48];

	g_snprintf(what, sizeof what, "request %02X/%02X value %u", type, request, value);
	libusb_fill_control_setup(buffer, type, request, value, index, length);
	if (!in && length)
		memcpy(buffer + LIBUSB_CONTROL_SETUP_SIZE, data, length);
	libusb_fill_control_transfer(transfer, device->handle, buffer, NULL, NULL, 0);
	return run(device, what, transfer, in ? data : NULL, LIBUSB_CONTROL_SETUP_SIZE, timeout_ms,
		error);
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	UsbDevice *device = (UsbDevice *)pipe;
	gboolean in = endpoint & LIBUSB_ENDPOINT_IN;
	struct libusb_transfer *transfer;
	guint8 *buffer;
	char what[48];

	g_return_val_if_fail(length <= BULK_MAX, -1);
	transfer = libusb_alloc_transfer(0);
	buffer = g_malloc0(MAX(length, 1));
	g_snprintf(what, sizeof what, "bulk transfer on endpoint %02X", endpoint);
	if (!in)
		memcpy(buffer, data, length);
	libusb_fill_bulk_transfer(
		transfer, device->handle, endpoint, buffer, (int)length, NULL, NULL, 0);
	return run(device, what, transfer, in ? data : NULL, 0, timeout_ms, error);
}

static gboolean clear_halt(UsbPipe *pipe, guint8 endpoint, GError **error)
{
	UsbDevice *device = (UsbDevice *)pipe;
	char what[48];

	g_snprintf(what, sizeof what, "clearing the halt of endpoint %02X", endpoint);
	switch (libusb_clear_halt(device->handle, endpoint)) {
	case 0:
		return TRUE;
	case LIBUSB_ERROR_NO_DEVICE:
		return fail(device, what, LIBUSB_TRANSFER_NO_DEVICE, error) > 0;
	default:
		return fail(device, what, LIBUSB_TRANSFER_ERROR, error) > 0;
	}
}

static gboolean set_alt(UsbPipe *pipe, guint8 interface, guint8 alt, GError **error)
{
	return usb_set_alt((UsbDevice *)pipe, interface, alt, error);
}

void usb_pipe_init(UsbDevice *device)
{
	device->pipe = (UsbPipe){
		.control = control,
		.bulk = bulk,
		.clear_halt = clear_halt,
		.set_alt = set_alt,
	};
}

UsbPipe *usb_pipe(UsbDevice *device)
{
	return &device->pipe;
}

gboolean usb_lost_means(GError **error, FailureCode code)
{
	if (error && g_error_matches(*error, FAILURE, FAILURE_USB_LOST))
		(*error)->code = (gint)code;
	return FALSE;
}

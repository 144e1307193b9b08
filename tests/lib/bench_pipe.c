#include "lib/bench_pipe.h"

#include "core/failure.h"

#include <errno.h>

/* What link/usb_transfer.c makes of a transfer's end. */
static gssize result(int status, GError **error)
{
	if (status >= 0)
		return status;
	if (status == -EPIPE)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	else if (status == -ETIMEDOUT)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	else
		g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
	return -1;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	BenchPipe *usb = (BenchPipe *)pipe;

	usb->transfers++;
	return result(bench_control_within(
			      &usb->bench, timeout_ms, type, request, value, index, data, length),
		error);
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	BenchPipe *usb = (BenchPipe *)pipe;

	usb->transfers++;
	return result(bench_bulk_within(&usb->bench, timeout_ms, endpoint, data, length), error);
}

/* SET_INTERFACE (USB 2.0 section 9.4.10). */
static gboolean set_alt(UsbPipe *pipe, guint8 interface, guint8 alt, GError **error)
{
	return control(pipe, 0x01, 11, alt, interface, NULL, 0, BENCH_PATIENCE_MS, error) == 0;
}

void bench_pipe_init(BenchPipe *usb)
{
	usb->pipe = (UsbPipe){.control = control, .bulk = bulk, .set_alt = set_alt};
}

const guint8 *bench_pipe_configuration(BenchPipe *usb, gsize *length)
{
	const guint8 *bytes = bench_device(&usb->bench)->configuration_descriptor;

	*length = bytes[2] | (gsize)bytes[3] << 8;
	return bytes;
}

/*
 * A USB serial port (CDC 1.2 with the Abstract Control Model of PSTN 1.2): bytes in, bytes out.
 *
 *   control interface 02/02 ── union ──> data interface 0A
 *     line coding, DTR                     bulk IN   one packet at a time
 *                                          bulk OUT  whole, or an error
 *
 * What the bytes mean is another engine's: link/repl.h speaks to MicroPython through it. The port knows
 * no flow control but USB's own: a device that takes nothing lets the write time out.
 */
#pragma once

#include "link/usb.h"

enum {
	CDC_PACKET_MAX = 512, /* bytes, at high speed; 64 at full speed */
	/* OpenMV's firmware takes 921600 for the wish to speak its own protocol (boards.md section 1.6);
	 * at any other rate Python listens. The rate means nothing else on USB. */
	CDC_BAUD_PLAIN = 115200,
};

typedef struct {
	UsbPipe *pipe;
	Watch *watch;
	guint8 control, data; /* interfaces */
	guint8 in, out;       /* endpoints of the data interface */
	guint16 packet;       /* bytes that one packet IN may have */
	guint16 out_packet;   /* and one packet OUT */
} Cdc;

/* Finds the first serial port in a configuration; any bytes are safe. FAILURE_SERIAL_PORT_MISSING when
 * there is none, or none that is whole. */
gboolean cdc_parse(const guint8 *configuration, gsize length, Cdc *cdc,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every function below may also fail with FAILURE_USB_LOST, FAILURE_USB_TRANSFER and what the watch says.
 * Both interfaces must have been claimed. */

/* 8 data bits, no parity, one stop bit, at this rate; then DTR, without which firmware may say nothing. */
gboolean cdc_open(Cdc *cdc, guint32 baud, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* DTR off: the other end may see that nobody listens. What fails is of no interest any more. */
void cdc_close(Cdc *cdc);

/* All of it, in as many transfers as the device needs. FAILURE_USB_TRANSFER when it takes none for 5 s. */
gboolean cdc_write(
	Cdc *cdc, const guint8 *bytes, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What one packet brings, into room for CDC_PACKET_MAX bytes; 0: nothing came within `most_ms`; -1:
 * error. */
gssize cdc_read(Cdc *cdc, guint8 *into, guint most_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether its control interface still answers: then silence is not the cable's. */
gboolean cdc_answers(Cdc *cdc, GError **error) G_GNUC_WARN_UNUSED_RESULT;

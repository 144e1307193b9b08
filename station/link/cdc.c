#include "link/cdc.h"

#include "core/failure.h"

enum {
	/* PSTN 1.2 section 6.3 */
	SET_LINE_CODING = 0x20,
	GET_LINE_CODING = 0x21,
	SET_CONTROL_LINE_STATE = 0x22,
	LINE_CODING_LENGTH = 7,
	DTR = 1,

	TO_INTERFACE = 0x21, /* bmRequestType: class, interface */
	FROM_INTERFACE = 0xA1,
	CONTROL_MS = 1000,
	/* OpenMV's firmware keeps USB waiting while it erases and programs its drive's sector: boards.md
	 * section 2.4. */
	WRITE_MS = 5000,
	PIECE = 4096,
};

/* A stall or silence where there is no other way on is a transfer that failed. */
static gboolean settle(GError **error, GError *failure)
{
	gboolean ours = failure->domain == FAILURE;

	g_set_error(error, FAILURE, ours ? failure->code : FAILURE_USB_TRANSFER, "serial port: %s",
		failure->message);
	return FALSE;
}

static gboolean control(Cdc *cdc, guint8 type, guint8 request, guint16 value, guint8 *data,
	guint16 length, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gssize moved;

	if (!watch_ok(cdc->watch, error))
		return FALSE;
	moved = cdc->pipe->control(cdc->pipe, type, request, value, cdc->control, data, length,
		watch_timeout_ms(cdc->watch, CONTROL_MS), &failure);
	if (moved < 0)
		return settle(error, failure);
	if (moved == length)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USB_TRANSFER,
		"serial port: request %02X moved %zd bytes of %u", request, moved, length);
	return FALSE;
}

gboolean cdc_open(Cdc *cdc, guint32 baud, GError **error)
{
	/* Rate, stop bits (0: one), parity (0: none), data bits. */
	guint8 coding[LINE_CODING_LENGTH] = {(guint8)baud, (guint8)(baud >> 8),
		(guint8)(baud >> 16), (guint8)(baud >> 24), 0, 0, 8};

	return control(cdc, TO_INTERFACE, SET_LINE_CODING, 0, coding, sizeof coding, error) &&
	       control(cdc, TO_INTERFACE, SET_CONTROL_LINE_STATE, DTR, NULL, 0, error);
}

void cdc_close(Cdc *cdc)
{
	cdc->pipe->control(cdc->pipe, TO_INTERFACE, SET_CONTROL_LINE_STATE, 0, cdc->control, NULL,
		0, CONTROL_MS, NULL);
}

gboolean cdc_answers(Cdc *cdc, GError **error)
{
	guint8 coding[LINE_CODING_LENGTH] = {0};

	return control(cdc, FROM_INTERFACE, GET_LINE_CODING, 0, coding, sizeof coding, error);
}

/* One transfer. A time-out is for the watch to name where it was the watch that ended it. */
static gssize bulk(
	Cdc *cdc, guint8 endpoint, guint8 *data, gsize length, guint most_ms, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gssize moved;

	if (!watch_ok(cdc->watch, error))
		return -1;
	moved = cdc->pipe->bulk(
		cdc->pipe, endpoint, data, length, watch_timeout_ms(cdc->watch, most_ms), &failure);
	if (moved >= 0 && (gsize)moved <= length)
		return moved;
	if (g_error_matches(failure, USB_ERROR, USB_ERROR_TIMEOUT)) {
		if (!watch_ok(cdc->watch, error))
			return -1;
		if (endpoint & 0x80)
			return 0;
	}
	if (failure)
		settle(error, failure);
	else
		g_set_error_literal(error, FAILURE, FAILURE_USB_TRANSFER,
			"serial port: more bytes moved than were asked for");
	return -1;
}

gboolean cdc_write(Cdc *cdc, const guint8 *bytes, gsize length, GError **error)
{
	while (length) {
		gsize piece = MIN(length, PIECE);
		gssize moved = bulk(cdc, cdc->out, (guint8 *)bytes, piece, WRITE_MS, error);

		if (moved < 0)
			return FALSE;
		if (moved == 0) {
			g_set_error_literal(error, FAILURE, FAILURE_USB_TRANSFER,
				"serial port: it takes no bytes");
			return FALSE;
		}
		bytes += moved;
		length -= (gsize)moved;
	}
	return TRUE;
}

/* A packet ends the transfer: what has come is never lost in one that is cancelled. */
gssize cdc_read(Cdc *cdc, guint8 *into, guint most_ms, GError **error)
{
	return bulk(cdc, cdc->in, into, cdc->packet, most_ms, error);
}

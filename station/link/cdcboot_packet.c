/*
 * Packets out, words in.
 *
 *   out   | opcode argument | opcode argument | ...   each one packet; the device takes the next one
 *                                                     when it is done with the last
 *   in    | word word word |                          no mark between two answers: a stream
 */
#include "link/cdcboot_parts.h"

#include <string.h>

/* No progress for as long as the watch lets anything stall is the device's doing, not the step's: where it was looked at until
 * then. */
static gboolean pass_on(GError *failure, GError **error)
{
	gboolean stalled = g_error_matches(failure, FAILURE, FAILURE_STEP_STALL);

	g_set_error(error, FAILURE, stalled ? FAILURE_CDC_STALL : failure->code, "%s",
		failure->message);
	return FALSE;
}

static gboolean has_time(const CdcBoot *boot, GError **error)
{
	g_autoptr(GError) over = NULL;

	return watch_ok(boot->port.watch, &over) || pass_on(over, error);
}

/* What it means that packets were not taken. */
static gboolean settle(CdcBoot *boot, GError *failure, guint timeout_ms, GError **error)
{
	gboolean silence = g_error_matches(failure, USB_ERROR, USB_ERROR_TIMEOUT);

	if (silence && has_time(boot, error))
		g_set_error(error, FAILURE, FAILURE_CDC_STALL,
			"the bootloader has taken nothing for %.1f s: its flash failed and it "
			"died, or it hangs (%s)",
			timeout_ms / 1e3, failure->message);
	else if (!silence)
		g_set_error(error, FAILURE,
			failure->domain == FAILURE ? failure->code : FAILURE_CDC_PROTOCOL, "%s",
			failure->message);
	return FALSE;
}

static void put_word(guint8 *at, guint32 word)
{
	word = GUINT32_TO_LE(word);
	memcpy(at, &word, sizeof word);
}

void cdcboot_put(guint8 *packet, CdcBootCommand command)
{
	put_word(packet, (guint32)CDCBOOT_OPCODE << 16 | command);
}

/* ---- out ------------------------------------------------------------------------------------- */

gboolean cdcboot_send(
	CdcBoot *boot, guint8 *packets, gsize length, guint timeout_ms, GError **error)
{
	UsbPipe *pipe = boot->port.pipe;
	g_autoptr(GError) failure = NULL;
	gssize moved;

	if (!watch_ok(boot->port.watch, error))
		return FALSE;
	timeout_ms = watch_timeout_ms(boot->port.watch, timeout_ms);
	moved = pipe->bulk(pipe, boot->port.out, packets, length, timeout_ms, &failure);
	if (moved < 0)
		return settle(boot, failure, timeout_ms, error);
	if ((gsize)moved == length)
		return TRUE;
	g_set_error(
		error, FAILURE, FAILURE_CDC_PROTOCOL, "it took %zd bytes of %zu", moved, length);
	return FALSE;
}

gboolean cdcboot_tell(CdcBoot *boot, CdcBootCommand command, guint timeout_ms, GError **error)
{
	guint8 packet[4];

	cdcboot_put(packet, command);
	return cdcboot_send(boot, packet, sizeof packet, timeout_ms, error);
}

/* ---- in -------------------------------------------------------------------------------------- */

gboolean cdcboot_receive(CdcBoot *boot, guint timeout_ms, GError **error)
{
	g_autoptr(GError) failure = NULL;
	guint8 packet[CDC_PACKET_MAX];
	gssize moved;

	if (!watch_ok(boot->port.watch, error))
		return FALSE;
	moved = cdc_read(&boot->port, packet, timeout_ms, &failure);
	if (moved < 0)
		return pass_on(failure, error);
	if ((gsize)moved > sizeof boot->reply - boot->reply_length) {
		g_set_error(error, FAILURE, FAILURE_CDC_PROTOCOL,
			"it answers more than anybody asked for");
		return FALSE;
	}
	memcpy(boot->reply + boot->reply_length, packet, (gsize)moved);
	boot->reply_length += (gsize)moved;
	return TRUE;
}

gboolean cdcboot_take(CdcBoot *boot, guint32 *word)
{
	if (boot->reply_length < sizeof *word)
		return FALSE;
	memcpy(word, boot->reply, sizeof *word);
	*word = GUINT32_FROM_LE(*word);
	boot->reply_length -= sizeof *word;
	memmove(boot->reply, boot->reply + sizeof *word, boot->reply_length);
	return TRUE;
}

/* No other answer has a word like this one: layouts count to 1023 at most. */
static gboolean is_version(const CdcBoot *boot, guint32 word)
{
	return word == ((guint32)CDCBOOT_OPCODE << 16 | boot->version);
}

static gboolean say_silent(
	const CdcBoot *boot, CdcBootCommand command, guint got, guint count, GError **error)
{
	gsize bytes = got * sizeof(guint32) + boot->reply_length;

	g_set_error(error, FAILURE, bytes ? FAILURE_CDC_PROTOCOL : FAILURE_CDC_STALL,
		"command %04X%04X was answered by %zu bytes of %zu", CDCBOOT_OPCODE, command, bytes,
		count * sizeof(guint32));
	return FALSE;
}

gboolean cdcboot_ask(CdcBoot *boot, CdcBootCommand command, guint busy_ms, guint answer_ms,
	guint32 *words, guint count, GError **error)
{
	gboolean looked = FALSE;
	gint64 until_us;
	guint got = 0;

	if (!cdcboot_tell(boot, command, busy_ms, error))
		return FALSE;
	until_us = g_get_monotonic_time() + answer_ms * G_GINT64_CONSTANT(1000);
	while (got < count) {
		gint64 left_us = until_us - g_get_monotonic_time();

		if (cdcboot_take(boot, &words[got]))
			got += got || !is_version(boot, words[0]);
		else if (left_us <= 0 && looked)
			return say_silent(boot, command, got, count, error);
		else if (!cdcboot_receive(boot, (guint)(MAX(left_us, 0) / 1000) + 1, error))
			return FALSE;
		else
			looked = TRUE;
	}
	return TRUE;
}

#include "lib/fake_cdcboot.h"

#include "core/failure.h"

#include <string.h>

static gssize time_out(guint timeout_ms, GError **error)
{
	g_usleep(timeout_ms * 1000);
	g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	return -1;
}

static void answer(FakeCdcBoot *board, const guint32 *words, guint count, guint cut)
{
	for (guint i = 0; i < count * 4 - cut; i++)
		if (board->answer_length < sizeof board->answers)
			board->answers[board->answer_length++] =
				(guint8)(words[i / 4] >> i % 4 * 8);
}

/* Programming can only clear bits. */
static void program(
	FakeCdcBoot *board, guint8 *memory, gsize size, gsize at, const guint8 *data, gsize length)
{
	for (gsize i = 0; i < length && at + i < size && !board->lies; i++)
		memory[at + i] &= data[i];
}

static void flush_flash(FakeCdcBoot *board)
{
	program(board, board->flash, sizeof board->flash, board->flash_at, board->flash_buffer, 64);
	board->flash_at += 64;
	board->flash_filled = 0;
}

static void flush_qspi(FakeCdcBoot *board)
{
	program(board, board->qspi, sizeof board->qspi, board->qspi_at, board->qspi_buffer, 256);
	board->qspi_at += 256;
	board->qspi_filled = 0;
}

static void write_flash(FakeCdcBoot *board, const guint8 *data, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		board->flash_buffer[board->flash_filled++] = data[i];
		if (board->flash_filled == sizeof board->flash_buffer)
			flush_flash(board);
	}
}

static void write_qspi(FakeCdcBoot *board, const guint8 *data, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		board->qspi_buffer[board->qspi_filled++] = data[i];
		if (board->qspi_filled == sizeof board->qspi_buffer)
			flush_qspi(board);
	}
}

static void start(FakeCdcBoot *board)
{
	board->starts++;
	if (board->starts <= board->deaf)
		return;
	board->connected = TRUE;
	board->flash_at = FAKE_FIRMWARE; /* the QSPI offset stays where it was */
	board->flash_filled = board->qspi_filled = 0;
	answer(board, &board->version, 1, 0);
}

static void reset(FakeCdcBoot *board)
{
	if (board->flash_filled) {
		memset(board->flash_buffer + board->flash_filled, 0xFF, 64 - board->flash_filled);
		flush_flash(board);
	}
	if (board->qspi_filled) {
		memset(board->qspi_buffer + board->qspi_filled, 0xFF, 256 - board->qspi_filled);
		flush_qspi(board);
	}
	board->left = TRUE;
}

static void erase(FakeCdcBoot *board, guint8 *memory, gsize size, gsize unit, guint32 n)
{
	g_assert_cmpuint((n + 1) * unit, <=, size);
	board->erases++;
	if (!board->lies)
		memset(memory + n * unit, 0xFF, unit);
}

static void obey(FakeCdcBoot *board, guint32 opcode, const guint8 *data, gsize length)
{
	guint32 n = length >= 4 ? data[0] | data[1] << 8 | data[2] << 16 : 0;
	gboolean lost = board->drop_every && board->packets % board->drop_every == 0;

	switch (opcode) {
	case 0xABCD0001:
		return start(board);
	case 0xABCD0002:
		return reset(board);
	case 0xABCD0004:
		board->flash_erased |= 1u << n;
		return erase(board, board->flash, sizeof board->flash, FAKE_SECTOR, n);
	case 0xABCD0008:
		if (!lost)
			write_flash(board, data, length);
		return;
	case 0xABCD0010:
		return answer(board, board->layout, 3, board->cut);
	case 0xABCD1004:
		board->qspi_erased |= 1u << n;
		return erase(board, board->qspi, sizeof board->qspi, FAKE_BLOCK, n);
	case 0xABCD1008:
		if (!lost)
			write_qspi(board, data, length);
		return;
	case 0xABCD1010:
		return answer(board, board->qspi_layout, 3, board->cut);
	case 0xABCD1020:
		return answer(board, &board->memtest, 1, 0);
	default:
		g_assert_not_reached();
	}
}

/* It dies of a packet; what it answered to those before is gone with it. */
static gboolean dies(FakeCdcBoot *board)
{
	board->dead = board->dead || (board->die_at && board->packets + 1 >= board->die_at);
	if (board->dead && board->revive_after && --board->revive_after == 0)
		board->die_at = board->dead = 0;
	return board->dead;
}

static gssize out(
	FakeCdcBoot *board, const guint8 *data, gsize length, guint timeout_ms, GError **error)
{
	for (gsize at = 0; at < length; at += FAKE_PACKET) {
		gsize size = MIN(FAKE_PACKET, length - at);
		guint32 opcode;

		if (dies(board))
			return time_out(timeout_ms, error);
		g_assert_cmpuint(size, >=, 4);
		memcpy(&opcode, data + at, 4);
		board->packets++;
		obey(board, GUINT32_FROM_LE(opcode), data + at + 4, size - 4);
	}
	g_usleep(board->away_ms * 1000);
	return (gssize)length - board->takes_less;
}

static gssize in(FakeCdcBoot *board, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
	gsize size = MIN(MIN(board->answer_length, length), FAKE_PACKET);

	if (board->babbles) {
		memset(data, 0x55, length);
		return (gssize)length;
	}
	if (!size || board->tardy || board->dead) {
		board->tardy -= board->tardy > 0;
		return time_out(timeout_ms, error);
	}
	memcpy(data, board->answers, size);
	board->answer_length -= size;
	memmove(board->answers, board->answers + size, board->answer_length);
	return (gssize)size;
}

static gboolean gone(FakeCdcBoot *board, GError **error)
{
	board->transfers++;
	if (!board->left && (!board->vanish_at || board->transfers < board->vanish_at))
		return FALSE;
	g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
	return TRUE;
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	FakeCdcBoot *board = (FakeCdcBoot *)pipe;

	g_assert_cmpuint(timeout_ms, >, 0);
	if (gone(board, error))
		return -1;
	if (board->stalls) {
		g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
		return -1;
	}
	if (endpoint == FAKE_IN)
		return in(board, data, length, timeout_ms, error);
	g_assert_cmphex(endpoint, ==, FAKE_OUT);
	return out(board, data, length, timeout_ms, error);
}

/* Line coding and line state are all that it may be asked. */
static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	FakeCdcBoot *board = (FakeCdcBoot *)pipe;

	g_assert_cmphex(type, ==, 0x21);
	g_assert_true(request == 0x20 || request == 0x22);
	return gone(board, error) ? -1 : length;
}

FakeCdcBoot *fake_cdcboot_new(void)
{
	FakeCdcBoot *board = g_new0(FakeCdcBoot, 1);

	board->pipe.control = control;
	board->pipe.bulk = bulk;
	board->version = 0xABCD0003;
	memcpy(board->layout, (guint32[]){1, 2, 15}, sizeof board->layout);
	memcpy(board->qspi_layout, (guint32[]){0, 3, FAKE_BLOCK}, sizeof board->qspi_layout);
	board->memtest = 1;
	memset(board->flash, 0xA5, sizeof board->flash); /* what was there before */
	memset(board->qspi, 0xA5, sizeof board->qspi);
	return board;
}

CdcBoot fake_cdcboot_engine(FakeCdcBoot *board, Watch *watch, guint deadline_ms, guint stall_ms)
{
	*watch = (Watch){0};
	watch_begin(watch, deadline_ms, stall_ms);
	return (CdcBoot){.port = {.pipe = &board->pipe,
				 .watch = watch,
				 .control = 0,
				 .data = 1,
				 .in = FAKE_IN,
				 .out = FAKE_OUT,
				 .packet = FAKE_PACKET,
				 .out_packet = FAKE_PACKET}};
}

#include "lib/fake_bootloader.h"

#include "core/failure.h"

#include <string.h>

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, ABORT = 6 }; /* boards.md section 3.1 */

static gssize stall(GError **error)
{
	g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	return -1;
}

/* Programming can only clear bits; a block that begins a sector erases it first. */
static void program(FakeBoot *board)
{
	gsize at = (gsize)board->block * BLOCK;

	board->pending = FALSE;
	if (board->read_only) {
		board->status = 3; /* errWRITE */
		board->state = ERROR_STATE;
		return;
	}
	if (at + board->length > ROOM) {
		board->status = 8; /* errADDRESS */
		board->state = ERROR_STATE;
		return;
	}
	if (board->lies)
		return;
	if (at % SECTOR == 0)
		memset(board->flash + at, 0xFF, SECTOR);
	for (guint i = 0; i < board->length; i++)
		board->flash[at + i] &= board->buffer[i];
	if (board->stuck_offset >= at && board->stuck_offset < at + board->length)
		board->flash[board->stuck_offset] |= board->stuck_bits;
}

static gssize download(
	FakeBoot *board, guint16 block, const guint8 *data, guint16 length, GError **error)
{
	if (board->stall_download || length > BLOCK ||
		(board->state != IDLE && board->state != DNLOAD_IDLE))
		return stall(error);
	board->downloads++;
	board->block = block;
	board->length = length;
	board->pending = length > 0;
	if (length)
		memcpy(board->buffer, data, length);
	board->state = length ? DNLOAD_SYNC : MANIFEST_SYNC;
	return length;
}

static gssize upload(FakeBoot *board, guint16 block, guint8 *data, guint16 length, GError **error)
{
	gsize at = (gsize)block * BLOCK;

	if (length > BLOCK)
		return stall(error);
	if (at + length > ROOM) { /* end of the partition: four zeros */
		memset(data, 0, MIN(length, 4));
		return MIN(length, 4);
	}
	memcpy(data, board->flash + at, length);
	return length - MIN(board->short_upload, length);
}

/* What GETSTATUS answers, and where that leads. */
static guint8 next_state(FakeBoot *board)
{
	guint8 now = board->state;

	if (now == DNLOAD_SYNC && (board->pending || board->busy_for_ever)) {
		if (!board->busy_for_ever)
			program(board);
		return DNBUSY;
	}
	if (now == DNLOAD_SYNC)
		return board->state = DNLOAD_IDLE;
	if (now == MANIFEST_SYNC) {
		board->state = MANIFEST;
		return MANIFEST;
	}
	if (now == MANIFEST)
		return board->state = IDLE;
	return now;
}

static gssize get_status(
	FakeBoot *board, guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	guint8 reply[6] = {board->status, 0, 0, 0, 0, 0}, state;

	board->statuses++;
	if (board->mute) {
		g_usleep(timeout_ms * 1000);
		g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
		return -1;
	}
	state = next_state(board);
	if (state == DNBUSY)
		for (guint i = 0; i < 3; i++)
			reply[1 + i] = (guint8)(board->poll_ms >> 8 * i);
	reply[0] = board->bad_status >= 0 ? (guint8)board->bad_status : reply[0];
	reply[4] = board->bad_state >= 0 ? (guint8)board->bad_state : state;
	memcpy(data, reply, MIN(length, sizeof reply));
	if (board->statuses == board->away_at)
		g_usleep(board->away_ms * 1000);
	return board->status_length ? MIN(board->status_length, length) : 6;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	FakeBoot *board = (FakeBoot *)pipe;
	gboolean in = request == UPLOAD || request == GETSTATUS;

	g_assert_cmphex(type, ==, in ? 0xA1 : 0x21);
	g_assert_cmpuint(index, ==, INTERFACE);
	g_assert_cmpuint(timeout_ms, >, 0);
	board->transfers++;
	if (board->detached || (board->vanish_at && board->transfers >= board->vanish_at)) {
		g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
		return -1;
	}
	switch (request) {
	case DETACH:
		board->detached = TRUE;
		return 0;
	case DNLOAD:
		g_usleep(board->away_download_ms * 1000);
		return download(board, value, data, length, error);
	case UPLOAD:
		return upload(board, value, data, length, error);
	case GETSTATUS:
		return get_status(board, data, length, timeout_ms, error);
	case CLRSTATUS:
	case ABORT:
		board->status = 0;
		if (!board->no_idle)
			board->state = IDLE;
		return 0;
	default:
		return stall(error);
	}
}

FakeBoot *fake_boot_new(void)
{
	FakeBoot *board = g_new0(FakeBoot, 1);

	board->pipe.control = control;
	board->state = IDLE;
	board->bad_status = board->bad_state = -1;
	memset(board->flash, 0xA5, ROOM); /* what was there before */
	return board;
}

Dfu fake_boot_engine(FakeBoot *board, Watch *watch, guint deadline_ms, guint stall_ms)
{
	*watch = (Watch){0};
	watch_begin(watch, deadline_ms, stall_ms);
	return (Dfu){
		.pipe = &board->pipe,
		.descriptor = {.interface = INTERFACE,
			.attributes = 7,
			.detach_ms = 1000,
			.transfer_size = BLOCK,
			.version = 0x0110,
			.alt_count = 4},
		.watch = watch,
		.base = 0x08040000,
	};
}

guint8 *fake_boot_image(gsize length)
{
	guint8 *image = g_malloc(length);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int();
	return image;
}

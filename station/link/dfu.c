#include "link/dfu_parts.h"

#include "core/chip.h"

#include <string.h>

enum {
	CAN_DNLOAD = 1 << 0, /* bmAttributes: boards.md section 3.1 */
	CAN_UPLOAD = 1 << 1,
	/* One packet: the shortest answer that is not the 4 bytes of "end of partition". */
	HOLD_LENGTH = 64,
	IDLE_ROUNDS = 4,
	BLOCKS_MAX = 0x10000, /* wBlockNum has 16 bits */
	QSPI_BLOCK = 0x10000,
	CHIP_FLASH = 0x08000000,
	/* The worst case of a sector (boards.md section 4.7), and a block to program. */
	ERASE_MS = 5000,
};

/* "block 33 (0x08061000)" */
static void prefix_block(const Dfu *dfu, guint block, GError **error)
{
	gsize offset = (gsize)block * dfu->descriptor.transfer_size;

	if (dfu->base)
		g_prefix_error(error, "block %u (0x%08zX): ", block, dfu->base + offset);
	else
		g_prefix_error(error, "block %u (offset 0x%zX): ", block, offset);
}

/* ---- coming and going ------------------------------------------------------------------------ */

/* What leads from this state towards dfuIDLE. */
static gboolean step_to_idle(Dfu *dfu, const DfuStatus *status, GError **error)
{
	gboolean wrong = status->state == DFU_ERROR || status->status != 0;

	if (status->state == DFU_APP_IDLE || status->state == DFU_APP_DETACH) {
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
			"an application answers (%s), not a bootloader",
			dfu_state_word((guint8)status->state));
		return FALSE;
	}
	return dfu_request(dfu, wrong ? DFU_CLRSTATUS : DFU_ABORT, 0, NULL, 0, error) == 0;
}

gboolean dfu_idle(Dfu *dfu, GError **error)
{
	DfuStatus status = {0};

	for (guint round = 0; round < IDLE_ROUNDS; round++) {
		if (!dfu_get_status(dfu, &status, 0, error))
			return dfu_settle(error, FAILURE_DFU_PROTOCOL);
		if (status.state == DFU_IDLE && !status.status)
			return TRUE;
		if (!step_to_idle(dfu, &status, error))
			return dfu_settle(error, FAILURE_DFU_PROTOCOL);
	}
	g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL, "does not become idle: %s in %s",
		dfu_status_word(status.status), dfu_state_word((guint8)status.state));
	return FALSE;
}

gboolean dfu_hold(Dfu *dfu, GError **error)
{
	guint16 length = MIN(HOLD_LENGTH, dfu->descriptor.transfer_size);
	guint8 first[HOLD_LENGTH];
	gssize moved = dfu_request(dfu, DFU_UPLOAD, 0, first, length, error);

	if (moved == length)
		return TRUE;
	if (moved >= 0)
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL, "UPLOAD answered %zd bytes of %u",
			moved, length);
	usb_lost_means(error, FAILURE_DFU_WINDOW_MISSED);
	return dfu_settle(error, FAILURE_DFU_PROTOCOL);
}

gboolean dfu_detach(Dfu *dfu, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (dfu_request(dfu, DFU_DETACH, dfu->descriptor.detach_ms, NULL, 0, &failure) == 0 ||
		g_error_matches(failure, FAILURE, FAILURE_USB_LOST))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return dfu_settle(error, FAILURE_DFU_REFUSED);
}

/* ---- writing --------------------------------------------------------------------------------- */

static gboolean can(const Dfu *dfu, guint8 attribute, gsize length, GError **error)
{
	gsize blocks = (length + dfu->descriptor.transfer_size - 1) / dfu->descriptor.transfer_size;

	if (!(dfu->descriptor.attributes & attribute)) {
		g_set_error(error, FAILURE, FAILURE_DFU_REFUSED, "the bootloader cannot %s",
			attribute == CAN_DNLOAD ? "download" : "upload");
		return FALSE;
	}
	/* One more number is needed for the block of length 0 that ends a download. */
	if (!length || blocks >= BLOCKS_MAX) {
		g_set_error(error, FAILURE, FAILURE_DFU_REFUSED,
			"an image of %zu bytes cannot be moved in blocks of %u", length,
			dfu->descriptor.transfer_size);
		return FALSE;
	}
	return TRUE;
}

/* DNLOAD and the two GETSTATUS that follow it: no more, this is where the time goes. */
static gboolean write_block(
	Dfu *dfu, guint block, const guint8 *data, guint16 length, GError **error)
{
	DfuWait wait = {.goal = DFU_DNLOAD_IDLE,
		.busy = 1 << DFU_DNLOAD_SYNC | 1 << DFU_DNBUSY,
		.stall = FAILURE_DFU_STALL};

	return dfu_send(dfu, (guint16)block, data, length, &wait, error);
}

/* OpenMV's bootloader erases a sector, of QSPI flash a block, when a block begins it (boards.md section 1.5). An
 * image of which nobody knows where it goes is taken for the latter: it asks too often. */
static gboolean begins_sector(const Dfu *dfu, gsize offset)
{
	gsize sector = dfu->base >> 24 == CHIP_FLASH >> 24 ? CHIP_SECTOR : QSPI_BLOCK;

	return (dfu->base + offset) % sector == 0;
}

static gboolean erase_and_write(
	Dfu *dfu, guint block, const guint8 *data, guint16 length, GError **error)
{
	gboolean written;

	if (!watch_erase_begin(dfu->watch, ERASE_MS, error))
		return FALSE;
	written = write_block(dfu, block, data, length, error);
	watch_erase_end(dfu->watch);
	return written;
}

/* A DNLOAD of length 0: the device makes what it got effective, and returns to dfuIDLE. */
static gboolean write_end(Dfu *dfu, guint block, GError **error)
{
	DfuWait wait = {.goal = DFU_IDLE,
		.busy = 1 << DFU_MANIFEST_SYNC | 1 << DFU_MANIFEST,
		.stall = FAILURE_DFU_STALL};

	return dfu_send(dfu, (guint16)block, NULL, 0, &wait, error);
}

/* The image's bytes of one block, padded to whole flash words; how many. OpenMV's bootloader would pad the
 * last one with 0x00 (boards.md section 1.5), which an image's end is not. */
static guint16 fill_block(
	guint8 *data, const guint8 *image, gsize length, gsize offset, guint16 block_size)
{
	gsize piece = MIN(block_size, length - offset);
	gsize padded =
		MIN((piece + CHIP_FLASH_WORD - 1) / CHIP_FLASH_WORD * CHIP_FLASH_WORD, block_size);

	memcpy(data, image + offset, piece);
	memset(data + piece, 0xFF, padded - piece);
	return (guint16)padded;
}

gboolean dfu_download(Dfu *dfu, const guint8 *image, gsize length, GError **error)
{
	guint16 size = dfu->descriptor.transfer_size;
	g_autofree guint8 *data = g_malloc(size);
	guint block = 0;

	if (!can(dfu, CAN_DNLOAD, length, error))
		return FALSE;
	watch_progress(dfu->watch, "write", 0, length);
	for (gsize offset = 0; offset < length; offset += size, block++) {
		guint16 filled;

		if (dfu_skips(dfu, offset))
			continue;
		filled = fill_block(data, image, length, offset, size);
		if (!(begins_sector(dfu, offset) ? erase_and_write : write_block)(
			    dfu, block, data, filled, error)) {
			prefix_block(dfu, block, error);
			return FALSE;
		}
		watch_progress(dfu->watch, "write", MIN(offset + size, length), length);
	}
	if (dfu_skipped(dfu, length) == length || write_end(dfu, block, error))
		return TRUE;
	g_prefix_error(error, "after the last block: ");
	return FALSE;
}

/* ---- reading back ---------------------------------------------------------------------------- */

gboolean dfu_same(guint32 base, gsize offset, guint block, const guint8 *read, const guint8 *wanted,
	gsize length, GError **error)
{
	gsize first = length, differ = 0;

	if (memcmp(read, wanted, length) == 0)
		return TRUE;
	for (gsize i = length; i-- > 0;)
		if (read[i] != wanted[i]) {
			first = i;
			differ++;
		}
	offset += first;
	g_set_error(error, FAILURE, FAILURE_FLASH_VERIFY,
		"0x%08zX (%soffset 0x%zX) holds 0x%02X, should be 0x%02X; %zu of %zu bytes of "
		"block "
		"%u differ",
		base + offset, base ? "" : "base unknown, ", offset, read[first], wanted[first],
		differ, length, block);
	return FALSE;
}

gboolean dfu_read_block(Dfu *dfu, guint block, guint8 *data, guint16 length, GError **error)
{
	gssize moved = dfu_request(dfu, DFU_UPLOAD, (guint16)block, data, length, error);

	if (moved == length)
		return TRUE;
	if (moved >= 0)
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL, "UPLOAD answered %zd bytes of %u",
			moved, length);
	else
		dfu_settle(error, FAILURE_DFU_PROTOCOL);
	prefix_block(dfu, block, error);
	return FALSE;
}

gboolean dfu_compare(Dfu *dfu, const guint8 *image, gsize length, GError **error)
{
	guint16 size = dfu->descriptor.transfer_size;
	g_autofree guint8 *data = g_malloc(size);
	guint block = 0;

	if (!can(dfu, CAN_UPLOAD, length, error))
		return FALSE;
	watch_progress(dfu->watch, "verify", 0, length);
	for (gsize offset = 0; offset < length; offset += size, block++) {
		guint16 piece = (guint16)MIN(size, length - offset);

		if (!dfu_read_block(dfu, block, data, piece, error) ||
			!dfu_same(dfu->base, offset, block, data, image + offset, piece, error))
			return FALSE;
		watch_progress(dfu->watch, "verify", offset + piece, length);
	}
	return TRUE;
}

#include "link/dfuse_parts.h"

#include "core/chip.h"

#include <string.h>

enum {
	FIRST_BLOCK = 2, /* 0 is for commands, 1 reserved: boards.md section 3.2 */
	LAST_BLOCK = 0xFFFF,
	/* 2 KiB are the most that AN3156 allows. 64 flash words take 37 ms at their slowest (section
	 * 4.7): seconds are for a ROM that hangs. */
	BLOCK_MAX = 2048,
	WRITE_MS = 2000,
};

/*
 * A range in blocks. A block's number counts in units of its own length, so all are of one length, but
 * the last, which gets a pointer of its own, as does the first, and the one after number 0xFFFF.
 *
 *   |-- 2 --|-- 3 --|-- 4 --| ... |-- 65535 --|-- 2 --| ... |-- 2 -|
 *   ^ pointer                                 ^ pointer     ^ pointer
 */
typedef struct {
	gsize offset; /* within the range */
	guint16 number, length;
	gboolean point;
} Block;

static guint16 block_size(const Dfuse *dfuse)
{
	return MIN(dfuse->dfu.descriptor.transfer_size, BLOCK_MAX) / CHIP_FLASH_WORD *
	       CHIP_FLASH_WORD;
}

/* From {0} on; FALSE behind the last one. */
static gboolean next_block(const Dfuse *dfuse, gsize length, Block *block)
{
	guint16 size = block_size(dfuse);
	gsize offset = block->offset + block->length;

	if (offset == length)
		return FALSE;
	block->point = !offset || block->number == LAST_BLOCK || length - offset < size;
	block->number = block->point ? FIRST_BLOCK : (guint16)(block->number + 1);
	block->length = (guint16)MIN(size, length - offset);
	block->offset = offset;
	return TRUE;
}

static gboolean check_size(const Dfuse *dfuse, GError **error)
{
	if (block_size(dfuse))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL,
		"its transfers of %u bytes are shorter than a flash word",
		dfuse->dfu.descriptor.transfer_size);
	return FALSE;
}

static gboolean check(
	const Dfuse *dfuse, const DfuseRange *ranges, guint count, guint access, GError **error)
{
	for (guint i = 0; i < count; i++)
		if (!dfuse_may(dfuse, ranges[i].address, ranges[i].length, access, error))
			return FALSE;
	return check_size(dfuse, error);
}

static gsize sum(const DfuseRange *ranges, guint count)
{
	gsize total = 0;

	for (guint i = 0; i < count; i++)
		total += ranges[i].length;
	return total;
}

/* ---- writing --------------------------------------------------------------------------------- */

static gboolean write_block(
	Dfuse *dfuse, const DfuseRange *range, const Block *block, GError **error)
{
	guint32 address = range->address + (guint32)block->offset;
	DfuWait wait = dfuse_wait(WRITE_MS, FAILURE_DFU_STALL);

	if (block->point && !dfuse_point(dfuse, address, error))
		return FALSE;
	if (dfuse_send(
		    dfuse, block->number, range->data + block->offset, block->length, &wait, error))
		return TRUE;
	g_prefix_error(error, "write at 0x%08X (block %u): ", address, block->number);
	return FALSE;
}

gboolean dfuse_write(Dfuse *dfuse, const DfuseRange *ranges, guint count, GError **error)
{
	gsize total = sum(ranges, count), before = 0;

	if (!check(dfuse, ranges, count, DFUSE_WRITE, error))
		return FALSE;
	for (guint i = 0; i < count; before += ranges[i++].length) {
		Block block = {0};

		while (next_block(dfuse, ranges[i].length, &block)) {
			if (!write_block(dfuse, &ranges[i], &block, error))
				return FALSE;
			watch_progress(dfuse->dfu.watch, "write",
				before + block.offset + block.length, total);
		}
	}
	return TRUE;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* UPLOAD wants dfuIDLE or dfuUPLOAD-IDLE; a pointer is set in another state than these. */
static gboolean read_block(
	Dfuse *dfuse, const DfuseRange *range, const Block *block, guint8 *data, GError **error)
{
	guint32 address = range->address + (guint32)block->offset;
	gssize moved;

	if (block->point && (!dfuse_abort(dfuse, error) || !dfuse_point(dfuse, address, error) ||
				    !dfuse_abort(dfuse, error)))
		return FALSE;
	moved = dfu_request(&dfuse->dfu, DFU_UPLOAD, block->number, data, block->length, error);
	if (moved == block->length)
		return TRUE;
	if (moved >= 0)
		g_set_error(error, FAILURE, FAILURE_DFU_PROTOCOL, "UPLOAD answered %zd bytes of %u",
			moved, block->length);
	g_prefix_error(error, "read at 0x%08X (block %u): ", address, block->number);
	return dfu_settle(error, FAILURE_DFU_PROTOCOL);
}

/* Without data: every byte is to be 0xFF. */
static gboolean compare_range(Dfuse *dfuse, const DfuseRange *range, const char *phase,
	gsize before, gsize total, GError **error)
{
	guint8 read[BLOCK_MAX], blank[BLOCK_MAX];
	Block block = {0};

	memset(blank, 0xFF, sizeof blank);
	while (next_block(dfuse, range->length, &block)) {
		if (!read_block(dfuse, range, &block, read, error) ||
			!dfu_same(range->address, block.offset, block.number, read,
				range->data ? range->data + block.offset : blank, block.length,
				error))
			return FALSE;
		watch_progress(
			dfuse->dfu.watch, phase, before + block.offset + block.length, total);
	}
	return TRUE;
}

gboolean dfuse_compare(Dfuse *dfuse, const DfuseRange *ranges, guint count, GError **error)
{
	gsize total = sum(ranges, count), before = 0;

	if (!check(dfuse, ranges, count, DFUSE_READ, error))
		return FALSE;
	for (guint i = 0; i < count; before += ranges[i++].length)
		if (!compare_range(dfuse, &ranges[i], "verify", before, total, error))
			return FALSE;
	return dfuse_abort(dfuse, error);
}

gboolean dfuse_blank(Dfuse *dfuse, guint32 address, gsize length, GError **error)
{
	DfuseRange range = {.address = address, .length = length};
	g_autoptr(GError) failure = NULL;

	if (!check(dfuse, &range, 1, DFUSE_READ, error))
		return FALSE;
	if (compare_range(dfuse, &range, "blank", 0, length, &failure))
		return dfuse_abort(dfuse, error);
	if (g_error_matches(failure, FAILURE, FAILURE_FLASH_VERIFY))
		failure->code = FAILURE_FLASH_ERASE;
	g_propagate_prefixed_error(error, g_steal_pointer(&failure), "not blank: ");
	return FALSE;
}

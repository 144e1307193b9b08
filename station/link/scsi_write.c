/* Writing, and what ends it: nothing is in flash before the drive's cache is (boards.md section 2.4). */
#include "link/scsi_parts.h"

#include "core/failure.h"

#include <string.h>

enum {
	START_STOP_UNIT = 0x1B,
	PREVENT_ALLOW_REMOVAL = 0x1E,
	WRITE_10 = 0x2A,
	SYNCHRONIZE_CACHE = 0x35,
};

/* After a write that ended in a reset: was it done all the same? Otherwise what it failed with. */
static gboolean look_again(Scsi *scsi, guint32 block, guint16 count, const guint8 *wanted,
	GError **failure, GError **error)
{
	gsize length = count * (gsize)SCSI_BLOCK;
	g_autofree guint8 *there = g_malloc(length);

	if (!scsi_read(scsi, block, count, there, error))
		return FALSE;
	if (memcmp(there, wanted, length) == 0) {
		scsi->broken_writes++;
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(failure));
	return FALSE;
}

static gboolean write_piece(
	Scsi *scsi, guint32 block, guint16 count, const guint8 *from, GError **error)
{
	BotCommand command = scsi_block_command("WRITE(10)", WRITE_10, block, count);
	g_autoptr(GError) failure = NULL;

	command.from = from;
	if (!scsi_do(scsi, &command, &failure)) {
		g_prefix_error(&failure, "block %u: ", block);
		if (!bot_was_reset(failure)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (!look_again(scsi, block, count, from, &failure, error))
			return FALSE;
	}
	scsi->bytes_written += command.length;
	watch_progress(scsi->watch, "write", scsi->bytes_written,
		MAX(scsi->bytes_written, scsi->bytes_to_write));
	return TRUE;
}

gboolean scsi_write(Scsi *scsi, guint32 block, guint32 count, const guint8 *from, GError **error)
{
	if (!scsi_in_range(scsi, block, count, error))
		return FALSE;
	while (count) {
		guint16 piece = (guint16)MIN(count, SCSI_PIECE_BLOCKS);

		if (!write_piece(scsi, block, piece, from, error))
			return FALSE;
		block += piece;
		count -= piece;
		from += piece * SCSI_BLOCK;
	}
	return TRUE;
}

/* ---- at the end ------------------------------------------------------------------------------ */

gboolean scsi_flush(Scsi *scsi, GError **error)
{
	BotCommand synchronize = {
		.name = "SYNCHRONIZE CACHE", .cdb = {SYNCHRONIZE_CACHE}, .cdb_length = 10};
	BotCommand allow = {.name = "PREVENT ALLOW MEDIUM REMOVAL",
		.cdb = {PREVENT_ALLOW_REMOVAL},
		.cdb_length = 6};
	g_autoptr(GError) failure = NULL;

	/* Drives need not know it. */
	if (!scsi_do(scsi, &synchronize, &failure)) {
		if (!g_error_matches(failure, FAILURE, FAILURE_DRIVE_PROTOCOL)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		g_clear_error(&failure);
	}
	if (scsi_do(scsi, &allow, &failure))
		return TRUE;
	if (g_error_matches(failure, FAILURE, FAILURE_DRIVE_PROTOCOL))
		failure->code = FAILURE_DRIVE_NOT_FLUSHED;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean scsi_stop(Scsi *scsi, GError **error)
{
	BotCommand stop = {.name = "START STOP UNIT", .cdb = {START_STOP_UNIT}, .cdb_length = 6};

	return scsi_do(scsi, &stop, error);
}

#include "link/scsi_parts.h"

#include "core/failure.h"

#include <string.h>

enum {
	TEST_UNIT_READY = 0x00,
	INQUIRY = 0x12,
	READ_CAPACITY = 0x25,
	READ_10 = 0x28,

	INQUIRY_LENGTH = 36,
	BLOCKS_MIN = 16,
	BLOCKS_MAX = 1 << 28, /* 128 GiB: no camera has a larger card */
};

/* ---- opening --------------------------------------------------------------------------------- */

/* A field of an INQUIRY answer: ASCII, filled up with blanks. */
static void copy_field(char *into, const guint8 *from, gsize length)
{
	for (gsize i = 0; i < length; i++)
		into[i] = from[i] >= 0x20 && from[i] < 0x7F ? (char)from[i] : '?';
	into[length] = '\0';
	g_strchomp(into);
}

static gboolean inquire(Scsi *scsi, GError **error)
{
	guint8 data[INQUIRY_LENGTH] = {0};
	BotCommand command = {
		.name = "INQUIRY",
		.cdb = {INQUIRY, 0, 0, 0, INQUIRY_LENGTH},
		.cdb_length = 6,
		.into = data,
		.length = sizeof data,
	};

	if (!scsi_do(scsi, &command, error))
		return FALSE;
	if (data[0] != 0) /* qualifier: connected; type: direct access */
		return scsi_violated(error, command.name, "this is no disk");
	copy_field(scsi->vendor, data + 8, 8);
	copy_field(scsi->product, data + 16, 16);
	copy_field(scsi->revision, data + 32, 4);
	return TRUE;
}

static gboolean test_ready(Scsi *scsi, GError **error)
{
	BotCommand command = {.name = "TEST UNIT READY", .cdb = {TEST_UNIT_READY}, .cdb_length = 6};

	return scsi_do(scsi, &command, error);
}

static guint32 get32_big(const guint8 *at)
{
	return (guint32)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
}

static gboolean read_capacity(Scsi *scsi, GError **error)
{
	guint8 data[8] = {0};
	BotCommand command = {
		.name = "READ CAPACITY",
		.cdb = {READ_CAPACITY},
		.cdb_length = 10,
		.into = data,
		.length = sizeof data,
	};
	guint64 blocks;

	if (!scsi_do(scsi, &command, error))
		return FALSE;
	blocks = (guint64)get32_big(data) + 1;
	if (get32_big(data + 4) != SCSI_BLOCK || blocks < BLOCKS_MIN || blocks > BLOCKS_MAX) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL,
			"%s: %" G_GUINT64_FORMAT " blocks of %u bytes", command.name, blocks,
			get32_big(data + 4));
		return FALSE;
	}
	scsi->blocks = (guint32)blocks;
	scsi->block_size = SCSI_BLOCK;
	return TRUE;
}

gboolean scsi_open(Scsi *scsi, GError **error)
{
	scsi->bytes_read = scsi->bytes_written = 0;
	scsi->broken_writes = 0;
	return inquire(scsi, error) && test_ready(scsi, error) && read_capacity(scsi, error);
}

/* ---- reading --------------------------------------------------------------------------------- */

static gboolean read_piece(Scsi *scsi, guint32 block, guint16 count, guint8 *into, GError **error)
{
	BotCommand command = scsi_block_command("READ(10)", READ_10, block, count);

	command.into = into;
	if (!scsi_do(scsi, &command, error)) {
		g_prefix_error(error, "block %u: ", block);
		return FALSE;
	}
	scsi->bytes_read += command.length;
	watch_progress(scsi->watch, "read", scsi->bytes_read,
		MAX(scsi->bytes_read, (guint64)scsi->blocks * SCSI_BLOCK));
	return TRUE;
}

gboolean scsi_read(Scsi *scsi, guint32 block, guint32 count, guint8 *into, GError **error)
{
	if (!scsi_in_range(scsi, block, count, error))
		return FALSE;
	while (count) {
		guint16 piece = (guint16)MIN(count, SCSI_PIECE_BLOCKS);

		if (!read_piece(scsi, block, piece, into, error))
			return FALSE;
		block += piece;
		count -= piece;
		into += piece * SCSI_BLOCK;
	}
	return TRUE;
}

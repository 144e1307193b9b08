#include "link/bot.h"

#include "core/failure.h"

#include <string.h>

enum {
	TEST_UNIT_READY = 0x00,
	REQUEST_SENSE = 0x03,
	INQUIRY = 0x12,
	READ_CAPACITY = 0x25,
	READ_10 = 0x28,

	SENSE_NOT_READY = 0x2,
	SENSE_MEDIUM_ERROR = 0x3,
	SENSE_HARDWARE_ERROR = 0x4,
	SENSE_UNIT_ATTENTION = 0x6,
	ASC_NO_MEDIUM = 0x3A,

	INQUIRY_LENGTH = 36,
	SENSE_LENGTH = 18,
	BLOCK_SIZE = 512,
	BLOCKS_MIN = 16,
	BLOCKS_MAX = 1 << 28, /* 128 GiB: no camera has a larger card */
	PIECE_BLOCKS = 128,   /* 64 KiB */
	TRIES = 2,            /* of a command that broke the transport's rules */
	NOT_READY_MS = 50,
};

typedef struct {
	guint8 key, asc, ascq;
} Sense;

static gboolean violated(GError **error, const char *command, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL, "%s: %s", command, what);
	return FALSE;
}

/* One command, once more where the transport had to be reset. */
static gboolean transact(
	Scsi *scsi, const BotCommand *command, gboolean *passed, guint32 *got, GError **error)
{
	for (guint left = TRIES;;) {
		g_autoptr(GError) failure = NULL;

		if (bot_run(scsi, command, passed, got, &failure))
			return TRUE;
		if (--left && g_error_matches(failure, FAILURE, FAILURE_DRIVE_PROTOCOL))
			continue;
		g_prefix_error(&failure, "%s: ", command->name);
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
}

/* ---- what a drive says about a command that it did not do ------------------------------------ */

static gboolean request_sense(Scsi *scsi, Sense *sense, GError **error)
{
	guint8 data[SENSE_LENGTH] = {0};
	BotCommand command = {
		.name = "REQUEST SENSE",
		.cdb = {REQUEST_SENSE, 0, 0, 0, SENSE_LENGTH},
		.cdb_length = 6,
		.into = data,
		.length = sizeof data,
	};
	gboolean passed;
	guint32 got;

	if (!transact(scsi, &command, &passed, &got, error))
		return FALSE;
	/* Fixed format, current or deferred: SPC-2 section 7.23.2. */
	if (!passed || got < 8 || (data[0] & 0x7E) != 0x70)
		return violated(error, command.name, "no sense data");
	*sense = (Sense){.key = data[2] & 0x0F};
	if (got >= 14) {
		sense->asc = data[12];
		sense->ascq = data[13];
	}
	return TRUE;
}

static gboolean refused(const char *name, const Sense *sense, GError **error)
{
	gboolean broken = sense->key == SENSE_MEDIUM_ERROR || sense->key == SENSE_HARDWARE_ERROR;

	g_set_error(error, FAILURE, broken ? FAILURE_DRIVE_CORRUPT : FAILURE_DRIVE_PROTOCOL,
		"%s: the drive reports sense %X/%02X/%02X", name, sense->key, sense->asc,
		sense->ascq);
	return FALSE;
}

/* Not ready yet, or something has changed since: a reason to ask again, until the watch ends. */
static gboolean wait_until_ready(Scsi *scsi, const char *name, const Sense *sense, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (sense->key != SENSE_NOT_READY && sense->key != SENSE_UNIT_ATTENTION)
		return refused(name, sense, error);
	if (watch_sleep(scsi->watch, NOT_READY_MS, &failure))
		return TRUE;
	g_prefix_error(&failure, "%s: the drive reports sense %X/%02X/%02X: ", name, sense->key,
		sense->asc, sense->ascq);
	if (sense->asc == ASC_NO_MEDIUM && !g_error_matches(failure, FAILURE, FAILURE_STOPPED))
		failure->code = FAILURE_DRIVE_MISSING;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* A command with all of its data, or no success. */
static gboolean do_command(Scsi *scsi, const BotCommand *command, GError **error)
{
	for (;;) {
		gboolean passed;
		guint32 got;
		Sense sense;

		if (!transact(scsi, command, &passed, &got, error))
			return FALSE;
		if (passed)
			return got == command->length ||
			       violated(error, command->name, "too little data");
		if (!request_sense(scsi, &sense, error) ||
			!wait_until_ready(scsi, command->name, &sense, error))
			return FALSE;
	}
}

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

	if (!do_command(scsi, &command, error))
		return FALSE;
	if (data[0] != 0) /* qualifier: connected; type: direct access */
		return violated(error, command.name, "this is no disk");
	copy_field(scsi->vendor, data + 8, 8);
	copy_field(scsi->product, data + 16, 16);
	copy_field(scsi->revision, data + 32, 4);
	return TRUE;
}

static gboolean test_ready(Scsi *scsi, GError **error)
{
	BotCommand command = {.name = "TEST UNIT READY", .cdb = {TEST_UNIT_READY}, .cdb_length = 6};

	return do_command(scsi, &command, error);
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

	if (!do_command(scsi, &command, error))
		return FALSE;
	blocks = (guint64)get32_big(data) + 1;
	if (get32_big(data + 4) != BLOCK_SIZE || blocks < BLOCKS_MIN || blocks > BLOCKS_MAX) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL,
			"%s: %" G_GUINT64_FORMAT " blocks of %u bytes", command.name, blocks,
			get32_big(data + 4));
		return FALSE;
	}
	scsi->blocks = (guint32)blocks;
	scsi->block_size = BLOCK_SIZE;
	return TRUE;
}

gboolean scsi_open(Scsi *scsi, GError **error)
{
	scsi->bytes_read = 0;
	return inquire(scsi, error) && test_ready(scsi, error) && read_capacity(scsi, error);
}

/* ---- reading --------------------------------------------------------------------------------- */

static gboolean read_piece(Scsi *scsi, guint32 block, guint16 count, guint8 *into, GError **error)
{
	BotCommand command = {
		.name = "READ(10)",
		.cdb = {READ_10, 0, (guint8)(block >> 24), (guint8)(block >> 16),
			(guint8)(block >> 8), (guint8)block, 0, (guint8)(count >> 8),
			(guint8)count},
		.cdb_length = 10,
		.into = into,
		.length = count * (guint32)BLOCK_SIZE,
	};

	if (!do_command(scsi, &command, error)) {
		g_prefix_error(error, "block %u: ", block);
		return FALSE;
	}
	scsi->bytes_read += command.length;
	watch_progress(scsi->watch, "read", scsi->bytes_read,
		MAX(scsi->bytes_read, (guint64)scsi->blocks * BLOCK_SIZE));
	return TRUE;
}

gboolean scsi_read(Scsi *scsi, guint32 block, guint32 count, guint8 *into, GError **error)
{
	if (block > scsi->blocks || count > scsi->blocks - block) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"blocks %u to %u of a drive of %u", block, block + count - 1, scsi->blocks);
		return FALSE;
	}
	while (count) {
		guint16 piece = (guint16)MIN(count, PIECE_BLOCKS);

		if (!read_piece(scsi, block, piece, into, error))
			return FALSE;
		block += piece;
		count -= piece;
		into += piece * BLOCK_SIZE;
	}
	return TRUE;
}

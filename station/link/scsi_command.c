/* One command and what its failing means. */
#include "link/scsi_parts.h"

#include "core/failure.h"

enum {
	REQUEST_SENSE = 0x03,

	SENSE_NOT_READY = 0x2,
	SENSE_MEDIUM_ERROR = 0x3,
	SENSE_HARDWARE_ERROR = 0x4,
	SENSE_UNIT_ATTENTION = 0x6,
	SENSE_DATA_PROTECT = 0x7,
	ASC_WRITE_PROTECTED = 0x27,
	ASC_NO_MEDIUM = 0x3A,

	SENSE_LENGTH = 18,
	TRIES = 2, /* of a command that broke the transport's rules; not of a write */
	NOT_READY_MS = 50,
};

typedef struct {
	guint8 key, asc, ascq;
} Sense;

gboolean scsi_violated(GError **error, const char *command, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_DRIVE_PROTOCOL, "%s: %s", command, what);
	return FALSE;
}

/* One command, once more where the transport had to be reset: a write is never done twice, since the
 * second could hide what the first has done. */
static gboolean transact(
	Scsi *scsi, const BotCommand *command, gboolean *passed, guint32 *got, GError **error)
{
	for (guint left = TRIES;;) {
		g_autoptr(GError) failure = NULL;

		if (bot_run(scsi, command, passed, got, &failure))
			return TRUE;
		if (--left && !command->from && bot_was_reset(failure))
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
		return scsi_violated(error, command.name, "no sense data");
	*sense = (Sense){.key = data[2] & 0x0F};
	if (got >= 14) {
		sense->asc = data[12];
		sense->ascq = data[13];
	}
	return TRUE;
}

/* ST's USB library, which cameras use, says "not ready" with it; others "data protect". */
static gboolean is_protected(const Sense *sense)
{
	return sense->key == SENSE_DATA_PROTECT || sense->asc == ASC_WRITE_PROTECTED;
}

static gboolean refused(const char *name, const Sense *sense, GError **error)
{
	FailureCode code = FAILURE_DRIVE_PROTOCOL;

	if (sense->key == SENSE_MEDIUM_ERROR || sense->key == SENSE_HARDWARE_ERROR)
		code = FAILURE_DRIVE_CORRUPT;
	else if (is_protected(sense))
		code = FAILURE_DRIVE_READ_ONLY;
	g_set_error(error, FAILURE, code, "%s: the drive reports sense %X/%02X/%02X", name,
		sense->key, sense->asc, sense->ascq);
	return FALSE;
}

/* Not ready yet, or something has changed since: a reason to ask again, until the watch ends. */
static gboolean wait_until_ready(Scsi *scsi, const char *name, const Sense *sense, GError **error)
{
	g_autoptr(GError) failure = NULL;

	if (is_protected(sense) ||
		(sense->key != SENSE_NOT_READY && sense->key != SENSE_UNIT_ATTENTION))
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

gboolean scsi_do(Scsi *scsi, const BotCommand *command, GError **error)
{
	for (;;) {
		gboolean passed;
		guint32 got;
		Sense sense;

		if (!transact(scsi, command, &passed, &got, error))
			return FALSE;
		if (passed)
			return got == command->length ||
			       scsi_violated(error, command->name, "too little data");
		if (!request_sense(scsi, &sense, error) ||
			!wait_until_ready(scsi, command->name, &sense, error))
			return FALSE;
	}
}

/* ---- blocks ----------------------------------------------------------------------------------- */

BotCommand scsi_block_command(const char *name, guint8 opcode, guint32 block, guint16 count)
{
	return (BotCommand){
		.name = name,
		.cdb = {opcode, 0, (guint8)(block >> 24), (guint8)(block >> 16),
			(guint8)(block >> 8), (guint8)block, 0, (guint8)(count >> 8),
			(guint8)count},
		.cdb_length = 10,
		.length = count * (guint32)SCSI_BLOCK,
	};
}

gboolean scsi_in_range(const Scsi *scsi, guint32 block, guint32 count, GError **error)
{
	if (block <= scsi->blocks && count <= scsi->blocks - block)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "blocks %u to %u of a drive of %u",
		block, block + count - 1, scsi->blocks);
	return FALSE;
}

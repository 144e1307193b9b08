#include "link/bot.h"

#include "core/failure.h"

#include <string.h>

enum {
	CBW_LENGTH = 31,
	CSW_LENGTH = 13,
	/* OpenMV's firmware erases and programs its drive's sector while USB waits: 1 to 2 s, and then
	 * as long again for the programming (boards.md section 2.4). */
	TRANSFER_MS = 5000,
	BOT_RESET = 0xFF, /* class request */
	STATUS_PASSED = 0,
	STATUS_FAILED = 1,
};

static void put32(guint8 *at, guint32 value)
{
	for (guint i = 0; i < 4; i++)
		at[i] = (guint8)(value >> 8 * i);
}

static guint32 get32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

static gboolean violated(GError **error, const char *what)
{
	g_set_error_literal(error, FAILURE, FAILURE_DRIVE_PROTOCOL, what);
	return FALSE;
}

/* How many bytes moved, or -1 with the pipe's own error, so that a stall can be told from others. */
static gssize transfer(Scsi *scsi, guint8 endpoint, guint8 *data, gsize length, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gssize moved;

	if (!watch_ok(scsi->watch, error))
		return -1;
	moved = scsi->pipe->bulk(scsi->pipe, endpoint, data, length,
		watch_timeout_ms(scsi->watch, TRANSFER_MS), &failure);
	if (moved >= 0 && (gsize)moved <= length)
		return moved;
	if (moved >= 0)
		violated(&failure, "more bytes moved than were asked for");
	/* Silence until the watch's own end is for the watch to name. */
	if (g_error_matches(failure, USB_ERROR, USB_ERROR_TIMEOUT) && !watch_ok(scsi->watch, error))
		return -1;
	g_propagate_error(error, g_steal_pointer(&failure));
	return -1;
}

/* A stall or silence that leads to no other way on. */
static gboolean settle(GError **error)
{
	if (error && *error && (*error)->domain == USB_ERROR) {
		(*error)->domain = FAILURE;
		(*error)->code = FAILURE_DRIVE_STALL;
	}
	return FALSE;
}

static gboolean was_stall(const GError *error)
{
	return g_error_matches(error, USB_ERROR, USB_ERROR_STALL);
}

/* ---- the three phases ------------------------------------------------------------------------ */

static gboolean send_command(Scsi *scsi, const BotCommand *command, GError **error)
{
	guint8 cbw[CBW_LENGTH] = "USBC";
	gssize moved;

	put32(cbw + 4, ++scsi->tag);
	put32(cbw + 8, command->length);
	cbw[12] = command->into ? 0x80 : 0;
	cbw[14] = command->cdb_length;
	memcpy(cbw + 15, command->cdb, command->cdb_length);
	moved = transfer(scsi, scsi->out, cbw, sizeof cbw, error);
	if (moved < 0)
		return settle(error);
	return moved == CBW_LENGTH || violated(error, "the drive did not take the whole command");
}

/* A drive that has less than was asked for, or takes less, may stall; then the status is still to
 * come (BOT 1.0 section 6.7). */
static gboolean move_data(Scsi *scsi, const BotCommand *command, guint32 *moved, GError **error)
{
	guint8 endpoint = command->into ? scsi->in : scsi->out;
	/* What goes out is not changed. */
	guint8 *data = command->into ? command->into : (guint8 *)command->from;
	g_autoptr(GError) failure = NULL;
	gssize got;

	*moved = 0;
	if (!command->length)
		return TRUE;
	got = transfer(scsi, endpoint, data, command->length, &failure);
	if (got >= 0) {
		*moved = (guint32)got;
		return TRUE;
	}
	if (was_stall(failure)) {
		/* How much went out before the stall is not known: the status says so. */
		*moved = command->from ? command->length : 0;
		return scsi->pipe->clear_halt(scsi->pipe, endpoint, error) || settle(error);
	}
	g_propagate_error(error, g_steal_pointer(&failure));
	return settle(error);
}

/* The status may be stalled once: clear, and ask again (BOT 1.0 figure 2). */
static gboolean receive_status(Scsi *scsi, guint8 *csw, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gssize moved = transfer(scsi, scsi->in, csw, CSW_LENGTH, &failure);

	if (moved < 0 && was_stall(failure)) {
		g_clear_error(&failure);
		if (!scsi->pipe->clear_halt(scsi->pipe, scsi->in, error))
			return settle(error);
		moved = transfer(scsi, scsi->in, csw, CSW_LENGTH, &failure);
	}
	if (moved < 0) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return settle(error);
	}
	return moved == CSW_LENGTH || violated(error, "the command's status is cut short");
}

/* Believes nothing of it: BOT 1.0 section 6.3. */
static gboolean check_status(const Scsi *scsi, const BotCommand *command, const guint8 *csw,
	guint32 moved, guint32 *got, GError **error)
{
	guint32 residue = get32(csw + 8);

	if (memcmp(csw, "USBS", 4) != 0)
		return violated(error, "the command's status has no signature");
	if (get32(csw + 4) != scsi->tag)
		return violated(error, "the status is of another command");
	if (csw[12] > STATUS_FAILED)
		return violated(error, csw[12] == 2 ? "phase error" : "unknown status");
	if (residue > command->length || command->length - residue > moved)
		return violated(error, "fewer bytes moved than the drive says");
	*got = command->length - residue;
	return TRUE;
}

/* ---- recovery -------------------------------------------------------------------------------- */

/* BOT 1.0 section 5.3.4. What cannot be recovered shows at the next command. */
static gboolean reset(Scsi *scsi, GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean done = scsi->pipe->control(scsi->pipe, 0x21, BOT_RESET, 0, scsi->interface, NULL,
				0, watch_timeout_ms(scsi->watch, TRANSFER_MS), &failure) >= 0 &&
			scsi->pipe->clear_halt(scsi->pipe, scsi->in, &failure) &&
			scsi->pipe->clear_halt(scsi->pipe, scsi->out, &failure);

	if (done || failure->domain == USB_ERROR)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean run(
	Scsi *scsi, const BotCommand *command, guint8 *csw, guint32 *got, GError **error)
{
	guint32 moved;

	return send_command(scsi, command, error) && move_data(scsi, command, &moved, error) &&
	       receive_status(scsi, csw, error) &&
	       check_status(scsi, command, csw, moved, got, error);
}

gboolean bot_was_reset(const GError *error)
{
	return g_error_matches(error, FAILURE, FAILURE_DRIVE_PROTOCOL) ||
	       g_error_matches(error, FAILURE, FAILURE_DRIVE_STALL);
}

gboolean bot_run(
	Scsi *scsi, const BotCommand *command, gboolean *passed, guint32 *got, GError **error)
{
	guint8 csw[CSW_LENGTH] = {0};
	g_autoptr(GError) failure = NULL;

	if (run(scsi, command, csw, got, &failure)) {
		*passed = csw[12] == STATUS_PASSED;
		return TRUE;
	}
	if (bot_was_reset(failure) && !reset(scsi, error))
		return FALSE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

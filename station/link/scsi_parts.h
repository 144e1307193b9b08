/* What scsi*.c share: one SCSI command, with all that may be in its way. */
#pragma once

#include "link/bot.h"

enum { SCSI_BLOCK = 512, SCSI_PIECE_BLOCKS = 128 /* 64 KiB in one command */ };

/* A command with all of its data, or no success. One that finds the drive not ready, or changed, is
 * asked again until the watch ends. */
gboolean scsi_do(Scsi *scsi, const BotCommand *command, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FAILURE_DRIVE_PROTOCOL: what this command's answer cannot be. Returns FALSE. */
gboolean scsi_violated(GError **error, const char *command, const char *what);

/* READ(10) or WRITE(10), without where its data are. */
BotCommand scsi_block_command(const char *name, guint8 opcode, guint32 block, guint16 count);

gboolean scsi_in_range(
	const Scsi *scsi, guint32 block, guint32 count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

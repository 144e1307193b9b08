/*
 * USB Mass Storage Bulk-Only Transport 1.0: one SCSI command at a time. Used by scsi.c only.
 *
 *   OUT  "USBC" tag length flags lun command        31 bytes, the CBW
 *   IN   data                                       as much as the drive has, or
 *   OUT  data                                       as much as it takes
 *   IN   "USBS" tag residue status                  13 bytes, the CSW
 */
#pragma once

#include "link/scsi.h"

typedef struct {
	const char *name;
	guint8 cdb[16], cdb_length;
	guint8 *into;       /* for what comes back; NULL: nothing does */
	const guint8 *from; /* what goes out; NULL: nothing does */
	guint32 length;     /* how much of either; 0: a command without data */
} BotCommand;

/*
 * TRUE when the drive has answered by the rules: *passed says whether it did the command, *got how
 * many bytes of data are good. Otherwise FAILURE_DRIVE_PROTOCOL, and the transport has been reset:
 * the command may be tried again; or FAILURE_USB_LOST and the like, and it may not.
 */
gboolean bot_run(Scsi *scsi, const BotCommand *command, gboolean *passed, guint32 *got,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The transport is fit for another command, although this one failed. */
gboolean bot_was_reset(const GError *error);

/*
 * A USB drive: SCSI commands over Bulk-Only Transport; an engine without a transport of its own.
 * Reading only, for now. Stalls, short data, wrong tags and phase errors end in reset recovery
 * and one retry, then in FAILURE_DRIVE_PROTOCOL.
 */
#pragma once

#include "link/usb.h"

typedef struct {
	UsbPipe *pipe;
	Watch *watch;
	guint8 interface, in, out; /* endpoints */
	guint32 tag;
	guint32 blocks, block_size; /* after scsi_open() */
	char vendor[9], product[17], revision[5];
} Scsi;

/* Finds the mass-storage interface (08/06/50) in a configuration; any bytes are safe. */
gboolean scsi_parse(const guint8 *configuration, gsize length, Scsi *scsi, GError **error)
	G_GNUC_WARN_UNUSED_RESULT;

/* INQUIRY, TEST UNIT READY until ready, READ CAPACITY. */
gboolean scsi_open(Scsi *scsi, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* READ(10), in pieces of at most 64 KiB. Progress: phase "read". */
gboolean scsi_read(Scsi *scsi, guint32 block, guint32 count, guint8 *into, GError **error)
	G_GNUC_WARN_UNUSED_RESULT;

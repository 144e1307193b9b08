/*
 * A USB drive: SCSI commands over Bulk-Only Transport; an engine without a transport of its own.
 * Stalls, short data, wrong tags and phase errors end in reset recovery and one retry, then in
 * FAILURE_DRIVE_PROTOCOL, or FAILURE_DRIVE_STALL where the drive stalls or keeps silent.
 * A write is not retried: what stands there is read, and has to be what was written.
 */
#pragma once

#include "link/usb.h"

typedef struct {
	UsbPipe *pipe;
	Watch *watch;
	guint8 interface, in, out;                /* endpoints */
	guint32 tag;                              /* of the last command */
	guint32 blocks, block_size;               /* after scsi_open(); block_size is 512 */
	char vendor[9], product[17], revision[5]; /* printable ASCII, without blanks at the end */
	guint64 bytes_read, bytes_written;
	guint64 bytes_to_write; /* for those who watch: the caller's, 0 where it does not know */
	guint broken_writes;    /* how many writes ended in a reset, although they were done */
} Scsi;

/* Finds the mass-storage interface (08/06/50) in a configuration; any bytes are safe.
 * FAILURE_DRIVE_MISSING when there is none, FAILURE_DRIVE_PROTOCOL when it is malformed. */
gboolean scsi_parse(const guint8 *configuration, gsize length, Scsi *scsi,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every function below may also fail with FAILURE_USB_LOST, FAILURE_USB_TRANSFER and what the watch
 * says; with FAILURE_DRIVE_CORRUPT when the drive reports a medium or hardware error. */

/* INQUIRY, TEST UNIT READY until ready, READ CAPACITY. FAILURE_DRIVE_MISSING when the drive says
 * until the watch ends that there is no medium. */
gboolean scsi_open(Scsi *scsi, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* READ(10), in pieces of at most 64 KiB. Progress: phase "read", bytes of the whole drive. */
gboolean scsi_read(Scsi *scsi, guint32 block, guint32 count, guint8 *into,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* WRITE(10), in pieces of at most 64 KiB. FAILURE_DRIVE_READ_ONLY where the drive says so. Progress:
 * phase "write", bytes written since scsi_open(). */
gboolean scsi_write(Scsi *scsi, guint32 block, guint32 count, const guint8 *from,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Brings to flash what the drive has in its cache: ALLOW MEDIUM REMOVAL, which is what MicroPython's
 * drives heed, after SYNCHRONIZE CACHE, which others do. FAILURE_DRIVE_NOT_FLUSHED when refused. */
gboolean scsi_flush(Scsi *scsi, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* START STOP UNIT: the drive is not to be used any more. */
gboolean scsi_stop(Scsi *scsi, GError **error) G_GNUC_WARN_UNUSED_RESULT;

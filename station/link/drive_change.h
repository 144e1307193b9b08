/*
 * Brings a drive's volume to the state of a file that was made from a copy of it: only blocks that
 * mean something there and differ are written, in an order in which a cut of power never leaves a
 * file that looks complete and is not.
 *
 *   1 files' data    where nothing points to yet
 *   2 FATs           chains that no name begins; a loss shows as lost clusters
 *   3 directories    the deepest first, the root's last: now the names
 *   4 boot sector
 *
 * For that no block of a file that still has its name may be overwritten: names go first (a change of
 * their own), files come after.
 */
#pragma once

#include "link/drive_copy.h"

typedef struct {
	guint32 blocks;    /* written */
	FatVolume *volume; /* as it is now; NULL after an error */
} DriveChange;

/*
 * `path` is the volume's file, made by drive_copy_save() of the blocks from `first` on. What was written
 * is read back from the drive: FAILURE_DRIVE_WRITE_LOST, or FAILURE_DRIVE_CORRUPT where only a few bits of
 * a block are wrong. FAILURE_STATION_INTERNAL when the file is not a
 * sound volume: then nothing is written.
 */
gboolean drive_change(DriveCopy *copy, guint32 first, const char *path, DriveChange *change,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A drive as far as it has been read: each block is read from the drive once. Programs that want a file
 * (mtools, fsck.fat) get the volume as a sparse one, in which what was never read is a hole.
 *
 *   drive    | MBR |  ...  | boot | FAT | root | file |  free ...  | file |   free ...   |
 *   copy     | MBR |       | boot | FAT | root | file |            | file |
 *   volume's file          | boot | FAT | root | file |   (hole)   | file |    (hole)    |
 */
#pragma once

#include "link/fat.h"
#include "link/scsi.h"

typedef struct DriveCopy DriveCopy;

/* Of an opened drive, which has to outlive it. Takes memory for what is read only.
 * FAILURE_STATION_INTERNAL. */
DriveCopy *drive_copy_new(Scsi *scsi, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void drive_copy_free(DriveCopy *copy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DriveCopy, drive_copy_free)

Scsi *drive_copy_scsi(DriveCopy *copy);

/* From the copy, and what it lacks from the drive; a FatRead, `data` is the copy. The other: from the
 * drive, whatever the copy has, which stays as it is. */
gboolean drive_copy_read(gpointer data, guint32 block, guint32 count, guint8 *into,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean drive_copy_read_again(DriveCopy *copy, guint32 block, guint32 count, guint8 *into,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One block of the copy; NULL: never read. */
const guint8 *drive_copy_block(const DriveCopy *copy, guint32 block);

/* Writes to the drive, and to the copy. */
gboolean drive_copy_write(DriveCopy *copy, guint32 block, guint32 count, const guint8 *from,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* `count` blocks from `first` on as a new sparse file. FAILURE_STATION_INTERNAL. */
gboolean drive_copy_save(const DriveCopy *copy, guint32 first, guint32 count, const char *path,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

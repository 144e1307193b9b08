/*
 * The board's drive, as the drive.* steps have it: claimed, so that this machine neither mounts nor
 * writes it, read block by block into a copy, walked, and judged by a second walker.
 */
#pragma once

#include "link/drive_copy.h"
#include "steps/job.h"

typedef struct {
	Scsi scsi;
	DriveCopy *copy;
	FatVolume *volume; /* as it was last walked */
} Drive;

/* Opens the device that a usb.await left open, or else whatever is on the slot's port; records its
 * model and size. Whatever happens, drive_close() comes after it. */
gboolean drive_open(Job *job, Drive *drive, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Records how much was read and written. The device stays open. */
void drive_close(Job *job, Drive *drive);

/* Walks the volume and records what it is. */
gboolean drive_walk(Job *job, Drive *drive, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * FAILURE_DRIVE_CORRUPT with the findings of the walk. fsck.fat is asked as well: FAILURE_DRIVE_DOUBT
 * where the two disagree. What either has to say is noted.
 */
gboolean drive_check_sound(Job *job, const Drive *drive, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file of this name in the job's private folder; newly allocated. */
char *drive_work_file(const Job *job, const char *name);

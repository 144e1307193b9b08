/*
 * What is on a board's drive, as a list of files: what was found before anything was put there, and what
 * has to be there from then on. And whether it is, after the power was cut, or what has become of it.
 */
#pragma once

#include "link/drive_copy.h"

typedef struct {
	char *path;
	char *sha256;    /* NULL: a directory */
	gboolean placed; /* by the recipe */
} DriveEntry;

typedef struct DriveState {
	GPtrArray *before; /* of DriveEntry*: before the recipe placed anything; NULL: it has not */
	GPtrArray *files;  /* of DriveEntry*: what has to be there */
	guint32 volume_id;
	GPtrArray *heads;      /* of char*: the first blocks of drive and volume */
	gint64 first_write_us; /* monotonic; 0: nothing was written */
	gint64 last_write_us;
} DriveState;

/* Files and directories of a volume; of DriveEntry*. FAT knows no upper and lower case. */
GPtrArray *drive_entries(const FatVolume *volume);
const DriveEntry *drive_entry_find(const GPtrArray *entries, const char *path); /* NULL: none */
gboolean drive_entry_there(const GPtrArray *entries, const DriveEntry *wanted); /* as it is */
gboolean drive_same_path(const char *a, const char *b);

/* As the volume is now. */
DriveState *drive_state_new(const FatVolume *volume, DriveCopy *copy);
void drive_state_free(DriveState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DriveState, drive_state_free)

/* The same after files were placed; `before` stays what it was. */
void drive_state_placed(DriveState *state, const FatVolume *volume, const GPtrArray *paths);

/* The first blocks of drive and volume, one a line: number, SHA-256, first bytes. Of char*. */
GPtrArray *drive_heads(const FatVolume *volume, DriveCopy *copy);

/*
 * TRUE when the sound volume `now` is what it has to be, whatever stands at the paths of `may_change`
 * (of const char*; NULL: none) and what the firmware itself makes and removes (boards.md section 2.5).
 * Otherwise what has become of it, as far as that can be told:
 *
 *   FAILURE_DRIVE_REFORMATTED      a new volume: another id; or what was placed is gone, and only
 *                                  the firmware's own files are there
 *   FAILURE_DRIVE_NOT_FLUSHED      all is as it was before; `settled` says that the drive was told
 *                                  to flush and had its time, so that this is no loss of a cache
 *   FAILURE_DRIVE_FILE_MISSING, FAILURE_DRIVE_FILE_CHANGED, FAILURE_DRIVE_FILE_UNEXPECTED
 */
gboolean drive_state_kept(const DriveState *state, const FatVolume *now,
	const GPtrArray *may_change, gboolean settled, GError **error) G_GNUC_WARN_UNUSED_RESULT;

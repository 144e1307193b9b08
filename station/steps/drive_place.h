/*
 * Files onto a drive, in two changes of its volume:
 *
 *   1  what is to be replaced loses its name      nothing points to the old data any more
 *   2  folders, files                             data, then FATs, then names (link/drive_change.h)
 *
 * so that a cut of power at any moment leaves no file that looks complete and is not.
 */
#pragma once

#include "steps/drive.h"

/*
 * `files` (of StagedFile*) onto a drive whose sound volume was walked; job->drive knows it. What is there
 * already is not written again. The drive's volume is then as it was left, and job->drive knows that.
 * FAILURE_DRIVE_FULL before anything is written, FAILURE_DRIVE_FILE_UNEXPECTED where a folder has a file's
 * name, and what drive_change() and mtools may fail with.
 */
gboolean drive_place(
	Job *job, Drive *drive, GPtrArray *files, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The files that a board's drive is to get: the recipe's folder with this board's values in it, as files
 * of this machine, from which mtools copy.
 */
#pragma once

#include "core/folder.h"
#include "steps/job.h"

typedef struct {
	char *path; /* on the drive: "/lib/net.py" */
	char *from; /* on this machine */
	guint32 size;
	char *sha256;
	gboolean placed; /* there already, or not to be written for another reason */
} StagedFile;

/*
 * `to` is a folder of the drive ("/" or "/app"), `templates` names files of the folder (a list of texts;
 * NULL: none) whose {{...}} get their values. Of StagedFile*, sorted by path.
 * FAILURE_FOLDER_CHANGED, FAILURE_VALUE_MISSING, FAILURE_STATION_INTERNAL.
 */
GPtrArray *drive_stage(Job *job, const Folder *folder, const char *to, const Node *templates,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

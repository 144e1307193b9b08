/*
 * Changing a FAT volume in a file, by mtools. The same files give the same volume, to the byte: their
 * times are 2020-01-01 00:00:00. Nothing of this user's or system's mtools settings counts.
 *
 * Paths on the volume are absolute ("/lib/net.py") and have only characters that folder.h allows: mtools
 * would take * ? [ ] for patterns. FAILURE_TOOL_MISSING, FAILURE_TOOL_FAILED with what mtools says,
 * FAILURE_DRIVE_FULL where there is no room.
 */
#pragma once

#include "core/watch.h"

typedef struct {
	const char *volume; /* the file */
	Watch *watch;
} Mtools;

gboolean mtools_make_folder(
	const Mtools *mtools, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean mtools_remove(
	const Mtools *mtools, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A file of this machine; there must be none of this name. */
gboolean mtools_copy(const Mtools *mtools, const char *from, const char *path,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A recipe's folder, read into memory as a whole and proven against its pin. The pin is the SHA-256 of
 * what sha256sum says of its files, in the order of their paths:
 *
 *     cd FOLDER && find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
 *
 * Nothing outside the folder is ever read: it holds files and folders, no links. Their names are such
 * as every FAT driver and every tool takes: A-Z a-z 0-9 . _ - + = @ ~ # ( ) , and blanks inside.
 */
#pragma once

#include "core/recipe.h"

typedef struct {
	char *path; /* "lib/net.py" */
	GBytes *bytes;
} FolderFile;

enum { FOLDER_FILES_MAX = 1000, FOLDER_DEPTH_MAX = 8, FOLDER_BYTES_MAX = 64 << 20 };

/* Its files, sorted by path; of FolderFile*. FAILURE_FOLDER_CHANGED when it is not what the recipe
 * pins, or holds what it may not. */
GPtrArray *folder_files(const Folder *folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same without a pin; the message goes behind the folder's name. */
GPtrArray *folder_read(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Its pin, newly allocated. */
char *folder_sha256(const GPtrArray *files);

/* Writes the files into a new folder. FAILURE_STATION_INTERNAL. */
gboolean folder_save(
	const GPtrArray *files, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

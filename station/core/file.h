/* Files from outside, bounded before they are read. */
#pragma once

#include <glib.h>

/*
 * The bytes of a regular file of at most `most` bytes; behind them stands a NUL that does not count.
 * NULL with an error of G_FILE_ERROR whose message goes behind the file's name: "is not a regular file".
 * A named pipe, a device or a file that grows does not hold the caller up.
 */
GBytes *file_bytes(const char *path, gsize most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same of a file in an open folder, never through a link: nothing outside the folder is read. */
GBytes *file_bytes_in(
	int folder, const char *name, gsize most, GError **error) G_GNUC_WARN_UNUSED_RESULT;

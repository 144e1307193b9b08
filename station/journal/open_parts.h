/* What the files that open a journal share, and nobody else uses. */
#pragma once

#include "journal/database.h"

/* Not opened yet; its path is that of the file itself, where `path` is a link. */
Journal *journal_new(const char *path);
/* `name` is a path or SQLite's URI of one; flags are sqlite3_open_v2()'s. */
gboolean journal_connect(
	Journal *journal, const char *name, int flags, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean journal_sqlite_will_do(GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* create.c: an exact answer to "is there a file": 1, 0; -1 is doubt, with `error`. */
gint journal_is_there(const char *path, goffset *size, GError **error);
/* Whoever calls it has the lock. */
gboolean journal_exists_or_is_created(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

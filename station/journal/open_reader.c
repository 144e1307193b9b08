/* A journal that is only read, beside a station that writes it or on a disk that cannot be written. */
#include "journal/open_parts.h"
#include "journal/schema.h"

#include <glib/gstdio.h>
#include <unistd.h>

/*
 * A journal on a disk that is read-only: SQLite would need a -shm file beside it, which it can do
 * without only where it is told that nobody writes. Right only while there is no log to be read.
 */
static gboolean connect_unchanging(Journal *journal, GError **error)
{
	g_autofree char *log = g_strconcat(journal->path, "-wal", NULL);
	if (g_access(log, F_OK) == 0)
		return database_refuse(error,
			"journal %s has a log that cannot be read without writing beside it: copy "
			"both "
			"elsewhere and read the copy",
			journal->path);
	g_autofree char *absolute = g_canonicalize_filename(journal->path, NULL);
	g_autofree char *uri = g_filename_to_uri(absolute, NULL, error);
	if (!uri)
		return FALSE;
	g_autofree char *name = g_strconcat(uri, "?immutable=1", NULL);
	sqlite3_close_v2(g_steal_pointer(&journal->db));
	return journal_connect(journal, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) &&
	       schema_is_ours(journal, FALSE, error);
}

static gboolean connect_reader(Journal *journal, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	if (!journal_connect(journal, journal->path, SQLITE_OPEN_READONLY, error))
		return FALSE;
	if (schema_is_ours(journal, FALSE, &trouble))
		return TRUE;
	int result = sqlite3_extended_errcode(journal->db);
	if (result == SQLITE_READONLY_DIRECTORY || (result & 0xff) == SQLITE_CANTOPEN)
		return connect_unchanging(journal, error);
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

Journal *journal_open_reader(const char *path, GError **error)
{
	goffset size = 0;
	if (!journal_sqlite_will_do(error))
		return NULL;
	g_autoptr(Journal) journal = journal_new(path);
	gint there = journal_is_there(path, &size, error);
	if (there == 0)
		database_refuse(error, "there is no journal at %s", path);
	/* Reports sort a million rows: in memory that takes a second, through files a minute. */
	if (there <= 0 || !connect_reader(journal, error) ||
		!database_execute(journal, "set it up",
			"PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536", error))
		return NULL;
	return g_steal_pointer(&journal);
}

/*
 * Opening a journal: whose file it is, whether it is whole, and how it is written.
 *
 *   nothing there ----> PATH.new: tables, one transaction, closed ----> rename to PATH
 *   PATH ----> lock ----> ours? ----> quick_check ----> WAL, FULL ----> newer schema, if any
 *
 * quick_check reads the whole file, which grows with the years: it is given some seconds, more after an unclean end
 * (a log that no writer put away), and what it has not reached by then is `flashline verify`'s to find.
 *
 * A journal is therefore either not there or whole, and an empty or foreign file is never taken
 * for a new one: nothing is recreated where something was (trust.md section 4, row 20).
 */
#include "journal/database.h"

#include "core/failure.h"
#include "journal/lock.h"
#include "journal/schema.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* STRICT tables came with 3.37.0. */
#define SQLITE_AT_LEAST 3037000
/* How long a journal is looked at before it is written, and after an unclean end; how often SQLite asks whether the time
 * is over: instructions of its machine. */
enum { LOOK_MS = 2000, LOOK_UNCLEAN_MS = 30000, ASK_EVERY = 1000 };
/* How long a lock is waited for (libraries.md section 5). */
#define BUSY_MS 5000

static char *state_path(void)
{
	return g_build_filename(g_get_user_state_dir(), "flashline", "journal.db", NULL);
}

char *journal_default_path(void)
{
	const char *set = g_getenv("FLASHLINE_JOURNAL");
	return set && *set ? g_strdup(set) : state_path();
}

/* The folder of the default path is made where it is missing; a mistyped one is not. */
static gboolean make_state_folder(const char *path, GError **error)
{
	g_autofree char *usual = state_path();
	if (strcmp(path, usual) != 0)
		return TRUE;
	g_autofree char *folder = g_path_get_dirname(path);
	if (g_mkdir_with_parents(folder, 0700) == 0)
		return TRUE;
	return database_refuse(error, "cannot create the folder %s: %s", folder, g_strerror(errno));
}

static Journal *journal_new(const char *path)
{
	Journal *journal = g_new0(Journal, 1);
	/* Where a link leads to: the lock must be the same by whatever name. */
	char *real = realpath(path, NULL);
	journal->path = g_strdup(real ? real : path);
	free(real);
	journal->lock = -1;
	journal->kept = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)statement_free);
	return journal;
}

void journal_close(Journal *journal)
{
	if (!journal)
		return;
	g_hash_table_unref(journal->kept);
	sqlite3_close_v2(journal->db);
	if (journal->lock >= 0)
		close(journal->lock);
	g_free(journal->path);
	g_free(journal);
}

static gboolean connect_to(Journal *journal, const char *name, int flags, GError **error)
{
	int result = sqlite3_open_v2(name, &journal->db, flags, NULL);
	if (result != SQLITE_OK)
		return database_fail(journal, "open it", result,
			journal->db ? sqlite3_errmsg(journal->db) : NULL, error);
	sqlite3_extended_result_codes(journal->db, 1);
	sqlite3_busy_timeout(journal->db, BUSY_MS);
	/* A file from elsewhere must not run functions of this program through its schema. */
	sqlite3_db_config(journal->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(journal->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return TRUE;
}

const char *journal_sqlite_version(void)
{
	return sqlite3_libversion();
}

static gboolean sqlite_is_new_enough(GError **error)
{
	return sqlite3_libversion_number() >= SQLITE_AT_LEAST ||
	       database_refuse(error, "SQLite %s is too old for the journal: 3.37 is needed",
		       sqlite3_libversion());
}

/* ---- creating ------------------------------------------------------------------------------ */

/* An exact answer to "is there something": -1 is doubt, with `error`. */
static gint something_there(const char *path, goffset *size, GError **error)
{
	struct stat file;
	if (stat(path, &file) != 0) {
		if (errno == ENOENT)
			return 0;
		database_refuse(error, "cannot look at %s: %s", path, g_strerror(errno));
		return -1;
	}
	if (!S_ISREG(file.st_mode)) {
		database_refuse(error, "%s is not a file", path);
		return -1;
	}
	*size = file.st_size;
	return 1;
}

static gboolean fill_new(const char *path, GError **error)
{
	g_autoptr(Journal) journal = journal_new(path);
	return connect_to(journal, path, SQLITE_OPEN_READWRITE, error) &&
	       database_execute(journal, "create it", "PRAGMA synchronous = EXTRA", error) &&
	       schema_migrate(journal, error);
}

/* A rename is on the disk when its folder is. */
gboolean database_move(const char *from, const char *to, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(to);
	int handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean moved = handle >= 0 && rename(from, to) == 0 && fsync(handle) == 0;
	if (!moved)
		database_refuse(error, "cannot create %s: %s", to, g_strerror(errno));
	if (handle >= 0)
		close(handle);
	return moved;
}

static gboolean create(const char *path, GError **error)
{
	g_autofree char *fresh = g_strconcat(path, ".new", NULL);
	g_autofree char *fresh_undo = g_strconcat(fresh, "-journal", NULL);
	/* What a process left that was killed while it did this; we have the lock. */
	g_unlink(fresh);
	g_unlink(fresh_undo);
	/* SQLite gives the files beside it the same mode: nobody else reads serials and operators. */
	int file = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (file < 0)
		return database_refuse(error, "cannot create %s: %s", path, g_strerror(errno));
	close(file);
	return fill_new(fresh, error) && database_move(fresh, path, error);
}

static gboolean exists_or_is_created(const char *path, GError **error)
{
	goffset size = 0, log_size = 0;
	gint there = something_there(path, &size, error);
	if (there < 0)
		return FALSE;
	if (there > 0)
		return size > 0 || database_refuse(error,
					   "journal %s is empty, which a journal never is: it was "
					   "cut off; it is "
					   "left as it is, restore a backup",
					   path);
	/* SQLite would throw the log of a database away that it thinks is new. */
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	there = something_there(log, &log_size, error);
	if (there < 0)
		return FALSE;
	if (there > 0 && log_size > 0)
		return database_refuse(error,
			"journal %s is missing, but its log %s is there: put the file back, or "
			"move "
			"the log away",
			path, log);
	return create(path, error);
}

/* ---- opening ------------------------------------------------------------------------------- */

static int too_late(void *end_us)
{
	return g_get_monotonic_time() > *(const gint64 *)end_us;
}

static gboolean is_whole(Journal *journal, guint look_ms, GError **error)
{
	gint64 end_us = g_get_monotonic_time() + look_ms * G_TIME_SPAN_MILLISECOND;
	g_autoptr(GError) failure = NULL;
	sqlite3_progress_handler(journal->db, ASK_EVERY, too_late, &end_us);
	g_autofree char *answer = database_text(journal, "PRAGMA quick_check(1)", &failure);
	sqlite3_progress_handler(journal->db, 0, NULL, NULL);
	if (!answer && sqlite3_errcode(journal->db) == SQLITE_INTERRUPT)
		return TRUE;
	if (!answer) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (strcmp(answer, "ok") == 0)
		return TRUE;
	/* "*** in database main ***", and then the finding on a line of its own. */
	const char *finding = strrchr(answer, '\n');
	return database_fail(
		journal, "use it", SQLITE_CORRUPT, finding ? finding + 1 : answer, error);
}

static gboolean is_writable(Journal *journal, GError **error)
{
	/* SQLite opens what it may not write for reading, and says nothing. */
	return !sqlite3_db_readonly(journal->db, "main") ||
	       database_fail(journal, "write it", SQLITE_READONLY, NULL, error);
}

/* The last one to close a journal puts its log away. */
static gboolean ended_unclean(const char *path)
{
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	struct stat file;
	return stat(log, &file) == 0 && file.st_size > 0;
}

/* When a COMMIT returns it is on the disk; NORMAL would lose the last ones in a power cut. */
static gboolean make_durable(Journal *journal, GError **error)
{
	gint64 synchronous, foreign_keys;
	g_autofree char *mode = database_text(journal, "PRAGMA journal_mode = WAL", error);
	if (!mode)
		return FALSE;
	if (!database_execute(journal, "set it up",
		    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", error) ||
		!database_int(journal, "PRAGMA synchronous", &synchronous, error) ||
		!database_int(journal, "PRAGMA foreign_keys", &foreign_keys, error))
		return FALSE;
	return (strcmp(mode, "wal") == 0 && synchronous == 2 && foreign_keys == 1) ||
	       database_refuse(error,
		       "journal %s cannot be written durably (journal_mode %s, synchronous "
		       "%" G_GINT64_FORMAT "): put it on a local disk",
		       journal->path, mode, synchronous);
}

Journal *journal_open(const char *path, GError **error)
{
	goffset size;
	if (!sqlite_is_new_enough(error) || !make_state_folder(path, error))
		return NULL;
	g_autoptr(Journal) journal = journal_new(path);
	/* Before the lock: no lock file beside what can be no journal. */
	if (something_there(journal->path, &size, error) < 0)
		return NULL;
	journal->lock = lock_take(journal->path, error);
	guint look_ms = ended_unclean(journal->path) ? LOOK_UNCLEAN_MS : LOOK_MS;
	if (journal->lock < 0 || !exists_or_is_created(journal->path, error) ||
		!connect_to(journal, journal->path, SQLITE_OPEN_READWRITE, error) ||
		!schema_is_ours(journal, TRUE, error) || !is_writable(journal, error) ||
		!is_whole(journal, look_ms, error) || !make_durable(journal, error) ||
		!schema_migrate(journal, error))
		return NULL;
	return g_steal_pointer(&journal);
}

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
	return connect_to(journal, name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error) &&
	       schema_is_ours(journal, FALSE, error);
}

static gboolean connect_reader(Journal *journal, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	if (!connect_to(journal, journal->path, SQLITE_OPEN_READONLY, error))
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
	if (!sqlite_is_new_enough(error))
		return NULL;
	g_autoptr(Journal) journal = journal_new(path);
	gint there = something_there(path, &size, error);
	if (there == 0)
		database_refuse(error, "there is no journal at %s", path);
	/* Reports sort a million rows: in memory that takes a second, through files a minute. */
	if (there <= 0 || !connect_reader(journal, error) ||
		!database_execute(journal, "set it up",
			"PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536", error))
		return NULL;
	return g_steal_pointer(&journal);
}

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
#include "journal/lock.h"
#include "journal/open_parts.h"
#include "journal/schema.h"

#include <errno.h>
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

Journal *journal_new(const char *path)
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

gboolean journal_connect(Journal *journal, const char *name, int flags, GError **error)
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

gboolean journal_sqlite_will_do(GError **error)
{
	return sqlite3_libversion_number() >= SQLITE_AT_LEAST ||
	       database_refuse(error, "SQLite %s is too old for the journal: 3.37 is needed",
		       sqlite3_libversion());
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
	if (!journal_sqlite_will_do(error) || !make_state_folder(path, error))
		return NULL;
	g_autoptr(Journal) journal = journal_new(path);
	/* Before the lock: no lock file beside what can be no journal. */
	if (journal_is_there(journal->path, &size, error) < 0)
		return NULL;
	journal->lock = lock_take(journal->path, error);
	guint look_ms = ended_unclean(journal->path) ? LOOK_UNCLEAN_MS : LOOK_MS;
	if (journal->lock < 0 || !journal_exists_or_is_created(journal->path, error) ||
		!journal_connect(journal, journal->path, SQLITE_OPEN_READWRITE, error) ||
		!schema_is_ours(journal, TRUE, error) || !is_writable(journal, error) ||
		!is_whole(journal, look_ms, error) || !make_durable(journal, error) ||
		!schema_migrate(journal, error))
		return NULL;
	return g_steal_pointer(&journal);
}

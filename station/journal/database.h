/*
 * Inside the journal only (and for its tests): one SQLite connection, its statements, its
 * transactions, and the sentences that its failures become.
 */
#pragma once

#include "journal/journal.h"
#include <sqlite3.h>

struct Journal {
	sqlite3 *db;
	char *path;
	int lock;         /* the lock file's descriptor; -1 for a reader */
	GHashTable *kept; /* SQL (its address) -> Statement*: statement_kept() */
};

/* Sets FAILURE_JOURNAL_WRITE: "journal PATH: cannot WHAT: why (SQLite 13: its own words)".
 * `result` is an extended result code. Always FALSE. */
gboolean database_fail(
	const Journal *journal, const char *what, int result, const char *said, GError **error);

/* Sets FAILURE_JOURNAL_WRITE with a sentence of the caller's own. Always FALSE. */
gboolean database_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "2026-11-22T13:38:00.123Z", newly allocated: sorts as text, and says its zone. */
char *database_now(void);

/* Renames a file so that it is on the disk under its new name, or not at all. */
gboolean database_move(const char *from, const char *to, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Runs SQL that has neither parameters nor results. `what` goes on after "cannot". */
gboolean database_execute(Journal *journal, const char *what, const char *sql,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The one integer or text that a statement answers. */
gboolean database_int(Journal *journal, const char *sql, gint64 *result,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *database_text(Journal *journal, const char *sql, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A prepared statement. Values go in by name, never as a part of the SQL. What goes wrong on the
 * way is kept and comes out of statement_next() or statement_run(), so that callers ask once.
 */
typedef struct {
	Journal *journal;
	const char *what; /* "write the run" */
	sqlite3_stmt *stmt;
	int result; /* the first that was not SQLITE_OK */
	char *said;
	gboolean used; /* of a kept one: by somebody at this moment */
} Statement;

Statement *statement_new(Journal *journal, const char *what, const char *sql);
/* The same for a text that is asked many times and never goes away: it is prepared once and then the journal's,
 * statement_free() only puts it back. */
Statement *statement_kept(Journal *journal, const char *what, const char *sql);
void statement_free(Statement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Statement, statement_free)

void statement_put_text(Statement *statement, const char *name, const char *text); /* NULL: NULL */
void statement_put_int(Statement *statement, const char *name, gint64 number);
void statement_put_real(Statement *statement, const char *name, double number); /* NAN: NULL */

/* 1: there is a row; 0: no more; -1 with `error`. */
gint statement_next(Statement *statement, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* To its end; for statements without rows. */
gboolean statement_run(Statement *statement, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same outside of a transaction, without waiting for the disk: a crash of this program loses nothing, a power cut
 * what has come since the last statement_run() or commit. */
gboolean statement_run_soon(Statement *statement, GError **error) G_GNUC_WARN_UNUSED_RESULT;

gint64 statement_int(Statement *statement, int column);
/* Always valid UTF-8, newly allocated; NULL where the row has NULL. */
char *statement_text(Statement *statement, int column);
/* The row as an object, its keys the columns' names. */
json_t *statement_json(Statement *statement);

/* A transaction that is undone at the end of its scope unless it was committed. */
typedef Journal Transaction;
Transaction *transaction_begin(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for reading: every SELECT in it sees the same moment. */
Transaction *transaction_begin_reading(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean transaction_commit(Transaction *transaction, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void transaction_end(Transaction *transaction);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transaction, transaction_end)

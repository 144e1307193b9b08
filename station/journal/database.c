#include "journal/database.h"

#include "core/failure.h"
#include <math.h>
#include <string.h>

/* What a result means to the person who reads it; NULL: SQLite's own words must do. */
static const char *result_sentence(int result)
{
	switch (result & 0xff) {
	case SQLITE_FULL:
		return "the disk is full";
	case SQLITE_READONLY:
		return "the file or its disk is read-only";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "another program keeps the file locked";
	case SQLITE_NOTADB:
		return "the file is not a journal, or it is damaged; it is left as it is";
	case SQLITE_CORRUPT:
		return "the file is damaged; it is left as it is, restore a backup";
	case SQLITE_IOERR:
		return "the disk reports an error";
	case SQLITE_CANTOPEN:
		return "the file or its folder cannot be opened";
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return "that is not permitted";
	case SQLITE_CONSTRAINT:
		return "the journal does not allow it";
	case SQLITE_NOMEM:
		return "there is not enough memory";
	case SQLITE_TOOBIG:
		return "a text is too long";
	default:
		return NULL;
	}
}

gboolean database_fail(
	const Journal *journal, const char *what, int result, const char *said, GError **error)
{
	const char *sentence = result_sentence(result);
	if (!said)
		said = sqlite3_errstr(result);
	if (sentence)
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"journal %s: cannot %s: %s (SQLite %d: %s)", journal->path, what, sentence,
			result, said);
	else
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"journal %s: cannot %s: %s (SQLite %d)", journal->path, what, said, result);
	return FALSE;
}

gboolean database_refuse(GError **error, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, FAILURE, FAILURE_JOURNAL_WRITE, text);
	return FALSE;
}

gboolean database_execute(Journal *journal, const char *what, const char *sql, GError **error)
{
	if (sqlite3_exec(journal->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return TRUE;
	return database_fail(journal, what, sqlite3_extended_errcode(journal->db),
		sqlite3_errmsg(journal->db), error);
}

gboolean database_int(Journal *journal, const char *sql, gint64 *result, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read it", sql);
	gint rows = statement_next(query, error);
	if (rows < 0)
		return FALSE;
	*result = rows ? statement_int(query, 0) : 0;
	return TRUE;
}

char *database_text(Journal *journal, const char *sql, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read it", sql);
	gint rows = statement_next(query, error);
	if (rows < 0)
		return NULL;
	char *text = rows ? statement_text(query, 0) : NULL;
	return text ? text : g_strdup("");
}

/* ---- statements ---------------------------------------------------------------------------- */

static void note(Statement *statement, int result)
{
	if (result == SQLITE_OK || statement->result != SQLITE_OK)
		return;
	statement->result = sqlite3_extended_errcode(statement->journal->db);
	if (statement->result == SQLITE_OK)
		statement->result = result;
	statement->said = g_strdup(sqlite3_errmsg(statement->journal->db));
}

Statement *statement_new(Journal *journal, const char *what, const char *sql)
{
	Statement *statement = g_new0(Statement, 1);
	statement->journal = journal;
	statement->what = what;
	note(statement, sqlite3_prepare_v2(journal->db, sql, -1, &statement->stmt, NULL));
	return statement;
}

Statement *statement_kept(Journal *journal, const char *what, const char *sql)
{
	Statement *statement = g_hash_table_lookup(journal->kept, sql);

	if (statement && statement->used)
		return statement_new(journal, what, sql);
	if (!statement) {
		statement = statement_new(journal, what, sql);
		/* One that cannot be prepared says so to who asked, and is tried again by the next. */
		if (statement->result != SQLITE_OK)
			return statement;
		g_hash_table_insert(journal->kept, (gpointer)sql, statement);
	}
	statement->used = TRUE;
	return statement;
}

static void put_back(Statement *statement)
{
	sqlite3_reset(statement->stmt);
	sqlite3_clear_bindings(statement->stmt);
	statement->result = SQLITE_OK;
	g_clear_pointer(&statement->said, g_free);
	statement->used = FALSE;
}

void statement_free(Statement *statement)
{
	if (!statement)
		return;
	if (statement->used) {
		put_back(statement);
		return;
	}
	sqlite3_finalize(statement->stmt);
	g_free(statement->said);
	g_free(statement);
}

/* The number of a parameter; a name that the SQL does not have is a mistake in this program. */
static int parameter(Statement *statement, const char *name)
{
	int index = sqlite3_bind_parameter_index(statement->stmt, name);
	g_assert(index > 0);
	return index;
}

void statement_put_text(Statement *statement, const char *name, const char *text)
{
	if (statement->result != SQLITE_OK)
		return;
	/* Texts come from boards and scanners: what is stored is always UTF-8. */
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;
	note(statement, sqlite3_bind_text(statement->stmt, parameter(statement, name), valid, -1,
				SQLITE_TRANSIENT));
}

void statement_put_int(Statement *statement, const char *name, gint64 number)
{
	if (statement->result != SQLITE_OK)
		return;
	note(statement, sqlite3_bind_int64(statement->stmt, parameter(statement, name), number));
}

void statement_put_real(Statement *statement, const char *name, double number)
{
	if (statement->result != SQLITE_OK)
		return;
	note(statement, sqlite3_bind_double(statement->stmt, parameter(statement, name), number));
}

gint statement_next(Statement *statement, GError **error)
{
	if (statement->result == SQLITE_OK) {
		int result = sqlite3_step(statement->stmt);
		if (result == SQLITE_ROW)
			return 1;
		if (result == SQLITE_DONE)
			return 0;
		note(statement, result);
	}
	database_fail(
		statement->journal, statement->what, statement->result, statement->said, error);
	return -1;
}

gboolean statement_run(Statement *statement, GError **error)
{
	gint rows;
	while ((rows = statement_next(statement, error)) > 0)
		;
	return rows == 0;
}

gboolean statement_run_soon(Statement *statement, GError **error)
{
	Journal *journal = statement->journal;
	const char *what = statement->what;
	gboolean ran = database_execute(journal, what, "PRAGMA synchronous = NORMAL", error) &&
		       statement_run(statement, error);

	/* Whatever became of it: what is committed next has to be on the disk. */
	return database_execute(journal, what, "PRAGMA synchronous = FULL", ran ? error : NULL) &&
	       ran;
}

/* ---- rows ---------------------------------------------------------------------------------- */

gint64 statement_int(Statement *statement, int column)
{
	return sqlite3_column_int64(statement->stmt, column);
}

char *statement_text(Statement *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement->stmt, column);
	int length = sqlite3_column_bytes(statement->stmt, column);
	/* Somebody else may have written what this program would not: UTF-8 again. */
	return text ? g_utf8_make_valid(text, length) : NULL;
}

static json_t *column_json(Statement *statement, int column)
{
	switch (sqlite3_column_type(statement->stmt, column)) {
	case SQLITE_INTEGER:
		return json_integer(statement_int(statement, column));
	case SQLITE_FLOAT: {
		double number = sqlite3_column_double(statement->stmt, column);
		return isfinite(number) ? json_real(number) : json_null();
	}
	case SQLITE_TEXT:
	case SQLITE_BLOB: {
		g_autofree char *text = statement_text(statement, column);
		return json_string(text ? text : "");
	}
	default:
		return json_null();
	}
}

json_t *statement_json(Statement *statement)
{
	json_t *row = json_object();
	int columns = sqlite3_column_count(statement->stmt);
	for (int i = 0; i < columns; i++)
		json_object_set_new(
			row, sqlite3_column_name(statement->stmt, i), column_json(statement, i));
	return row;
}

/* ---- transactions -------------------------------------------------------------------------- */

/* IMMEDIATE: the lock is asked for now, not in the middle of the work. */
Transaction *transaction_begin(Journal *journal, GError **error)
{
	return database_execute(journal, "begin to write", "BEGIN IMMEDIATE", error) ? journal
										     : NULL;
}

Transaction *transaction_begin_reading(Journal *journal, GError **error)
{
	return database_execute(journal, "begin to read", "BEGIN", error) ? journal : NULL;
}

gboolean transaction_commit(Transaction *transaction, GError **error)
{
	return database_execute(transaction, "commit", "COMMIT", error);
}

void transaction_end(Transaction *transaction)
{
	/* Some errors (a full disk) have undone it already. */
	if (transaction && !sqlite3_get_autocommit(transaction->db))
		sqlite3_exec(transaction->db, "ROLLBACK", NULL, NULL, NULL);
}

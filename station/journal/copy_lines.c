/*
 * A journal as lines of JSON, and back:
 *
 *   {"flashline": "journal", "journal": "6f1c...", "record": 123, "hash": "ab01..."}      the head it must come to
 *   {"table": "recipe", "row": {"id": 1, "name": "demo", ...}}                            every row of every table
 *   {"end": 4711}                                                                         so many rows: nothing is cut off
 *
 * The chain is among the rows; that it fits them, and ends at the head, is proven at the end of an import.
 */
#include "journal/copy_parts.h"

#include "journal/database.h"
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const tables[] = {"origin", "recipe", "fixture", "station", "image", "unit",
	"run", "run_image", "step", "value", "correction", "chain"};

/* ---- out --------------------------------------------------------------------------------------- */

static gboolean give(json_t *object, JournalLine line, gpointer data, GError **error)
{
	/* 17 digits: every number is the same one when it is read again. */
	char *text = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(17));
	gboolean given = text && line(text, data, error);

	free(text);
	json_decref(object);
	return given;
}

static gboolean give_table(Journal *journal, const char *table, gint64 *rows, JournalLine line,
	gpointer data, GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT * FROM %s ORDER BY 1, 2", table);
	g_autoptr(Statement) query = statement_new(journal, "export it", sql);
	gint more;

	for (; (more = statement_next(query, error)) > 0; (*rows)++)
		if (!give(json_pack("{s:s, s:o}", "table", table, "row", statement_json(query)),
			    line, data, error))
			return FALSE;
	return more == 0;
}

gboolean journal_export(Journal *journal, JournalLine line, gpointer data, GError **error)
{
	g_autoptr(Transaction) moment = transaction_begin_reading(journal, error);
	g_auto(JournalHead) head = {0};
	gint64 rows = 0;

	if (!moment || !journal_head(journal, &head, error) ||
		!give(json_pack("{s:s, s:s, s:I, s:s}", "flashline", "journal", "journal",
			      head.journal, "record", (json_int_t)head.record, "hash", head.hash),
			line, data, error))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (!give_table(journal, tables[i], &rows, line, data, error))
			return FALSE;
	return give(json_pack("{s:I}", "end", (json_int_t)rows), line, data, error);
}

/* ---- in ---------------------------------------------------------------------------------------- */

typedef struct {
	Journal *journal;
	JournalHead head; /* as the lines say it */
	gint64 rows, line;
	gboolean ended;
	GPtrArray *triggers; /* their SQL, to be made again */
	Statement *insert;   /* of the last table; the same shape of rows follows */
	char *insert_sql;
} Import;

static gboolean refuse_line(const Import *import, const char *why, GError **error)
{
	return database_refuse(error, "line %" G_GINT64_FORMAT ": %s", import->line, why);
}

static gboolean is_table(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (!g_strcmp0(name, tables[i]))
			return TRUE;
	return FALSE;
}

/* Names become SQL: nothing but a column's letters. */
static gboolean is_column(const char *name)
{
	return *name && strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789") == strlen(name);
}

static char *insert_sql(const char *table, json_t *row)
{
	GString *names = g_string_new(NULL), *values = g_string_new(NULL);
	const char *key;
	json_t *cell;
	char *sql;

	json_object_foreach(row, key, cell)
	{
		if (!is_column(key)) {
			g_string_truncate(names, 0);
			break;
		}
		g_string_append_printf(names, "%s\"%s\"", names->len ? ", " : "", key);
		g_string_append_printf(values, "%s:%s", values->len ? ", " : "", key);
	}
	sql = names->len ? g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", table, names->str,
				   values->str)
			 : NULL;
	g_string_free(names, TRUE);
	g_string_free(values, TRUE);
	return sql;
}

static void put_cell(Statement *insert, const char *key, const json_t *cell)
{
	g_autofree char *name = g_strconcat(":", key, NULL);

	if (json_is_integer(cell))
		statement_put_int(insert, name, json_integer_value(cell));
	else if (json_is_real(cell))
		statement_put_real(insert, name, json_real_value(cell));
	else
		statement_put_text(insert, name, json_string_value(cell));
}

static gboolean take_row(Import *import, const char *table, json_t *row, GError **error)
{
	g_autofree char *sql = insert_sql(table, row);
	const char *key;
	json_t *cell;

	if (!sql)
		return refuse_line(import, "no row of a journal", error);
	if (g_strcmp0(sql, import->insert_sql) != 0) {
		statement_free(import->insert);
		g_free(import->insert_sql);
		import->insert_sql = g_steal_pointer(&sql);
		import->insert = statement_new(import->journal, "import a row", import->insert_sql);
	}
	json_object_foreach(row, key, cell) put_cell(import->insert, key, cell);
	if (!statement_run(import->insert, error)) {
		g_prefix_error(error, "line %" G_GINT64_FORMAT ": ", import->line);
		return FALSE;
	}
	sqlite3_reset(import->insert->stmt);
	import->rows++;
	return TRUE;
}

static gboolean take_head(Import *import, const json_t *object, GError **error)
{
	const char *journal = json_string_value(json_object_get(object, "journal"));
	const char *hash = json_string_value(json_object_get(object, "hash"));

	if (g_strcmp0(json_string_value(json_object_get(object, "flashline")), "journal") != 0 ||
		!journal || !hash)
		return refuse_line(import, "not the export of a journal", error);
	import->head.journal = g_strdup(journal);
	import->head.hash = g_strdup(hash);
	import->head.record = json_integer_value(json_object_get(object, "record"));
	import->head.at = g_strdup("the export");
	return TRUE;
}

static gboolean take(Import *import, const json_t *object, GError **error)
{
	const char *table = json_string_value(json_object_get(object, "table"));
	const json_t *end = json_object_get(object, "end");
	json_t *row = json_object_get(object, "row");

	if (import->ended)
		return refuse_line(import, "there is something behind the end", error);
	if (!import->head.hash)
		return take_head(import, object, error);
	if (is_table(table) && json_is_object(row))
		return take_row(import, table, row, error);
	import->ended = json_is_integer(end) && json_integer_value(end) == import->rows;
	return import->ended ||
	       refuse_line(import, "neither a row nor the end that counts them", error);
}

static gboolean take_lines(Import *import, JournalNext next, gpointer data, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	char *line;
	gboolean taken = TRUE;

	while (taken && (line = next(data, &trouble))) {
		json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, NULL);

		import->line++;
		taken = object ? take(import, object, error)
			       : refuse_line(import, "no line of JSON", error);
		json_decref(object);
		g_free(line);
	}
	if (trouble)
		g_propagate_error(error, g_steal_pointer(&trouble));
	else if (taken && !import->ended)
		return refuse_line(import, "the end is missing: the file was cut off", error);
	return taken && !trouble;
}

/* The rules are for runs that happen; what comes in has happened. They go, and are made again behind it. A unit names the
 * run that bound it, and that the unit: what refers is looked at when all is there. */
static gboolean lift_rules(Import *import, GError **error)
{
	g_autoptr(Statement) query = statement_new(import->journal, "read its rules",
		"SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'");
	g_autoptr(GString) drops = g_string_new("DELETE FROM origin;"
						"PRAGMA defer_foreign_keys = ON");
	gint more;

	while ((more = statement_next(query, error)) > 0) {
		g_autofree char *name = statement_text(query, 0);

		g_string_prepend(drops, ";");
		g_string_prepend(drops, name);
		g_string_prepend(drops, "DROP TRIGGER ");
		g_ptr_array_add(import->triggers, statement_text(query, 1));
	}
	g_clear_pointer(&query, statement_free);
	return more == 0 && database_execute(import->journal, "lift its rules", drops->str, error);
}

static gboolean restore_rules(Import *import, GError **error)
{
	for (guint i = 0; i < import->triggers->len; i++)
		if (!database_execute(import->journal, "restore its rules",
			    import->triggers->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean fill(Import *import, JournalNext next, gpointer data, GError **error)
{
	g_autoptr(Transaction) transaction = transaction_begin(import->journal, error);
	gboolean filled =
		transaction && lift_rules(import, error) && take_lines(import, next, data, error);

	g_clear_pointer(&import->insert, statement_free);
	return filled && restore_rules(import, error) && transaction_commit(transaction, error);
}

static gboolean import_to(const char *fresh, Import *import, JournalNext next, gpointer data,
	JournalHead *head, GError **error)
{
	gboolean filled;

	import->journal = journal_open(fresh, error);
	filled = import->journal && fill(import, next, data, error) &&
		 database_execute(
			 import->journal, "close it", "PRAGMA journal_mode = DELETE", error);
	journal_close(g_steal_pointer(&import->journal));
	if (!filled || !copy_is_whole(fresh, &import->head, head, error))
		return FALSE;
	/* Neither less than the export says, nor more. */
	return head->record == import->head.record ||
	       database_refuse(error, "the chain ends with another record than the export says");
}

gboolean journal_import(
	const char *to, JournalNext next, gpointer data, JournalHead *head, GError **error)
{
	g_autofree char *fresh = g_strconcat(to, ".new", NULL);
	g_autofree char *lock = g_strconcat(fresh, ".lock", NULL);
	Import import = {.triggers = g_ptr_array_new_with_free_func(g_free)};
	gboolean done = copy_begin(to, fresh, error);

	if (done) {
		/* journal_open() makes its own. */
		g_unlink(fresh);
		done = import_to(fresh, &import, next, data, head, error) &&
		       database_move(fresh, to, error);
		if (!done)
			g_unlink(fresh);
		g_unlink(lock);
	}
	journal_head_clear(&import.head);
	g_ptr_array_unref(import.triggers);
	g_free(import.insert_sql);
	return done;
}

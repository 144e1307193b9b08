#include "journal/query.h"

#include "journal/database.h"

#include <math.h>
#include <string.h>

/* How often SQLite asks whether it may go on: instructions of its machine. */
enum { ASK_EVERY = 10000 };

typedef struct {
	gint64 end_us;
	guint deadline_ms;
} Deadline;

static int too_late(void *data)
{
	return g_get_monotonic_time() > ((const Deadline *)data)->end_us;
}

/* What a report's author may do: read. `data` is there while an answer is kept, which is written beside the journal. */
static int authorize(void *data, int action, const char *a, const char *b, const char *database,
	const char *trigger)
{
	if (data && !g_strcmp0(database, "temp"))
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		return b && !g_ascii_strcasecmp(b, "load_extension") ? SQLITE_DENY : SQLITE_OK;
	default:
		return SQLITE_DENY;
	}
}

static const char *find(const QueryParameter *parameters, gsize count, const char *name)
{
	for (gsize i = 0; i < count; i++)
		if (!strcmp(parameters[i].name, name))
			return parameters[i].text;
	return NULL;
}

static void bind(Statement *query, const QueryParameter *parameters, gsize count)
{
	int all = query->stmt ? sqlite3_bind_parameter_count(query->stmt) : 0;

	for (int i = 1; i <= all; i++) {
		const char *name = sqlite3_bind_parameter_name(query->stmt, i);

		if (name)
			statement_put_text(query, name, find(parameters, count, name));
	}
}

static Cell read_cell(Statement *query, int column)
{
	double real;

	switch (sqlite3_column_type(query->stmt, column)) {
	case SQLITE_INTEGER:
		return (Cell){.kind = CELL_INT, .number = statement_int(query, column)};
	case SQLITE_FLOAT:
		real = sqlite3_column_double(query->stmt, column);
		return isfinite(real) ? (Cell){.kind = CELL_REAL, .real = real} : (Cell){0};
	case SQLITE_NULL:
		return (Cell){0};
	default:
		return (Cell){.kind = CELL_TEXT, .text = statement_text(query, column)};
	}
}

static Table *read_all(Statement *query, GError **error)
{
	g_autoptr(Table) table = table_new();
	gint more = statement_next(query, error);
	int columns = query->stmt ? sqlite3_column_count(query->stmt) : 0;

	for (int i = 0; i < columns; i++)
		g_ptr_array_add(table->names, g_strdup(sqlite3_column_name(query->stmt, i)));
	for (; more > 0; more = statement_next(query, error))
		for (int i = 0; i < columns; i++) {
			Cell cell = read_cell(query, i);

			g_array_append_val(table->cells, cell);
		}
	return more < 0 ? NULL : g_steal_pointer(&table);
}

/* One statement, and nothing behind it that would not be run. */
static gboolean is_alone(const char *sql, const Statement *query, const char *tail, GError **error)
{
	if (!query->stmt || !*tail)
		return TRUE;
	return database_refuse(error, "the query has more than one statement: '%.40s'", tail);
}

static Table *run(Journal *journal, const char *sql, const QueryParameter *parameters, gsize count,
	GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "answer the query", sql);
	const char *text = query->stmt ? sqlite3_sql(query->stmt) : NULL;
	const char *tail = text ? sql + strlen(text) : "";

	tail += strspn(tail, " \t\r\n;");
	if (!is_alone(sql, query, tail, error))
		return NULL;
	bind(query, parameters, count);
	return read_all(query, error);
}

static Table *ask(Journal *journal, const char *sql, gboolean keep,
	const QueryParameter *parameters, gsize count, guint deadline_ms, GError **error)
{
	Deadline deadline = {
		g_get_monotonic_time() + deadline_ms * G_TIME_SPAN_MILLISECOND, deadline_ms};
	g_autoptr(GError) failure = NULL;
	Table *table;

	functions_register(journal);
	sqlite3_set_authorizer(journal->db, authorize, GINT_TO_POINTER(keep));
	sqlite3_progress_handler(journal->db, ASK_EVERY, too_late, &deadline);
	table = run(journal, sql, parameters, count, &failure);
	sqlite3_progress_handler(journal->db, 0, NULL, NULL);
	sqlite3_set_authorizer(journal->db, NULL, NULL);
	if (table)
		return table;
	if (too_late(&deadline))
		database_refuse(error, "the query took longer than %.1f s and was stopped",
			deadline_ms / 1000.0);
	else
		g_propagate_error(error, g_steal_pointer(&failure));
	return NULL;
}

Table *journal_query(Journal *journal, const char *sql, const QueryParameter *parameters,
	gsize count, guint deadline_ms, GError **error)
{
	return ask(journal, sql, FALSE, parameters, count, deadline_ms, error);
}

gboolean journal_query_keep(Journal *journal, const char *name, const char *sql,
	const QueryParameter *parameters, gsize count, guint deadline_ms, GError **error)
{
	g_autofree char *keep = g_strdup_printf("CREATE TEMP TABLE %s AS %s", name, sql);
	g_autoptr(Table) nothing = ask(journal, keep, TRUE, parameters, count, deadline_ms, error);

	return nothing != NULL;
}

JournalMoment *journal_moment_begin(Journal *journal, GError **error)
{
	return transaction_begin_reading(journal, error);
}

void journal_moment_end(JournalMoment *moment)
{
	transaction_end(moment);
}

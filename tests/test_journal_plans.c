/*
 * How SQLite will find what the program asks for: no reading of a whole table where an index should serve. What is
 * explained is what the program runs, taken from it while it does, not a copy.
 */
#include "journal/database.h"
#include "lib/scratch.h"
#include "report/report.h"

#include <string.h>

/* Few rows, however long the line works; of the chain the last one is read; the rest are the report's own tables and what a plan makes on the way. */
static const char *const small_tables[] = {
	"recipe", "fixture", "station", "image", "origin", "CONSTANT", "chain", NULL};

typedef struct {
	Scratch scratch;
	Journal *journal;
	GPtrArray *asked; /* of char*: the SQL of all that was run */
} Setup;

static int note(unsigned event, void *asked, void *statement, void *text)
{
	const char *sql = sqlite3_sql(statement);

	/* Triggers trace as comments. */
	if (sql && !g_str_has_prefix(text, "--"))
		g_ptr_array_add(asked, g_strdup(sql));
	return 0;
}

static void set_up(Setup *setup, gconstpointer unused)
{
	scratch_make(&setup->scratch);
	setup->asked = g_ptr_array_new_with_free_func(g_free);
	{
		g_autoptr(Journal) writer = scratch_open(&setup->scratch);
		gint64 run = scratch_begin(writer, "4711");

		scratch_step(writer, run, 0);
		g_assert_true(scratch_end(writer, run, VERDICT_PASS, NULL));
	}
	setup->journal = journal_open_reader(setup->scratch.path, NULL);
	g_assert_nonnull(setup->journal);
}

static void tear_down(Setup *setup, gconstpointer unused)
{
	journal_close(setup->journal);
	g_ptr_array_unref(setup->asked);
	scratch_clear(&setup->scratch);
}

static void listen(Setup *setup, Journal *journal)
{
	sqlite3_trace_v2(journal->db, SQLITE_TRACE_STMT, note, setup->asked);
}

/* ---- plans ------------------------------------------------------------------------------------- */

/* "MATERIALIZE x" and "CO-ROUTINE x" say that the plan itself makes x; temporary tables are the report's. */
static void add_made(GHashTable *made, const char *detail)
{
	const char *const words[] = {"MATERIALIZE ", "CO-ROUTINE "};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_str_has_prefix(detail, words[i]))
			g_hash_table_add(made, g_strdup(detail + strlen(words[i])));
}

static GHashTable *made_of(Journal *journal)
{
	GHashTable *made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(Statement) query =
		statement_new(journal, "list tables", "SELECT name FROM sqlite_temp_master");

	while (statement_next(query, NULL) > 0)
		g_hash_table_add(made, statement_text(query, 0));
	return made;
}

/* The index of open runs has a row a slot at most. A new run is looked for in `unit` only while a foreign key waits to be
 * right, which none ever does: the plan shows it all the same. */
static gboolean is_harmless(const char *sql, const char *detail)
{
	return !strcmp(detail, "SCAN run USING INDEX run_open") ||
	       (!strcmp(detail, "SCAN unit") && g_str_has_prefix(sql, "INSERT INTO run "));
}

/* The rows of EXPLAIN QUERY PLAN that read all of a table that grows, newly allocated; "" when none does. */
static char *whole_tables(Journal *journal, const char *sql)
{
	g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
	g_autoptr(GHashTable) made = made_of(journal);
	g_autoptr(Statement) plan = statement_new(journal, "explain", explain);
	g_autoptr(GPtrArray) scans = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	GString *found = g_string_new(NULL);

	while (statement_next(plan, &error) > 0) {
		char *detail = statement_text(plan, 3);

		add_made(made, detail);
		g_ptr_array_add(scans, detail);
	}
	g_assert_no_error(error);
	for (guint i = 0; i < scans->len; i++) {
		g_auto(GStrv) words = g_strsplit(scans->pdata[i], " ", 3);

		if (g_strcmp0(words[0], "SCAN") == 0 && words[1][0] != '(' &&
			!is_harmless(sql, scans->pdata[i]) &&
			!g_strv_contains(small_tables, words[1]) &&
			!g_hash_table_contains(made, words[1]))
			g_string_append_printf(found, "%s\n", (char *)scans->pdata[i]);
	}
	return g_string_free(found, FALSE);
}

/* All that was asked, in its order: a table that is kept must be there for what is asked of it. */
static char *whole_tables_of_all(Setup *setup, Journal *journal)
{
	g_autoptr(GString) all = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	sqlite3_trace_v2(journal->db, 0, NULL, NULL);
	g_assert_cmpuint(setup->asked->len, >, 0);
	for (guint i = 0; i < setup->asked->len; i++) {
		const char *sql = setup->asked->pdata[i];
		g_autofree char *found = NULL;

		/* SQLite explains no BEGIN. */
		if (g_str_has_prefix(sql, "BEGIN") || g_str_has_prefix(sql, "COMMIT") ||
			g_str_has_prefix(sql, "ROLLBACK"))
			continue;
		found = whole_tables(journal, sql);
		if (*found)
			g_string_append_printf(all, "%s  in: %s\n", found, sql);
		if (g_str_has_prefix(sql, "CREATE TEMP")) {
			g_autoptr(Statement) make = statement_new(journal, "make a table", sql);

			/* Any number will do for its parameters, LIMIT takes no NULL. */
			for (int at = sqlite3_bind_parameter_count(make->stmt); at > 0; at--)
				sqlite3_bind_int(make->stmt, at, 0);
			g_assert_true(statement_run(make, &error));
		}
	}
	return g_strdup(all->str);
}

static void no_whole_table(Setup *setup, Journal *journal)
{
	g_autofree char *found = whole_tables_of_all(setup, journal);

	g_assert_cmpstr(found, ==, "");
}

/* ---- what the program asks --------------------------------------------------------------------- */

static void run_report(Setup *setup, const char *name, const ReportArgument *argument)
{
	g_autofree char *path = g_strdup_printf("reports/%s.sql", name);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Report) report = report_load(path, problems);
	g_autoptr(ReportResult) result = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(report);
	listen(setup, setup->journal);
	result = report_run(report, setup->journal, argument, argument ? 1 : 0, &error);
	g_assert_no_error(error);
}

static void test_show(Setup *setup, gconstpointer unused)
{
	json_t *unit, *run;

	listen(setup, setup->journal);
	unit = journal_unit(setup->journal, "4711", NULL);
	run = journal_run(setup->journal, 1, NULL);
	g_assert_nonnull(unit);
	g_assert_nonnull(run);
	json_decref(unit);
	json_decref(run);
	no_whole_table(setup, setup->journal);
}

static void test_unit(Setup *setup, gconstpointer unused)
{
	const ReportArgument serial = {"serial", "4711"};

	run_report(setup, "unit", &serial);
	no_whole_table(setup, setup->journal);
}

/* Of a month: whatever it counts. */
static void test_month(Setup *setup, gconstpointer name)
{
	const ReportArgument since = {"since", "2026-10-22"};

	run_report(setup, name, &since);
	no_whole_table(setup, setup->journal);
}

/* The newest runs are read from the last one back until there are enough; what they noted, by its key. */
static void test_newest(Setup *setup, gconstpointer name)
{
	const ReportArgument since = {"since", "2026-10-22"};
	g_autofree char *found = NULL;

	run_report(setup, name, &since);
	found = whole_tables_of_all(setup, setup->journal);
	g_assert_null(strstr(found, "SCAN step"));
	g_assert_null(strstr(found, "SCAN value"));
	g_assert_null(strstr(found, "SCAN s\n"));
	g_assert_null(strstr(found, "SCAN m\n"));
}

/* Over everything a table is read whole, which this test must see. */
static void test_everything(Setup *setup, gconstpointer unused)
{
	g_autofree char *found = NULL;

	run_report(setup, "yield", NULL);
	found = whole_tables_of_all(setup, setup->journal);
	g_assert_nonnull(strstr(found, "SCAN run"));
}

/* What is written while a board lies in its slot; the chain reads it again. */
static void test_written(Setup *setup, gconstpointer unused)
{
	const JournalValue value = {.name = "boot_ms", .value = 4, .low = 0, .high = 9};
	g_autoptr(Journal) writer = scratch_open(&setup->scratch);
	gint64 run;

	listen(setup, writer);
	run = scratch_begin(writer, "4712");
	g_assert_true(journal_bind(writer, run, "0123456789ABCDEF01234567", NULL));
	g_assert_true(journal_value(writer, run, &value, NULL));
	scratch_step(writer, run, 0);
	g_assert_true(scratch_end(writer, run, VERDICT_PASS, NULL));
	g_assert_cmpint(journal_abort_open(writer, NULL), ==, 0);
	no_whole_table(setup, writer);
}

/* For people's own SQL: by serial, by run, by day. */
static void test_views(Setup *setup, gconstpointer unused)
{
	static const char *const rows[] = {
		"SELECT * FROM v_unit WHERE serial = :x",
		"SELECT * FROM v_run WHERE serial = :x",
		"SELECT * FROM v_run WHERE run = :x",
		"SELECT * FROM v_run WHERE began >= :x",
		"SELECT * FROM v_step WHERE run = :x",
		"SELECT * FROM v_measurement WHERE run = :x",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_ptr_array_add(setup->asked, g_strdup(rows[i]));
	no_whole_table(setup, setup->journal);
}

#define add(name, data, test) g_test_add("/plans/" name, Setup, data, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("show", NULL, test_show);
	add("unit", NULL, test_unit);
	add("yield-of-a-month", "yield", test_month);
	add("pareto-of-a-month", "pareto", test_month);
	add("slots-of-a-month", "slots", test_month);
	add("silicon-of-a-month", "silicon", test_month);
	add("shift-of-a-month", "shift", test_month);
	add("measurements-of-the-newest", "measurements", test_newest);
	add("durations-of-the-newest", "durations", test_newest);
	add("everything", NULL, test_everything);
	add("written", NULL, test_written);
	add("views", NULL, test_views);
	return g_test_run();
}

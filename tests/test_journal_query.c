/* Queries: what they answer, the statistics in them, and what they may not do. */
#include "journal/query.h"
#include "core/failure.h"
#include "lib/scratch.h"

#include <math.h>
#include <string.h>
#include <time.h>

typedef struct {
	Scratch scratch;
	Journal *journal;
} Setup;

static void set_up(Setup *setup, gconstpointer unused)
{
	scratch_make(&setup->scratch);
	{
		g_autoptr(Journal) writer = scratch_open(&setup->scratch);
		gint64 run = scratch_begin(writer, "4711");

		g_assert_true(scratch_end(writer, run, VERDICT_PASS, NULL));
	}
	setup->journal = journal_open_reader(setup->scratch.path, NULL);
	g_assert_nonnull(setup->journal);
}

static void tear_down(Setup *setup, gconstpointer unused)
{
	journal_close(setup->journal);
	scratch_clear(&setup->scratch);
}

static double number(Setup *setup, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Table) table = journal_query(setup->journal, sql, NULL, 0, 10000, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(table_rows(table), ==, 1);
	return cell_number(table_cell(table, 0, 0));
}

static void refused(Setup *setup, const char *sql, const char *why)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Table) table = journal_query(setup->journal, sql, NULL, 0, 10000, &error);

	g_assert_null(table);
	g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, why));
}

static void test_table(Setup *setup, gconstpointer unused)
{
	const QueryParameter parameters[] = {{":serial", "4711"}, {":unused", "x"}};
	g_autoptr(Table) table = journal_query(setup->journal,
		"SELECT serial, run, seconds, code, :missing AS missing FROM v_run"
		" WHERE serial = :serial;  ",
		parameters, G_N_ELEMENTS(parameters), 10000, NULL);
	g_autofree char *seconds = NULL, *code = NULL;

	g_assert_cmpuint(table_rows(table), ==, 1);
	g_assert_cmpuint(table_columns(table), ==, 5);
	g_assert_cmpint(table_column(table, "run"), ==, 1);
	g_assert_cmpint(table_column(table, "none"), ==, -1);
	g_assert_cmpstr(table_cell(table, 0, 0)->text, ==, "4711");
	g_assert_cmpint(table_cell(table, 0, 1)->number, ==, 1);
	g_assert_cmpint(table_cell(table, 0, 4)->kind, ==, CELL_NULL);
	seconds = cell_text(table_cell(table, 0, 2));
	code = cell_text(table_cell(table, 0, 3));
	g_assert_cmpstr(seconds, ==, "12.345");
	g_assert_cmpstr(code, ==, "");
}

static void test_no_rows(Setup *setup, gconstpointer unused)
{
	g_autoptr(Table) table = journal_query(
		setup->journal, "SELECT run FROM v_run WHERE 0", NULL, 0, 10000, NULL);

	g_assert_cmpuint(table_rows(table), ==, 0);
	g_assert_cmpuint(table_columns(table), ==, 1);
}

/* The figures are those of test_stats.c; here they pass through SQL. */
static void test_functions(Setup *setup, gconstpointer unused)
{
	static const struct {
		const char *sql;
		double wanted, off;
	} rows[] = {
		{"SELECT cp_low(4, 20, 0.90)", .071354, 5e-7},
		{"SELECT cp_high(4, 20, 0.90)", .40103, 5e-6},
		{"SELECT cp_upper(0, 59)", .04951, 5e-6},
		{"SELECT wilson_low(15, 148)", .0624, 5e-5},
		{"SELECT wilson_high(15, 148)", .1605, 5e-5},
		{"SELECT fisher(0, 59, 3, 59)", .24, 5e-3},
		{"SELECT holm(0.01, '[0.01, 0.04, 0.03, 0.005, null]')", .03, 1e-12},
		/* JSON has fewer digits than a double: p is found all the same. */
		{"WITH t(p) AS (VALUES (0.1 / 3), (0.2 / 3), (0.5 / 7))"
		 " SELECT min(h) FROM (SELECT holm(p, json_group_array(p) OVER ()) AS h FROM t)",
			.1, 1e-12},
		/* By hand: skewness 0, excess -1.224242. */
		{"WITH RECURSIVE t(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM t WHERE x < 10)"
		 " SELECT normal_p(x) FROM t",
			.731803, 1e-6},
		{"WITH t(x) AS (VALUES (4), (1), (3), (2), (NULL), ('text')) SELECT median(x) FROM "
		 "t",
			2.5, 1e-12},
		{"WITH t(x) AS (VALUES (4), (1), (3), (2)) SELECT quantile(x, 0.25) FROM t", 1.75,
			1e-12},
		{"WITH t(x) AS (VALUES (4), (1), (3), (2)) SELECT stdev(x) FROM t", 1.2909944487,
			1e-9},
		{"WITH t(x) AS (VALUES (14.0), (16.0), (18.0)) SELECT ppk(x, 8, 20) FROM t",
			.666667, 1e-6},
		{"WITH t(x) AS (VALUES (14.0), (16.0), (18.0)) SELECT ppk(x, 8, NULL) FROM t",
			1.333333, 1e-6},
		{"WITH t(x, a) AS (VALUES (5, 1), (6, 1), (7, 1), (1, 0), (2, 0), (3, 0))"
		 " SELECT rank_shift(x, a) FROM t",
			4, 1e-12},
		{"WITH t(x, a) AS (VALUES (5, 1), (6, 1), (7, 1), (1, 0), (2, 0), (3, 0))"
		 " SELECT rank_p(x, a) FROM t",
			.1, 1e-12},
	};
	static const char *const nulls[] = {"SELECT cp_low(5, 4)", "SELECT cp_low(-1, 4)",
		"SELECT cp_low('a', 4)", "SELECT cp_low(1, 4, 2)", "SELECT holm(0.1, 'no JSON')",
		"SELECT median(code) FROM v_run", "SELECT median(run) FROM v_run WHERE 0"};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpfloat_with_epsilon(
			number(setup, rows[i].sql), rows[i].wanted, rows[i].off);
	for (gsize i = 0; i < G_N_ELEMENTS(nulls); i++)
		g_assert_true(isnan(number(setup, nulls[i])));
}

/* Every 14 minutes of two years, SQLite's own answer beside it: where midnight is at 18:15 UTC, where summer is half an
 * hour, and at both ends of the day. */
static void test_local_day(Setup *setup, gconstpointer unused)
{
	static const char *const zones[] = {"UTC", "Asia/Kathmandu", "Australia/Lord_Howe",
		"America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"};
	static const char *const nulls[] = {"SELECT local_day(NULL)", "SELECT local_day('')",
		"SELECT local_day('2026-11-22')", "SELECT local_day('2026-02-30T00:00:00.000Z')",
		"SELECT local_day('2026-11-22T24:00:00.000Z')",
		"SELECT local_day('x026-11-22T13:38:00.123Z')"};
	g_autofree char *before = g_strdup(g_getenv("TZ"));

	for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
		g_setenv("TZ", zones[i], TRUE);
		tzset();
		g_test_message("%s", zones[i]);
		g_assert_cmpfloat(
			number(setup,
				"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n"
				" WHERE i < 75000), moment(t) AS (SELECT strftime("
				"'%Y-%m-%dT%H:%M:%S.000Z', 1767225599 + i * 839, 'unixepoch') FROM "
				"n)"
				" SELECT count(*) FROM moment"
				" WHERE date(86400 * local_day(t), 'unixepoch') IS date(t, "
				"'localtime')"),
			==, 75001);
	}
	if (before)
		g_setenv("TZ", before, TRUE);
	else
		g_unsetenv("TZ");
	tzset();
	for (gsize i = 0; i < G_N_ELEMENTS(nulls); i++)
		g_assert_true(isnan(number(setup, nulls[i])));
}

static void test_refused(Setup *setup, gconstpointer unused)
{
	refused(setup, "SELEC 1", "syntax error");
	refused(setup, "SELECT nobody FROM v_run", "no such column: nobody");
	refused(setup, "SELECT 1; DROP TABLE run", "more than one statement");
	refused(setup, "DELETE FROM run", "not authorized");
	refused(setup, "ATTACH '/etc/passwd' AS x", "not authorized");
	refused(setup, "PRAGMA journal_mode = DELETE", "not authorized");
	refused(setup, "SELECT load_extension('x')", "");
}

/* What is kept is there for the queries of its moment; the SQL behind it may still do nothing but read. */
static void test_kept(Setup *setup, gconstpointer unused)
{
	static const char *const wrong[] = {"SELECT 1 AS a; DELETE FROM run", "DELETE FROM run",
		"SELECT nobody FROM v_run", "SELECT load_extension('x')"};
	const QueryParameter wanted = {":serial", "4711"};
	g_autoptr(GError) error = NULL;

	{
		g_autoptr(JournalMoment) moment = journal_moment_begin(setup->journal, &error);

		g_assert_nonnull(moment);
		g_assert_true(journal_query_keep(setup->journal, "kept",
			"SELECT run, verdict FROM v_run WHERE serial = :serial", &wanted, 1, 10000,
			&error));
		g_assert_no_error(error);
		g_assert_cmpfloat(number(setup, "SELECT count(*) FROM kept"), ==, 1);
		refused(setup, "DELETE FROM kept", "not authorized");
		for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
			g_autoptr(GError) why = NULL;

			g_assert_false(journal_query_keep(
				setup->journal, "other", wrong[i], NULL, 0, 10000, &why));
			g_assert_error(why, FAILURE, FAILURE_JOURNAL_WRITE);
		}
	}
	refused(setup, "SELECT count(*) FROM kept", "no such table");
}

static void test_endless(Setup *setup, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Table) table = journal_query(setup->journal,
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
		" SELECT count(*) FROM n",
		NULL, 0, 200, &error);

	g_assert_null(table);
	g_assert_nonnull(strstr(error->message, "longer than 0.2 s"));
	/* And the journal is good for the next one. */
	g_assert_cmpfloat(number(setup, "SELECT 1"), ==, 1);
}

#define add(name, test) g_test_add(name, Setup, NULL, set_up, test, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/query/table", test_table);
	add("/query/no-rows", test_no_rows);
	add("/query/functions", test_functions);
	add("/query/local-day", test_local_day);
	add("/query/refused", test_refused);
	add("/query/kept", test_kept);
	add("/query/endless", test_endless);
	return g_test_run();
}

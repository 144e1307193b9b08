/* Reports: reading their files, and drawing whatever a query may answer. */
#include "report/axis.h"
#include "report/bins.h"
#include "report/draw.h"

#include "lib/scratch.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	Scratch scratch;
	char *path; /* of a report */
} Setup;

static void setup(Setup *setup, gconstpointer unused)
{
	scratch_make(&setup->scratch);
	setup->path = g_build_filename(setup->scratch.folder, "made.sql", NULL);
}

static void teardown(Setup *setup, gconstpointer unused)
{
	g_free(setup->path);
	scratch_clear(&setup->scratch);
}

static Report *load(Setup *setup, const char *text, char **mistakes)
{
	g_autoptr(Problems) problems = problems_new();
	Report *report;

	scratch_write(setup->path, text, strlen(text));
	report = report_load(setup->path, problems);
	*mistakes = problems_text(problems);
	return report;
}

/* ---- files ------------------------------------------------------------------------------------- */

static void test_file(Setup *setup, gconstpointer unused)
{
	g_autofree char *mistakes = NULL;
	g_autoptr(Report) report = load(setup,
		"-- title: Two\n-- about: One,\n-- about: and\n-- about:\n-- about: two.\n"
		"-- needs: serial\n-- common:\na AS (SELECT 1 AS x)\n"
		"-- table: kept\n-- why\nSELECT x\nFROM a\n"
		"-- section: First\n-- about: Of it.\n-- column: x | int | X\n-- draw: bars x x\n"
		"-- a comment\nSELECT x FROM a\n"
		"-- section: Second\n-- column: x | p | P\n-- draw: facts\nSELECT x\nFROM a\n",
		&mistakes);
	const ReportSection *first, *second;
	const ReportTable *table;

	g_assert_cmpstr(mistakes, ==, "");
	g_assert_cmpstr(report->about, ==, "One, and\ntwo.");
	g_assert_cmpstr(report->needs, ==, "serial");
	g_assert_cmpstr(report->common, ==, "a AS (SELECT 1 AS x)");
	g_assert_cmpuint(report->tables->len, ==, 1);
	table = report->tables->pdata[0];
	g_assert_cmpstr(table->name, ==, "kept");
	g_assert_cmpstr(table->sql, ==, "SELECT x\nFROM a");
	g_assert_cmpuint(table->line, ==, 11);
	g_assert_cmpuint(strlen(report->sha256), ==, 64);
	g_assert_cmpuint(report->sections->len, ==, 2);
	first = report->sections->pdata[0];
	second = report->sections->pdata[1];
	g_assert_cmpstr(first->about, ==, "Of it.");
	g_assert_cmpstr(first->sql, ==, "SELECT x FROM a");
	g_assert_cmpuint(first->line, ==, 18);
	g_assert_cmpint(first->draw.kind, ==, DRAW_BARS);
	g_assert_cmpstr(second->about, ==, "");
	g_assert_cmpstr(second->sql, ==, "SELECT x\nFROM a");
	g_assert_cmpint(second->draw.kind, ==, DRAW_FACTS);
}

static void test_mistakes(Setup *setup, gconstpointer unused)
{
	static const struct {
		const char *text, *wanted;
	} rows[] = {
		{"", "no '-- title:'"},
		{"-- title: a\n-- column: x | int | X\n", "no SQL before this line"},
		{"-- title: a\nSELECT 1 AS x\n", "no '-- column:'"},
		{"-- title: a\n-- column: x | int\nSELECT 1 AS x\n",
			":2:1: error: a column is 'name"},
		{"-- title: a\n-- needs: luck\n-- column: x | int | X\nSELECT 1 AS x\n",
			"'luck' is no filter"},
		{"-- title: a\n-- section: b\n-- common:\n-- column: x | int | X\nSELECT 1 AS x\n",
			"before the first table and section"},
		{"-- title: a\n-- table: a b\n-- column: x | int | X\nSELECT 1 AS x\n",
			"a table is"},
		{"-- title: a\n-- table: a\n-- column: x | int | X\nSELECT 1 AS x\n",
			"no SQL of table 'a'"},
		{"-- title: a\n-- column: x | int | X\n-- draw: line x\nSELECT 1 AS x\n",
			"a drawing is"},
		{"-- title: a\n-- column: x | int | X\n-- draw:\nSELECT 1 AS x\n", "a drawing is"},
		{"-- title: \xff\n", "UTF-8"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mistakes = NULL;
		g_autoptr(Report) report = load(setup, rows[i].text, &mistakes);

		g_test_message("%s -> %s", rows[i].text, mistakes);
		g_assert_null(report);
		g_assert_nonnull(strstr(mistakes, rows[i].wanted));
	}
}

/* ---- scales and bins --------------------------------------------------------------------------- */

static void test_axis(void)
{
	static const double values[] = {0, 1, -1, 0.5, 0.93, 1e-300, 1e300, -1e300, DBL_MAX,
		-DBL_MAX, NAN, INFINITY, 412, 413};
	static const ColumnKind kinds[] = {
		COLUMN_INT, COLUMN_NUMBER, COLUMN_PERCENT, COLUMN_SECONDS};

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(values); j++)
			for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
				Axis axis = axis_make(values[i], values[j], 5, kinds[k]);
				double at = axis_at(&axis, values[i]);

				g_assert_true(isfinite(axis.low) && isfinite(axis.high));
				g_assert_cmpfloat(axis.low, <, axis.high);
				g_assert_cmpuint(axis.steps, >=, 1);
				g_assert_cmpuint(axis.steps, <=, 12);
				g_assert_true(at >= 0 && at <= 1);
			}
}

static void test_axis_is_round(void)
{
	Axis share = axis_make(0.715, 0.998, 5, COLUMN_PERCENT);
	Axis counts = axis_make(0, 3, 5, COLUMN_INT);
	g_autofree char *last = axis_label(&share, axis_tick(&share, share.steps));

	g_assert_cmpfloat_with_epsilon(share.low, 0.7, 1e-12);
	g_assert_cmpfloat_with_epsilon(share.high, 1, 1e-12);
	g_assert_cmpstr(last, ==, "100 %");
	g_assert_cmpuint(counts.steps, ==, 3);
}

static void test_bins(void)
{
	const double few[] = {3}, same[] = {7, 7, 7, 7}, huge[] = {-DBL_MAX, 0, DBL_MAX};
	double many[1000];
	Bins bins = bins_make(NULL, 0);
	guint sum = 0;

	g_assert_cmpuint(bins.count, ==, 0);
	bins = bins_make(few, 1);
	g_assert_cmpuint(bins.tallest, ==, 1);
	bins = bins_make(same, 4);
	g_assert_cmpuint(bins.tallest, ==, 4);
	bins = bins_make(huge, 3);
	g_assert_cmpuint(bins.count, <=, BINS_MOST);
	for (guint i = 0; i < G_N_ELEMENTS(many); i++)
		many[i] = 100 + i % 50;
	bins = bins_make(many, G_N_ELEMENTS(many));
	for (guint i = 0; i < bins.count; i++)
		sum += bins.values[i];
	g_assert_cmpuint(sum, ==, 1000);
	g_assert_cmpuint(bins.count, >=, 8);
	g_assert_cmpfloat(bins.low, <=, 100);
	g_assert_cmpfloat(bins.low + bins.count * bins.width, >, 149);
}

/* ---- drawings ---------------------------------------------------------------------------------- */

static const char *const names[] = {"label", "value", "low", "high", "mark"};
enum { COLUMNS = G_N_ELEMENTS(names) };

static ReportSection *section_new(DrawKind kind, guint columns)
{
	ReportSection *section = g_new0(ReportSection, 1);

	section->title = section->about = "";
	section->columns = g_ptr_array_new_with_free_func(g_free);
	section->draw.kind = kind;
	section->draw.count = columns;
	for (guint i = 0; i < COLUMNS; i++) {
		ReportColumn *column = g_new0(ReportColumn, 1);

		*column = (ReportColumn){names[i], i ? COLUMN_NUMBER : COLUMN_TEXT, names[i]};
		g_ptr_array_add(section->columns, column);
		section->draw.columns[i] = names[i];
	}
	return section;
}

static void section_free(ReportSection *section)
{
	g_ptr_array_unref(section->columns);
	g_free(section);
}

/* Rows whose numbers are `value` and a little beside it; each third has none. */
static Table *table_of(guint rows, double value, gboolean nulls)
{
	Table *table = table_new();

	for (guint i = 0; i < COLUMNS; i++)
		g_ptr_array_add(table->names, g_strdup(names[i]));
	for (guint row = 0; row < rows; row++)
		for (guint i = 0; i < COLUMNS; i++) {
			Cell cell = {.kind = CELL_REAL, .real = value + row % 7 + i};

			if (i == 0 || i == 4)
				cell = (Cell){.kind = CELL_TEXT,
					.text = g_strdup(i ? "<worse>" : "a & <b>")};
			else if (nulls && row % 3 == 0)
				cell = (Cell){0};
			g_array_append_val(table->cells, cell);
		}
	return table;
}

/* Every coordinate is a number, and near the picture (its width is 920; labels may stick out). */
static void check_coordinates(const char *svg)
{
	g_autoptr(GRegex) regex =
		g_regex_new(" (?:x|y|x1|y1|x2|y2|cx|cy|r|width|height|d)=\"([^\"]*)\"", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	guint seen = 0;

	g_assert_null(strstr(svg, "nan"));
	g_assert_null(strstr(svg, "inf\""));
	for (g_regex_match(regex, svg, 0, &match); g_match_info_matches(match);
		g_match_info_next(match, NULL)) {
		g_autofree char *text = g_match_info_fetch(match, 1);
		g_auto(GStrv) numbers = g_strsplit_set(text, "ML Z", -1);

		for (guint i = 0; numbers[i]; i++) {
			char *end;
			double number = g_ascii_strtod(numbers[i], &end);

			g_assert_cmpstr(end, ==, "");
			g_assert_true(number >= -20 && number <= 1200);
			seen++;
		}
	}
	g_assert_cmpuint(seen, >, 4);
}

static void test_drawings(void)
{
	static const struct {
		DrawKind kind;
		guint columns;
	} kinds[] = {{DRAW_BARS, 2}, {DRAW_BARS, 5}, {DRAW_LINE, 2}, {DRAW_LINE, 4},
		{DRAW_PARETO, 2}, {DRAW_HISTOGRAM, 1}, {DRAW_HISTOGRAM, 3}};
	static const guint rows[] = {1, 2, 3, 33, 1000};
	static const double values[] = {0, 1, -5, 1e-9, 1e15, DBL_MAX, -DBL_MAX};

	for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++)
		for (gsize r = 0; r < G_N_ELEMENTS(rows); r++)
			for (gsize v = 0; v < 2 * G_N_ELEMENTS(values); v++) {
				ReportSection *section =
					section_new(kinds[k].kind, kinds[k].columns);
				g_autoptr(Table) table = table_of(rows[r], values[v / 2], v % 2);
				g_autofree char *drawn = draw_section(section, table, "<T>", 1);

				/* A histogram's value is its first column. */
				if (section->draw.kind == DRAW_HISTOGRAM) {
					g_free(drawn);
					memmove(section->draw.columns, names + 1,
						3 * sizeof *names);
					drawn = draw_section(section, table, "<T>", 1);
				}
				g_test_message("kind %d, %u rows of %g%s", kinds[k].kind, rows[r],
					values[v / 2], v % 2 ? ", some NULL" : "");
				check_coordinates(drawn);
				g_assert_nonnull(
					strstr(drawn, "<title id=\"s1-title\">&lt;T&gt;</title>"));
				g_assert_null(strstr(drawn, "<b>"));
				g_assert_null(strstr(drawn, "<worse>"));
				section_free(section);
			}
}

static void test_nothing_to_draw(void)
{
	ReportSection *section = section_new(DRAW_LINE, 4);
	g_autoptr(Table) none = table_of(0, 0, FALSE), one = table_of(1, 0, FALSE);

	g_assert_null(draw_section(section, none, "T", 1));
	section->draw.kind = DRAW_FACTS;
	g_assert_null(draw_section(section, one, "T", 1));
	section->draw.kind = DRAW_NONE;
	g_assert_null(draw_section(section, one, "T", 1));
	section_free(section);
}

/* A table of which only the last are drawn draws those. */
static void test_last_rows(void)
{
	ReportSection *section = section_new(DRAW_LINE, 2);
	g_autoptr(Table) table = table_of(1000, 5, FALSE);
	g_autofree char *drawn = NULL;

	g_array_index(table->cells, Cell, 999 * COLUMNS + 1).real = 77;
	drawn = draw_section(section, table, "T", 1);
	g_assert_nonnull(strstr(drawn, "last a &amp; &lt;b&gt;: 77."));
	g_assert_nonnull(strstr(drawn, "400 of 1000 rows drawn"));
	section_free(section);
}

/* ---- cells ------------------------------------------------------------------------------------- */

static void test_cells(void)
{
	static const struct {
		double value;
		ColumnKind kind;
		const char *wanted;
	} rows[] = {
		{0.9996, COLUMN_PERCENT, "> 99.9 %"},
		{1, COLUMN_PERCENT, "100.0 %"},
		{0.0001, COLUMN_PERCENT, "< 0.1 %"},
		{123.94041, COLUMN_NUMBER, "123.94"},
		{3.30140, COLUMN_NUMBER, "3.3014"},
		{1703936, COLUMN_NUMBER, "1703936"},
		{0, COLUMN_NUMBER, "0"},
		{-0.5, COLUMN_NUMBER, "-0.5"},
		{1e300, COLUMN_NUMBER, "1e+300"},
		{0.00001, COLUMN_NUMBER, "1e-05"},
		{0.00001, COLUMN_P, "< 0.0001"},
		{0.03251, COLUMN_P, "0.0325"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Cell cell = {.kind = CELL_REAL, .real = rows[i].value};
		g_autofree char *text = report_cell(&cell, rows[i].kind);

		g_assert_cmpstr(text, ==, rows[i].wanted);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/report/file", Setup, NULL, setup, test_file, teardown);
	g_test_add("/report/mistakes", Setup, NULL, setup, test_mistakes, teardown);
	g_test_add_func("/report/axis", test_axis);
	g_test_add_func("/report/axis/round", test_axis_is_round);
	g_test_add_func("/report/bins", test_bins);
	g_test_add_func("/report/drawings", test_drawings);
	g_test_add_func("/report/drawings/nothing", test_nothing_to_draw);
	g_test_add_func("/report/drawings/last", test_last_rows);
	g_test_add_func("/report/cells", test_cells);
	return g_test_run();
}

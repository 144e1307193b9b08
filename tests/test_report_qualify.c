/* The qualification report over trials made from seeds: what is there is found, what is not is not claimed. */
#include "lib/scratch.h"
#include "lib/trial_made.h"
#include "report/report.h"
#include "stats/proportion.h"

#include <string.h>

/* The first section, its cells by name. */
typedef struct {
	char *finding, *claim, *words;
} Verdicts;

static void verdicts_clear(Verdicts *verdicts)
{
	g_free(verdicts->finding);
	g_free(verdicts->claim);
	g_free(verdicts->words);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Verdicts, verdicts_clear)

static Report *load(void)
{
	g_autoptr(Problems) problems = problems_new();
	Report *report = report_load("reports/qualify.sql", problems);
	g_autofree char *text = problems_text(problems);

	g_assert_cmpstr(text, ==, "");
	return report;
}

static char *cell(const Table *table, const char *name)
{
	gint column = table_column(table, name);

	g_assert_cmpint(column, >=, 0);
	return cell_text(table_cell(table, 0, (guint)column));
}

static Verdicts judge(const TrialMade *trial, const ReportArgument *more, gsize more_count)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(Report) report = load();
	g_autoptr(GArray) arguments = g_array_new(FALSE, FALSE, sizeof(ReportArgument));
	const ReportArgument both[] = {{"revision", "C"}, {"against", "B"}};
	g_autoptr(GError) error = NULL;

	scratch_make(&scratch);
	trial_made(scratch.path, trial);
	g_autoptr(Journal) journal = journal_open_reader(scratch.path, &error);
	g_assert_no_error(error);
	g_array_append_vals(arguments, both, G_N_ELEMENTS(both));
	if (more_count)
		g_array_append_vals(arguments, more, (guint)more_count);
	/* The verdict alone: the others are for people. */
	g_ptr_array_set_size(report->sections, 1);
	g_autoptr(ReportResult) result = report_run(report, journal,
		(const ReportArgument *)(const void *)arguments->data, arguments->len, &error);
	g_assert_no_error(error);
	const Table *table = result->tables->pdata[0];

	return (Verdicts){cell(table, "finding"), cell(table, "claim"), cell(table, "words")};
}

/* Ten percent of C's boards lose their drive now and then. With as many units as the plan asks for, nine trials of ten
 * find it; of forty, fewer than thirty would be a chance of one in a thousand. */
static void test_fault_is_found(void)
{
	guint found = 0, units = proportion_units(0.10, 0, 0.975, 0.90);

	for (guint seed = 1; seed <= 40; seed++) {
		const TrialMade trial = {.seed = seed, .units = units, .cycles = 2, .fault = 0.10};
		g_auto(Verdicts) verdicts = judge(&trial, NULL, 0);

		found += !strcmp(verdicts.finding, "worse");
		g_assert_null(strstr(verdicts.words, "equal"));
	}
	g_test_message("%u units of each: found in %u of 40 trials", units, found);
	g_assert_cmpuint(found, >=, 30);
}

/* B and C are the same, good or with the same fault: a claim is a false alarm, one in twenty at most. */
static void test_nothing_is_not_claimed(void)
{
	guint claimed = 0, unproven = 0;

	for (guint seed = 1; seed <= 200; seed++) {
		double fault = seed % 2 ? 0.10 : 0;
		const TrialMade trial = {.seed = 1000 + seed,
			.units = 40,
			.cycles = 1,
			.fault = fault,
			.b_fault = fault};
		g_auto(Verdicts) verdicts = judge(&trial, NULL, 0);

		claimed += strcmp(verdicts.finding, "no-difference-shown") != 0;
		unproven += strstr(verdicts.words, "that is no proof that there is none") != NULL;
		g_assert_null(strstr(verdicts.words, "equal"));
		g_assert_null(strstr(verdicts.words, "identical"));
	}
	g_test_message("a difference was claimed in %u of 200 trials without one", claimed);
	g_assert_cmpuint(claimed, <=, 10);
	g_assert_cmpuint(unproven, >=, 190);
}

static void test_values_that_shifted(void)
{
	const TrialMade trial = {.seed = 7, .units = 60, .cycles = 3, .shift = 1};
	g_auto(Verdicts) verdicts = judge(&trial, NULL, 0);

	g_assert_cmpstr(verdicts.finding, ==, "differs");
	g_assert_nonnull(strstr(verdicts.words, "1 are shown to differ: supply.current (+"));
	g_assert_nonnull(strstr(verdicts.words, "the claim of 95 % is proven"));
	g_assert_cmpstr(verdicts.claim, ==, "proven");
}

/* Equivalence is said only against a margin that was stated, and only where it is shown. */
static void test_equivalence(void)
{
	const TrialMade trial = {.seed = 8, .units = 60, .cycles = 3};
	const ReportArgument wide[] = {{"margin", "0.05"}, {"yield_margin", "0.10"}};
	const ReportArgument narrow[] = {{"margin", "0.0001"}, {"yield_margin", "0.001"}};
	g_auto(Verdicts) none = judge(&trial, NULL, 0);
	g_auto(Verdicts) shown = judge(&trial, wide, G_N_ELEMENTS(wide));
	g_auto(Verdicts) unshown = judge(&trial, narrow, G_N_ELEMENTS(narrow));

	g_assert_nonnull(strstr(none.words, "No margin for values was stated"));
	g_assert_nonnull(strstr(shown.words, "shown for 6 of 6 values and times"));
	g_assert_nonnull(strstr(shown.words, "are equivalent within 10 points"));
	g_assert_nonnull(strstr(unshown.words, "shown for 0 of 6"));
	g_assert_nonnull(strstr(unshown.words, "within 0.1 points is not shown"));
}

/* One unit of each, however many cycles: nothing can be found, and that is said. */
static void test_cycles_are_not_units(void)
{
	const TrialMade trial = {.seed = 9, .units = 1, .cycles = 500, .fault = 1};
	g_auto(Verdicts) verdicts = judge(&trial, NULL, 0);

	g_assert_cmpstr(verdicts.finding, ==, "no-difference-shown");
	g_assert_nonnull(strstr(verdicts.words, "1 units with 500 cycles, 1 units bad"));
	g_assert_nonnull(
		strstr(verdicts.words, "no share of bad ones would have been found reliably"));
}

static void test_no_data(void)
{
	const TrialMade trial = {.seed = 10, .cycles = 1};
	g_auto(Verdicts) verdicts = judge(&trial, NULL, 0);

	g_assert_cmpstr(verdicts.finding, ==, "no-data");
	g_assert_nonnull(strstr(verdicts.words, "nothing can be said"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report/qualify/fault-is-found", test_fault_is_found);
	g_test_add_func("/report/qualify/nothing-is-not-claimed", test_nothing_is_not_claimed);
	g_test_add_func("/report/qualify/values-that-shifted", test_values_that_shifted);
	g_test_add_func("/report/qualify/equivalence", test_equivalence);
	g_test_add_func("/report/qualify/cycles-are-not-units", test_cycles_are_not_units);
	g_test_add_func("/report/qualify/no-data", test_no_data);
	return g_test_run();
}

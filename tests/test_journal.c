/* What the journal keeps: runs, steps and values as they were given, and how they are found again. */
#include "core/failure.h"
#include "lib/scratch.h"
#include <string.h>

static void copy(const char *from, const char *to)
{
	g_autoptr(GBytes) bytes = scratch_bytes(from);
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	scratch_write(to, data, length);
}

/* The files as they are while the writer still has them: what a power cut would leave. */
static void test_committed_survives(void)
{
	g_auto(Scratch) scratch = {0}, other = {0};
	scratch_make(&scratch);
	scratch_make(&other);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_PASS);
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_FAIL);
	json_t *before = scratch_unit(journal, "4711");

	g_autofree char *log = g_strconcat(scratch.path, "-wal", NULL);
	g_autofree char *other_log = g_strconcat(other.path, "-wal", NULL);
	copy(scratch.path, other.path);
	copy(log, other_log);
	g_autoptr(Journal) again = scratch_open(&other);
	json_t *after = scratch_unit(again, "4711");
	g_assert_true(json_equal(before, after));
	g_assert_cmpuint(json_array_size(json_object_get(after, "runs")), ==, 2);
	json_decref(before);
	json_decref(after);
}

static void test_values(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_PASS);
	json_t *unit = scratch_unit(journal, "4711");
	const json_t *run = json_array_get(json_object_get(unit, "runs"), 0);
	const json_t *values = json_object_get(run, "values");
	g_assert_cmpuint(json_array_size(values), ==, 5);
	g_assert_cmpstr(
		json_string_value(json_object_get(json_array_get(values, 0), "text")), ==, "V");
	const json_t *boot = json_array_get(values, 1);
	g_assert_cmpfloat(json_real_value(json_object_get(boot, "value")), ==, 412.5);
	g_assert_cmpfloat(json_real_value(json_object_get(boot, "high")), ==, 900);
	g_assert_true(json_is_null(json_object_get(json_array_get(values, 2), "low")));
	/* What is no number stands there as a word, never as one within its limits. */
	for (guint i = 3; i < 5; i++) {
		g_assert_true(json_is_null(json_object_get(json_array_get(values, i), "value")));
		g_assert_true(json_is_string(json_object_get(json_array_get(values, i), "text")));
		g_assert_cmpfloat(
			json_real_value(json_object_get(json_array_get(values, i), "high")), ==, 1);
	}
	g_assert_cmpint(json_integer_value(json_object_get(run, "ms")), ==, 12345);
	g_assert_cmpuint(json_array_size(json_object_get(run, "images")), ==, 2);
	json_decref(unit);
}

static void test_newest_first(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	for (guint i = 0; i < 5; i++)
		scratch_begin(journal, "4711");
	json_t *runs = journal_runs(journal, 3, &error), *run;
	size_t i;
	g_assert_cmpuint(json_array_size(runs), ==, 3);
	json_array_foreach(runs, i, run)
		g_assert_cmpint(json_integer_value(json_object_get(run, "run")), ==, 5 - (gint64)i);
	json_decref(runs);
}

static void test_similar(void)
{
	static const struct {
		const char *asked, *found;
	} cases[] = {{"4711", "[\"47110\", \"47111\"]"},
		{"4712", "[\"47110\", \"47111\", \"4719\"]"},
		{"471", "[\"47110\", \"47111\", \"4719\"]"}, {"X", "[]"}, {"", "[]"},
		{"CAM-0009", "[\"CAM-0001\"]"}, {"CXYZ", "[]"}};
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	static const char *const serials[] = {"47110", "47111", "4719", "CAM-0001"};
	for (guint i = 0; i < G_N_ELEMENTS(serials); i++)
		scratch_begin(journal, serials[i]);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *similar = journal_similar(journal, cases[i].asked, &error);
		g_assert_no_error(error);
		char *text = json_dumps(similar, 0);
		g_assert_cmpstr(text, ==, cases[i].found);
		free(text);
		json_decref(similar);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/committed-survives", test_committed_survives);
	g_test_add_func("/journal/values", test_values);
	g_test_add_func("/journal/newest-first", test_newest_first);
	g_test_add_func("/journal/similar", test_similar);
	return g_test_run();
}

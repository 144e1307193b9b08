/*
 * Fills a journal, for tests of the verbs and to measure commits:
 *
 *   tool_journal PATH RUNS      RUNS runs of 20 steps and 20 values, serials OMV000001 on, and how
 *                               long the commits took that wait for the disk
 *   tool_journal PATH - SERIAL  one run of this serial that is left open
 *   tool_journal PATH + TEXT    one run that FAILed, in which this text stands wherever one can
 */
#include "lib/scratch.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS 20

static gint compare_times(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return x < y ? -1 : x > y;
}

static void note_time(GArray *times, gint64 begin)
{
	gint64 took = g_get_monotonic_time() - begin;

	g_array_append_val(times, took);
}

static void print_times(GArray *times)
{
	g_array_sort(times, compare_times);
	printf("%u commits: median %.3f ms, 99 %% within %.3f ms, longest %.3f ms\n", times->len,
		g_array_index(times, gint64, times->len / 2) / 1000.0,
		g_array_index(times, gint64, (guint64)times->len * 99 / 100) / 1000.0,
		g_array_index(times, gint64, times->len - 1) / 1000.0);
}

/* Everything as the controller writes it: a commit a call. Every seventh run fails. Timed: what waits for the disk. */
static void whole_run(Journal *journal, guint number, GArray *times)
{
	g_autofree char *serial = g_strdup_printf("OMV%06u", number / 2 + 1);
	g_autofree char *uid = g_strdup_printf("%024X", number / 2 + 1);
	gboolean fails = number % 7 == 0;
	const JournalValue value = {
		.name = "usb.boot_ms", .value = 412, .low = 0, .high = 900, .unit = "ms"};
	gint64 begin = g_get_monotonic_time();
	gint64 run = scratch_begin(journal, serial);

	note_time(times, begin);
	begin = g_get_monotonic_time();
	g_assert_true(journal_bind(journal, run, uid, NULL));
	note_time(times, begin);
	/* These do not wait for the disk: the next commit that does takes them along. */
	for (guint i = 0; i < STEPS; i++) {
		g_assert_true(journal_value(journal, run, &value, NULL));
		scratch_step(journal, run, i);
	}
	begin = g_get_monotonic_time();
	g_assert_true(scratch_end(journal, run, fails ? VERDICT_FAIL : VERDICT_PASS, NULL));
	note_time(times, begin);
}

/* The run's serial, names and failure, a step and a value are all `text`. */
static void hostile_run(Journal *journal, const char *text)
{
	JournalRun run = scratch_run(text);
	const JournalStep step = {.id = text,
		.kind = text,
		.ms = 1,
		.verdict = VERDICT_FAIL,
		.code = text,
		.seen = text};
	const JournalValue word = {.name = text, .text = text, .low = NAN, .high = NAN};
	const JournalValue number = {.name = text, .value = 1, .low = 2, .high = 3, .unit = text};
	const JournalEnd end = {.verdict = VERDICT_FAIL,
		.blame = BLAME_BOARD,
		.code = text,
		.step = text,
		.seen = text,
		.advice = text,
		.log = text,
		.ms = 1};
	gint64 id;

	run.recipe = run.revision = run.product = run.fixture = run.station = text;
	run.operator= run.lot = run.flashline_version = run.openocd_version = text;
	id = journal_begin(journal, &run, NULL);
	g_assert_cmpint(id, >, 0);
	g_assert_true(journal_value(journal, id, &word, NULL));
	g_assert_true(journal_value(journal, id, &number, NULL));
	g_assert_true(journal_step(journal, id, &step, NULL));
	g_assert_true(journal_end(journal, id, &end, NULL));
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));

	if (argc < 3 || argc > 4)
		return 2;
	g_autoptr(Journal) journal = journal_open(argv[1], &error);
	if (!journal) {
		fprintf(stderr, "%s\n", error->message);
		return 3;
	}
	if (argc == 4 && g_str_equal(argv[2], "+")) {
		hostile_run(journal, argv[3]);
		return 0;
	}
	if (argc == 4) {
		scratch_begin(journal, argv[3]);
		return 0;
	}
	for (guint i = 0; i < (guint)strtoul(argv[2], NULL, 10); i++)
		whole_run(journal, i, times);
	if (times->len)
		print_times(times);
	return 0;
}

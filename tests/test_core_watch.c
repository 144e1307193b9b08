/* Bounds on waiting, failures and verdicts. */
#include "core/failure.h"
#include "core/watch.h"

#include <string.h>

static void assert_ends(const Watch *watch, FailureCode code)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(watch_ok(watch, &error));
	g_assert_error(error, FAILURE, (gint)code);
}

static void test_deadline(void)
{
	Watch watch = {0};
	g_autoptr(GError) error = NULL;

	watch_begin(&watch, 1000, 0);
	g_assert_true(watch_ok(&watch, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(watch_timeout_ms(&watch, 100), ==, 100);
	g_assert_cmpuint(watch_timeout_ms(&watch, 5000), <=, 1000);
	watch_begin(&watch, 0, 0);
	assert_ends(&watch, FAILURE_STEP_DEADLINE);
	g_assert_cmpuint(watch_timeout_ms(&watch, 100), ==, 1);
	g_assert_cmpuint(watch_timeout_ms(&watch, 0), ==, 1);
}

/* Progress keeps it going past its stall time, not past its deadline. */
static void test_stall(void)
{
	Watch watch = {0};
	g_autoptr(GError) error = NULL;

	watch_begin(&watch, 60000, 30);
	g_assert_cmpuint(watch_timeout_ms(&watch, 5000), <=, 30);
	g_assert_false(watch_sleep(&watch, 10000, &error));
	g_assert_error(error, FAILURE, FAILURE_STEP_STALL);
	watch_progress(&watch, "write", 1, 2);
	g_assert_true(watch_ok(&watch, NULL));
}

typedef struct {
	guint count;
	guint64 done, total;
} Heard;

static void hear(const char *phase, guint64 done, guint64 total, gpointer data)
{
	Heard *heard = data;

	g_assert_cmpstr(phase, ==, "erase");
	heard->count++;
	heard->done = done;
	heard->total = total;
}

static void test_progress(void)
{
	Heard heard = {0};
	Watch watch = {.report = hear, .data = &heard};

	watch_begin(&watch, 60000, 1000);
	watch_progress(&watch, "erase", 7, 9);
	g_assert_cmpuint(heard.count, ==, 1);
	g_assert_cmpuint(heard.done, ==, 7);
	g_assert_cmpuint(heard.total, ==, 9);
}

static gpointer stop_it(gpointer data)
{
	g_atomic_int_set((gint *)data, 1);
	return NULL;
}

/* A stop from elsewhere ends a long sleep at once: within its 50 ms, and some for a busy machine. */
static void test_stop(void)
{
	gint stop = 0;
	Watch watch = {.stop = &stop};
	g_autoptr(GError) error = NULL;
	GThread *thread;

	watch_begin(&watch, 600000, 0);
	thread = g_thread_new("stop", stop_it, &stop);
	g_assert_false(watch_sleep(&watch, 600000, &error));
	g_assert_error(error, FAILURE, FAILURE_STOPPED);
	g_assert_cmpint(g_get_monotonic_time() - watch.begin_us, <, 10 * G_USEC_PER_SEC);
	g_thread_join(thread);
}

static void test_sleep(void)
{
	Watch watch = {0};
	g_autoptr(GError) error = NULL;

	watch_begin(&watch, 60000, 0);
	g_assert_true(watch_sleep(&watch, 120, &error));
	g_assert_no_error(error);
	g_assert_cmpint(g_get_monotonic_time() - watch.begin_us, >=, 120 * 1000);
}

static void test_failures(void)
{
	g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) mine = g_error_new(FAILURE, FAILURE_USB_LOST, "gone");
	g_autoptr(GError) other = g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOENT, "no file");

	for (int i = 0; i < FAILURE_COUNT; i++) {
		const Failure *row = failure_row(i);

		g_assert_true(g_regex_match_simple("^[a-z]+(-[a-z]+)*$", row->word, 0, 0));
		g_assert_true(g_hash_table_add(words, (gpointer)row->word));
		g_assert_true(failure_from_word(row->word) == row);
		g_assert_cmpint(row->verdict, >, VERDICT_PASS);
		g_assert_cmpint(row->blame, >, BLAME_NONE);
		g_assert_true(g_str_has_suffix(row->advice, "."));
		/* FAIL says that the board is at fault, and nothing else does. */
		g_assert_true((row->verdict == VERDICT_FAIL) == (row->blame == BLAME_BOARD));
	}
	g_assert_cmpstr(failure_of(mine)->word, ==, "usb-lost");
	g_assert_cmpstr(failure_of(other)->word, ==, "station-internal");
	g_assert_cmpstr(failure_of(NULL)->word, ==, "station-internal");
	g_assert_cmpstr(failure_row(-1)->word, ==, "station-internal");
	g_assert_cmpstr(failure_row(FAILURE_COUNT)->word, ==, "station-internal");
	g_assert_null(failure_from_word("no-such"));
	g_assert_null(failure_from_word(NULL));
}

static void test_verdicts(void)
{
	Verdict verdict = VERDICT_FAIL;
	Blame blame = BLAME_SLOT;

	for (int i = VERDICT_RUNNING; i <= VERDICT_ABORTED; i++) {
		g_assert_true(verdict_from_word(verdict_word((Verdict)i), &verdict));
		g_assert_cmpint(verdict, ==, i);
	}
	for (int i = BLAME_NONE; i <= BLAME_OPERATOR; i++) {
		g_assert_true(blame_from_word(blame_word((Blame)i), &blame));
		g_assert_cmpint(blame, ==, i);
	}
	g_assert_false(verdict_from_word("pass", &verdict));
	g_assert_false(verdict_from_word(NULL, &verdict));
	g_assert_cmpint(verdict, ==, VERDICT_ABORTED);
	/* Doubt is ERROR. */
	g_assert_cmpstr(verdict_word((Verdict)99), ==, "ERROR");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/watch/deadline", test_deadline);
	g_test_add_func("/core/watch/stall", test_stall);
	g_test_add_func("/core/watch/progress", test_progress);
	g_test_add_func("/core/watch/stop", test_stop);
	g_test_add_func("/core/watch/sleep", test_sleep);
	g_test_add_func("/core/failure/table", test_failures);
	g_test_add_func("/core/verdict/words", test_verdicts);
	return g_test_run();
}

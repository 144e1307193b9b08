/* A program that the station runs: its words, its end, and its certain end. */
#include "core/failure.h"
#include "link/tool.h"

#include <string.h>
#include <sys/wait.h>

static char *run(const char *script, guint bound_ms, guint deadline_ms, int *status, GError **error)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	Watch watch = {0};

	watch_begin(&watch, deadline_ms, 0);
	return tool_run(&(Tool){.argv = argv, .bound_ms = bound_ms}, status, &watch, error);
}

static void test_words(void)
{
	g_autoptr(GError) error = NULL;
	int status = 0;
	g_autofree char *text = run("echo one; echo two >&2; printf 'a\\033b'; read x || exit 3",
		5000, 5000, &status, &error);

	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 3);
	g_assert_nonnull(strstr(text, "one\ntwo\na"));
	g_assert_null(strchr(text, '\033'));
}

static void test_missing(void)
{
	const char *argv[] = {"no-such-program-at-all", NULL};
	g_autoptr(GError) error = NULL;
	Watch watch = {0};
	int status;

	watch_begin(&watch, 5000, 0);
	g_assert_null(tool_run(&(Tool){.argv = argv, .bound_ms = 1000}, &status, &watch, &error));
	g_assert_error(error, FAILURE, FAILURE_TOOL_MISSING);
	g_assert_nonnull(strstr(error->message, "no-such-program-at-all"));
}

/* However it will not end, it ends, and nothing of it is left. */
static void test_certain_end(void)
{
	static const struct {
		const char *script;
		guint bound_ms, deadline_ms;
		int code;
	} cases[] = {
		{"echo $$ >&2; exec sleep 60", 100, 5000, FAILURE_TOOL_FAILED},
		{"exec sleep 60", 5000, 100, FAILURE_STEP_DEADLINE},
		{"trap '' TERM; while :; do :; done", 100, 5000, FAILURE_TOOL_FAILED},
		{"exec yes", 5000, 5000, FAILURE_TOOL_FAILED},
		{"kill -SEGV $$", 5000, 5000, FAILURE_TOOL_FAILED},
		{"exec >&- 2>&-; exec sleep 60", 100, 5000, FAILURE_TOOL_FAILED},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gint64 begin = g_get_monotonic_time();
		int status;

		g_test_message("%s", cases[i].script);
		g_assert_null(run(
			cases[i].script, cases[i].bound_ms, cases[i].deadline_ms, &status, &error));
		g_assert_error(error, FAILURE, cases[i].code);
		g_assert_cmpint(g_get_monotonic_time() - begin, <, 4 * G_USEC_PER_SEC);
		g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1); /* no child is left */
	}
}

static void test_stop(void)
{
	static const volatile gint stop = 1;
	const char *argv[] = {"sleep", "60", NULL};
	g_autoptr(GError) error = NULL;
	Watch watch = {.stop = &stop};
	int status;

	watch_begin(&watch, 60000, 0);
	watch.stop = &stop;
	g_assert_null(tool_run(&(Tool){.argv = argv, .bound_ms = 60000}, &status, &watch, &error));
	g_assert_error(error, FAILURE, FAILURE_STOPPED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/tool/words", test_words);
	g_test_add_func("/link/tool/missing", test_missing);
	g_test_add_func("/link/tool/certain-end", test_certain_end);
	g_test_add_func("/link/tool/stop", test_stop);
	return g_test_run();
}

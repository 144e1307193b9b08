/* The raw REPL's engine against a console that obeys the rules, and ones that break them. */
#include "core/failure.h"
#include "lib/corpus.h"
#include "lib/fake_console.h"
#include "lib/repl_proof.h"
#include "link/repl.h"

#include <string.h>

typedef struct {
	FakeConsole *console;
	Watch watch;
	Cdc port;
	Repl repl;
	ReplAnswer answer;
} Bench;

static void bench_make(Bench *bench, ConsoleFault fault, guint deadline_ms)
{
	*bench = (Bench){.console = fake_console_new(fault)};
	watch_begin(&bench->watch, deadline_ms, 0);
	bench->port = (Cdc){.pipe = &bench->console->pipe,
		.watch = &bench->watch,
		.control = 1,
		.data = 2,
		.in = 0x83,
		.out = 0x03,
		.packet = 64};
	bench->repl.port = &bench->port;
	bench->repl.prompt_ms = 20;
}

static void bench_clear(Bench *bench)
{
	repl_answer_clear(&bench->answer);
	repl_clear(&bench->repl);
	fake_console_free(bench->console);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static gboolean run(Bench *bench, const char *script, GError **error)
{
	gboolean done;

	done = cdc_open(&bench->port, CDC_BAUD_PLAIN, error) && repl_enter(&bench->repl, error) &&
	       repl_run(&bench->repl, script, &bench->answer, error);
	repl_leave(&bench->repl);
	return done;
}

static char *long_script(gsize length)
{
	GString *script = g_string_new(NULL);

	while (script->len < length)
		g_string_append_printf(script, "x%zu = %zu\n", script->len, script->len);
	return g_string_free(script, FALSE);
}

/* Every kind of firmware, scripts around the borders of its window, transfers of every size. */
static void test_good(void)
{
	static const ConsoleFault kinds[] = {
		CONSOLE_GOOD, CONSOLE_NO_PASTE, CONSOLE_OLD, CONSOLE_DEAF};
	static const gsize lengths[] = {1, 127, 128, 129, 256, 257, 5000, 60000};
	static const guint most[] = {0, 1, 63};

	for (guint i = 0; i < G_N_ELEMENTS(kinds) * G_N_ELEMENTS(lengths) * G_N_ELEMENTS(most);
		i++) {
		g_auto(Bench) bench = {0};
		g_autoptr(GError) error = NULL;
		gsize length = lengths[i / G_N_ELEMENTS(kinds) % G_N_ELEMENTS(lengths)];
		g_autofree char *script = long_script(length);

		script[length] = '\0';
		bench_make(&bench, kinds[i % G_N_ELEMENTS(kinds)], 20000);
		bench.console->most_out = most[i / G_N_ELEMENTS(kinds) / G_N_ELEMENTS(lengths)];
		bench.console->out = "supply_mv=3301 mV\r\n";
		bench.console->error = i % 3 ? "" : "Traceback\r\nOSError: 5\r\n";
		g_assert_true(run(&bench, script, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(bench.console->baud, ==, 115200);
		g_assert_true(bench.console->dtr);
		g_assert_cmpstr(bench.console->script->str, ==, script);
		g_assert_cmpstr(bench.answer.out->str, ==, bench.console->out);
		g_assert_cmpstr(bench.answer.error->str, ==, bench.console->error);
		g_assert_cmpuint(bench.console->mode, ==, IN_FRIENDLY);
	}
}

/* One behind the other on one entry; and an error that the board sees before the script's end. */
static void test_again(void)
{
	g_auto(Bench) bench = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *script = long_script(1000);

	bench_make(&bench, CONSOLE_GOOD, 20000);
	g_assert_true(repl_enter(&bench.repl, &error));
	for (guint i = 0; i < 3; i++) {
		g_auto(ReplAnswer) answer = {0};

		bench.console->out = i ? "two" : "one";
		g_assert_true(repl_run(&bench.repl, "print(1)", &answer, &error));
		g_assert_cmpstr(answer.out->str, ==, i ? "two" : "one");
	}
	bench.console->fault = CONSOLE_EARLY;
	bench.console->error = "SyntaxError: invalid syntax\r\n";
	g_assert_true(repl_run(&bench.repl, script, &bench.answer, &error));
	g_assert_cmpstr(bench.answer.error->str, ==, bench.console->error);
	/* What came behind the window is lost on the board: it had ended. */
	g_assert_cmpuint(bench.console->script->len, <, 1000);
}

typedef struct {
	ConsoleFault fault;
	FailureCode code;
	const char *part;
} Case;

static const Case cases[] = {
	{CONSOLE_SILENT, FAILURE_CONSOLE_NO_PROMPT, "it said nothing"},
	{CONSOLE_DEAD, FAILURE_USB_TRANSFER, NULL},
	{CONSOLE_GARBAGE, FAILURE_CONSOLE_NO_PROMPT, "no prompt"},
	{CONSOLE_FLOOD_BEFORE, FAILURE_CONSOLE_NO_PROMPT, "fps: 41.7"},
	{CONSOLE_FLOOD, FAILURE_CONSOLE_FLOOD, "more than 64 KiB"},
	{CONSOLE_NO_ANSWER, FAILURE_STEP_DEADLINE, "raw paste"},
	{CONSOLE_WRONG_ANSWER, FAILURE_CONSOLE_PROTOCOL, "neither yes nor no"},
	{CONSOLE_NO_WINDOW, FAILURE_CONSOLE_PROTOCOL, "a window of 0 bytes"},
	{CONSOLE_ENDLESS_ROOM, FAILURE_CONSOLE_PROTOCOL, "room without end"},
	{CONSOLE_WRONG_ROOM, FAILURE_CONSOLE_PROTOCOL, "neither room nor an end"},
	{CONSOLE_NO_OK, FAILURE_CONSOLE_PROTOCOL, "no OK"},
	{CONSOLE_STUCK, FAILURE_CONSOLE_STALL, "the script has not ended: not done within"},
	{CONSOLE_REBOOT, FAILURE_CONSOLE_PROTOCOL, "MPY: soft reboot"},
};

static void test_fault(gconstpointer data)
{
	const Case *it = data;
	g_auto(Bench) bench = {0};
	g_autoptr(GError) error = NULL;

	bench_make(&bench, it->fault,
		it->fault == CONSOLE_NO_ANSWER || it->fault == CONSOLE_STUCK ? 300 : 20000);
	g_assert_false(run(&bench, "print(1)\n", &error));
	g_assert_error(error, FAILURE, (gint)it->code);
	if (it->part && !strstr(error->message, it->part))
		g_test_fail_printf("'%s' does not say '%s'", error->message, it->part);
	/* Whatever still ran has been interrupted. */
	g_assert_cmpuint(bench.console->mode, !=, IN_SCRIPT);
}

/* Unplugged at the Nth transfer, for every N. */
static void test_vanishing(void)
{
	gboolean done = FALSE;

	for (guint n = 1; !done; n++) {
		g_auto(Bench) bench = {0};
		g_autoptr(GError) error = NULL;

		g_assert_cmpuint(n, <, 100);
		bench_make(&bench, CONSOLE_GOOD, 5000);
		bench.console->vanish_at = n;
		done = run(&bench, "print(1)\n", &error);
		if (!done)
			g_assert_error(error, FAILURE, FAILURE_USB_LOST);
	}
}

static void test_stop(void)
{
	static const volatile gint stop = 1;
	g_auto(Bench) bench = {0};
	g_autoptr(GError) error = NULL;

	bench_make(&bench, CONSOLE_GOOD, 5000);
	g_assert_true(repl_enter(&bench.repl, &error));
	bench.watch.stop = &stop;
	g_assert_false(repl_run(&bench.repl, "print(1)", &bench.answer, &error));
	g_assert_error(error, FAILURE, FAILURE_STOPPED);
}

/* Scripts that the console would take for something else are never sent. */
static void test_scripts(void)
{
	static const char *const bad[] = {
		"", " \n\t", "print(1)\x04", "\x01", "caf\xe9", "a\x1b[0m"};
	g_autofree char *large = long_script(REPL_SCRIPT_MAX + 1);

	g_assert_null(repl_script_problem("print('\xc3\xa9')\r\n", 13));
	g_assert_nonnull(repl_script_problem(large, strlen(large)));
	g_assert_nonnull(repl_script_problem("a\0b", 3));
	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_auto(Bench) bench = {0};
		g_autoptr(GError) error = NULL;

		bench_make(&bench, CONSOLE_GOOD, 5000);
		g_assert_false(repl_run(&bench.repl, bad[i], &bench.answer, &error));
		g_assert_error(error, FAILURE, FAILURE_STATION_INTERNAL);
		g_assert_cmpuint(bench.console->transfers, ==, 0);
	}
}

/* What the fuzzer began with and has found. */
static void test_corpus(void)
{
	corpus_replay("tests/data/repl/reply", 4, repl_proof);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/repl/good", test_good);
	g_test_add_func("/link/repl/again", test_again);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("/link/repl/fault/%u", cases[i].fault);

		g_test_add_data_func(name, &cases[i], test_fault);
	}
	g_test_add_func("/link/repl/vanishing", test_vanishing);
	g_test_add_func("/link/repl/stop", test_stop);
	g_test_add_func("/link/repl/scripts", test_scripts);
	g_test_add_func("/link/repl/corpus", test_corpus);
	return g_test_run();
}

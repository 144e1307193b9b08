/*
 * The controller against jobs that lie, babble, die or hang. The controller starts its own program as a
 * job: here that is this test, which then plays the part that its environment names.
 */
#include "core/failure.h"
#include "lib/folder.h"
#include "lib/kinds.h"
#include "line/slotrun.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECIPE                                                                                     \
	"flashline: 1\nproduct: p\nrevision: A\ndescription: d\n"                                  \
	"serial: {pattern: \"T[0-9]+\"}\nchip: {device: 0x450}\n"                                  \
	"steps:\n"                                                                                 \
	"  - {id: one, do: power, state: cycle, deadline: 2s, stall: 500ms}\n"                     \
	"  - {id: two, do: dfu.detach}\n"
#define FIXTURE                                                                                    \
	"flashline: 1\ndescription: d\nswd_khz: 4000\n"                                            \
	"controllers: {pins: {chip: FT4232H, serial: X}}\n"                                        \
	"slots:\n"                                                                                 \
	"  - {slot: 1, usb: 1-1, power: {controller: pins, pin: A0}}\n"

#define STEP(i, id, kind)                                                                          \
	"{\"event\":\"step\",\"index\":" i ",\"of\":2,\"step\":\"" id "\",\"kind\":\"" kind        \
	"\",\"deadline_ms\":2000,\"stall_ms\":500}\n"
#define STEP_PASS(id) "{\"event\":\"step-end\",\"step\":\"" id "\",\"ms\":1,\"verdict\":\"PASS\"}\n"
#define COST          "\"cpu_ms\":1,\"tools_cpu_ms\":1,\"peak_kib\":1}\n"
#define END_PASS      "{\"event\":\"end\",\"verdict\":\"PASS\"," COST
#define FIRST         STEP("0", "one", "power") STEP_PASS("one")
#define SECOND        STEP("1", "two", "dfu.detach") STEP_PASS("two")

/* Tells which chip it has, time and again. */
#define IDENTIFY "identify"

/* What a job says, how it ends, and what the run must come to. */
typedef struct {
	const char *name, *says;
	int status;       /* of its exit; -1: it hangs; -2: it is killed */
	const char *code; /* NULL: PASS */
	/* What it gets on with in its first step, before it says that, for longer than the step has. */
	const char *phase;
} Part;

static const Part parts[] = {
	{"honest", FIRST SECOND END_PASS, 0, NULL},
	{"pass-at-once", END_PASS, 0, "station-internal"},
	{"pass-after-one", FIRST END_PASS, 0, "station-internal"},
	{"pass-in-a-step", FIRST STEP("1", "two", "dfu.detach") END_PASS, 0, "station-internal"},
	{"pass-and-status", FIRST SECOND END_PASS, 1, "station-internal"},
	{"pass-and-killed", FIRST SECOND END_PASS, -2, "station-internal"},
	{"other-order", SECOND FIRST END_PASS, 0, "station-internal"},
	{"other-id", STEP("0", "two", "power") STEP_PASS("two") SECOND END_PASS, 0,
		"station-internal"},
	{"same-twice", FIRST FIRST SECOND END_PASS, 0, "station-internal"},
	{"end-twice", FIRST SECOND END_PASS END_PASS, 0, "station-internal"},
	{"on-after-fail",
		STEP("0", "one", "power") "{\"event\":\"step-end\",\"step\":\"one\",\"ms\":1,"
					  "\"verdict\":\"FAIL\",\"code\":\"flash-erase\",\"seen\":"
					  "\"x\"}\n" FIRST SECOND END_PASS,
		0, "station-internal"},
	{"value-outside", "{\"event\":\"value\",\"name\":\"a\",\"text\":\"b\"}\n", 0,
		"station-internal"},
	{"garbage", "PASS PASS PASS\n", 0, "station-internal"},
	{"wrong-pair", "{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"usb-lost\"," COST, 0,
		"station-internal"},
	{"babble", NULL, 0, "station-internal"},
	{"silent", "", 3, "job-died"},
	{"dies", FIRST, -2, "job-died"},
	{"hangs", STEP("0", "one", "power"), -1, "step-stall"},
	{"fails",
		FIRST
		"{\"event\":\"end\",\"verdict\":\"FAIL\",\"code\":\"flash-erase\",\"step\":\"two\","
		"\"seen\":\"x\"," COST,
		1, "flash-erase"},
	{"works-on", STEP_PASS("one") SECOND END_PASS, 0, "job-hung", "write"},
	{"identifies-on", STEP_PASS("one") SECOND END_PASS, 0, "job-hung", IDENTIFY},
	{"waits-for-others", STEP_PASS("one") SECOND END_PASS, 0, NULL, WATCH_TURN},
};

/* The step's deadline, the controller's 3 s, and one more. */
#define PACE_MS  100
#define PACED_MS 6000

/* ---- in the job ---- */

/* As fast as a job tells of progress. */
static void get_on(const char *phase)
{
	gint64 begin_us = g_get_monotonic_time(), ms = 0;

	fputs(STEP("0", "one", "power"), stdout);
	while (ms < PACED_MS) {
		g_usleep(PACE_MS * 1000);
		ms = (g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND;
		if (g_str_equal(phase, IDENTIFY))
			puts("{\"event\":\"identify\",\"uid\":\"003900353138510D33383539\"}");
		printf("{\"event\":\"progress\",\"phase\":\"%s\",\"done\":%" G_GINT64_FORMAT
		       ",\"total\":0}\n",
			phase, ms);
		fflush(stdout);
	}
}

static int play(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		const Part *part = &parts[i];

		if (!g_str_equal(part->name, name))
			continue;
		if (part->phase)
			get_on(part->phase);
		for (int n = 0; !part->says && n < 5000; n++)
			fputs("0123456789", stdout);
		fputs(part->says ? part->says : "", stdout);
		fflush(stdout);
		if (part->status == -1)
			for (;;)
				pause();
		if (part->status == -2)
			raise(SIGKILL);
		return part->status;
	}
	return 9;
}

/* ---- in the test ---- */

/* A keeper that says yes to everything, in a process of its own. */
static pid_t start_yes_keeper(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), client;
	pid_t pid;
	char c;

	g_assert_cmpuint(strlen(path), <, sizeof address.sun_path);
	strcpy(address.sun_path, path);
	g_assert_cmpint(bind(listening, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(listening, 4), ==, 0);
	pid = fork();
	if (pid == 0) {
		client = accept(listening, NULL, NULL);
		while (read(client, &c, 1) == 1)
			if (c == '\n' && write(client, "ok\n", 3) != 3)
				break;
		_exit(0);
	}
	close(listening);
	return pid;
}

static gboolean may(SlotRun *run, const char *uid, gpointer line, GError **error)
{
	return TRUE;
}

static void changed(SlotRun *run, const Event *event, gpointer line)
{
}

static void over(SlotRun *run, gpointer loop)
{
	g_main_loop_quit(loop);
}

static SlotRunContext context_new(const char *folder, GMainLoop *loop)
{
	g_autofree char *recipe = folder_write(folder, "r.yaml", RECIPE);
	g_autofree char *fixture = folder_write(folder, "f.yaml", FIXTURE);
	g_autofree char *journal = g_build_filename(folder, "journal.db", NULL);
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *text = NULL;
	SlotRunContext context = {.may = may, .changed = changed, .over = over, .line = loop};

	context.recipe = recipe_load(recipe, test_kinds(), NULL, problems);
	context.fixture = fixture_load(fixture, problems);
	text = problems_text(problems);
	g_assert_cmpstr(text, ==, "");
	context.rundir = rundir_new(context.recipe, context.fixture, NULL);
	context.journal = journal_open(journal, NULL);
	g_assert_true(context.rundir && context.journal);
	context.about = (JournalRun){.recipe = "r",
		.revision = "A",
		.product = "p",
		.recipe_text = context.recipe->effective,
		.recipe_sha256 = context.recipe->sha256,
		.fixture = "f",
		.fixture_text = context.fixture->text,
		.fixture_sha256 = context.fixture->sha256,
		.station = "s",
		.operator= "o",
		.flashline_version = "0",
		.openocd_version = "0"};
	return context;
}

static void context_clear(SlotRunContext *context)
{
	pins_free(context->pins);
	journal_close(context->journal);
	rundir_free((Rundir *)context->rundir);
	recipe_free((Recipe *)context->recipe);
	fixture_free((Fixture *)context->fixture);
}

/* What the journal says of the only run. */
static void check_journal(SlotRunContext *context, const SlotRun *run)
{
	json_t *runs = journal_runs(context->journal, 10, NULL);
	const json_t *row = json_array_get(runs, 0);

	g_assert_cmpuint(json_array_size(runs), ==, 1);
	g_assert_cmpstr(
		json_string_value(json_object_get(row, "verdict")), ==, verdict_word(run->verdict));
	g_assert_cmpstr(json_string_value(json_object_get(row, "code")), ==,
		run->failure ? run->failure->word : NULL);
	json_decref(runs);
}

static void test_part(gconstpointer data)
{
	const Part *part = data;
	char *folder = folder_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	SlotRunContext context = context_new(folder, loop);
	pid_t keeper = start_yes_keeper(context.rundir->keeper);
	SlotRun *run = slotrun_new(&context, context.fixture->slots->pdata[0], "T1");
	g_autoptr(GError) error = NULL;

	context.pins = pins_connect(context.rundir->keeper, &error);
	g_assert_no_error(error);
	g_setenv("PLAY", part->name, TRUE);
	g_assert_true(slotrun_start(run, &error));
	g_main_loop_run(loop);
	g_assert_cmpstr(run->failure ? run->failure->word : NULL, ==, part->code);
	g_assert_true((run->verdict == VERDICT_PASS) == (part->code == NULL));
	check_journal(&context, run);
	slotrun_free(run);
	context_clear(&context);
	waitpid(keeper, NULL, 0);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	if (argc > 1 && g_str_equal(argv[1], "job"))
		return play(g_getenv("PLAY"));
	g_test_init(&argc, &argv, NULL);
	signal(SIGPIPE,
		SIG_IGN); /* as station_open() does: a job may be gone when it is told something */
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *path = g_strconcat("/line/slotrun/", parts[i].name, NULL);

		g_test_add_data_func(path, &parts[i], test_part);
	}
	return g_test_run();
}

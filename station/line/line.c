#include "line/line.h"
#include "core/version.h"
#include "link/openocd.h"

#include <glib-unix.h>
#include <signal.h>

#define KEEPER_READY_MS 10000
#define KEEPER_END_MS   5000
#define KEEPER_STOP_MS  1500 /* after Ctrl-C, which has to be over within 5 s */
#define TICK_MS         100

typedef struct {
	const LineOptions *options;
	GMainLoop *loop;
	SlotRunContext context;
	GPtrArray *runs;   /* of SlotRun* */
	GHashTable *chips; /* UID -> SlotRun*: seen in this run */
	guint open;        /* runs that are not over */
	gboolean stopping;

	Child *keeper;
	gboolean keeper_ready, keeper_gone, timed_out;
	char *keeper_error;
} Line;

static void each_open_run(Line *line, void (*func)(SlotRun *run, gpointer data), gpointer data)
{
	for (guint i = 0; i < line->runs->len; i++) {
		SlotRun *run = line->runs->pdata[i];

		if (run->verdict == VERDICT_RUNNING)
			func(run, data);
	}
}

/* ---- the keeper of the pins ---- */

static void on_keeper_line(Child *child, const char *text, gsize length, gpointer data)
{
	Line *line = data;

	if (text && g_str_equal(text, "ready")) {
		line->keeper_ready = TRUE;
	} else {
		g_free(line->keeper_error);
		line->keeper_error = g_strdup(text ? text : "error pins-lost the keeper babbles");
	}
	g_main_loop_quit(line->loop);
}

static void lose_pins(SlotRun *run, gpointer why)
{
	slotrun_fail(run, FAILURE_PINS_LOST, why);
}

static void on_keeper_end(Child *child, int status, gpointer data)
{
	Line *line = data;

	line->keeper_gone = TRUE;
	g_clear_pointer(&line->context.pins, pins_free);
	each_open_run(line, lose_pins, (gpointer) "the keeper of the fixture's pins has ended");
	if (!line->open)
		g_main_loop_quit(line->loop);
}

static gboolean on_timeout(gpointer data)
{
	Line *line = data;

	line->timed_out = TRUE;
	g_main_loop_quit(line->loop);
	return G_SOURCE_CONTINUE;
}

/* Runs the main loop until the keeper is in that state, for so long at most. */
static void await_keeper(Line *line, const gboolean *state, guint ms)
{
	guint timeout = g_timeout_add(ms, on_timeout, line);

	line->timed_out = FALSE;
	while (!*state && !line->keeper_gone && !line->keeper_error && !line->timed_out)
		g_main_loop_run(line->loop);
	g_source_remove(timeout);
}

/* "error CODE what was seen", as the keeper says it. */
static void set_keeper_error(const char *text, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text, " ", 3);
	int code = FAILURE_PINS_MISSING;
	gboolean known = g_strv_length(words) == 3 && failure_code_from_word(words[1], &code);

	g_set_error(error, FAILURE, code, "%s", known ? words[2] : text);
}

static gboolean start_keeper(Line *line, GError **error)
{
	const Rundir *rundir = line->context.rundir;
	const char *args[] = {
		"keeper", "--fixture", rundir->fixture, "--socket", rundir->keeper, NULL};

	line->keeper = child_start(args, on_keeper_line, on_keeper_end, line, error);
	if (!line->keeper)
		return FALSE;
	await_keeper(line, &line->keeper_ready, KEEPER_READY_MS);
	if (line->keeper_ready) {
		line->context.pins = pins_connect(rundir->keeper, error);
		return line->context.pins != NULL;
	}
	if (line->keeper_error) {
		set_keeper_error(line->keeper_error, error);
	} else {
		g_autofree char *said = child_diagnostics(line->keeper);

		g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
			"the keeper of the pins did not get ready: %s", said);
	}
	return FALSE;
}

/* It makes every slot safe before it goes. */
static void end_keeper(Line *line)
{
	g_clear_pointer(&line->context.pins, pins_free);
	if (!line->keeper)
		return;
	g_clear_pointer(&line->keeper_error, g_free);
	child_close_input(line->keeper);
	await_keeper(line, &line->keeper_gone, line->stopping ? KEEPER_STOP_MS : KEEPER_END_MS);
	g_clear_pointer(&line->keeper, child_free);
}

/* ---- what the runs ask and tell ---- */

static gboolean may(SlotRun *run, const char *uid, gpointer data, GError **error)
{
	Line *line = data;
	const SlotRun *other = g_hash_table_lookup(line->chips, uid);

	if (other && other != run) {
		g_set_error(error, FAILURE, FAILURE_CHIP_SEEN_TWICE,
			"chip %s was seen in slot %u too", uid, other->slot->number);
		return FALSE;
	}
	g_hash_table_insert(line->chips, g_strdup(uid), run);
	return TRUE;
}

static void changed(SlotRun *run, const Event *event, gpointer data)
{
	View *view = ((Line *)data)->options->view;

	view->changed(view, run, event);
}

static void over(SlotRun *run, gpointer data)
{
	Line *line = data;
	View *view = line->options->view;

	view->over(view, run);
	if (--line->open == 0)
		g_main_loop_quit(line->loop);
}

static void stop_one(SlotRun *run, gpointer data)
{
	slotrun_stop(run);
}

static gboolean on_signal(gpointer data)
{
	Line *line = data;

	line->stopping = TRUE;
	each_open_run(line, stop_one, NULL);
	return G_SOURCE_CONTINUE;
}

static gboolean on_tick(gpointer data)
{
	View *view = ((Line *)data)->options->view;

	view->tick(view);
	return G_SOURCE_CONTINUE;
}

/* ---- the whole ---- */

static JournalImage *list_images(const Recipe *recipe, GError **error)
{
	g_autofree JournalImage *images = g_new0(JournalImage, recipe->images->len + 1);

	for (guint i = 0; i < recipe->images->len; i++) {
		const Image *image = recipe->images->pdata[i];
		g_autoptr(GBytes) bytes = image_bytes(image, error);

		if (!bytes)
			return NULL;
		images[i] = (JournalImage){image->name, image->sha256, g_bytes_get_size(bytes)};
	}
	return g_steal_pointer(&images);
}

static void describe(Line *line, const char *openocd, const JournalImage *images)
{
	const LineOptions *options = line->options;

	line->context.about = (JournalRun){.recipe = options->recipe->name,
		.revision = options->recipe->revision,
		.product = options->recipe->product,
		.recipe_text = options->recipe->effective,
		.recipe_sha256 = options->recipe->sha256,
		.fixture = options->fixture->name,
		.fixture_text = options->fixture->text,
		.fixture_sha256 = options->fixture->sha256,
		.station = options->station,
		.operator= options->operator,
		.lot = options->lot,
		.purpose = options->purpose,
		.flashline_version = FLASHLINE_VERSION,
		.openocd_version = openocd,
		.images = images,
		.image_count = options->recipe->images->len};
}

static void make_runs(Line *line)
{
	const LineOptions *options = line->options;

	for (guint i = 0; i < options->slots->len; i++) {
		const Slot *slot = options->slots->pdata[i];
		const char *serial =
			g_hash_table_lookup(options->serials, GUINT_TO_POINTER(slot->number));

		if (serial)
			g_ptr_array_add(line->runs, slotrun_new(&line->context, slot, serial));
	}
	line->open = line->runs->len;
}

static void run_all(Line *line)
{
	View *view = line->options->view;
	guint tick = view->tick ? g_timeout_add(TICK_MS, on_tick, line) : 0;
	guint interrupt = g_unix_signal_add(SIGINT, on_signal, line);
	guint terminate = g_unix_signal_add(SIGTERM, on_signal, line);

	view->begin(view);
	for (guint i = 0; i < line->runs->len; i++) {
		g_autoptr(GError) error = NULL;

		/* A run that cannot start is over and shown as such: nothing to add here. */
		(void)!slotrun_start(line->runs->pdata[i], &error);
	}
	while (line->open)
		g_main_loop_run(line->loop);
	g_clear_handle_id(&tick, g_source_remove);
	g_source_remove(interrupt);
	g_source_remove(terminate);
}

static Verdict overall(const GPtrArray *runs)
{
	Verdict verdict = VERDICT_PASS;

	for (guint i = 0; i < runs->len; i++) {
		const SlotRun *run = runs->pdata[i];

		if (run->verdict == VERDICT_FAIL)
			return VERDICT_FAIL;
		if (run->verdict != VERDICT_PASS)
			verdict = VERDICT_ERROR;
	}
	return verdict;
}

static gboolean open_journal(Line *line, GError **error)
{
	line->context.journal = journal_open(line->options->journal, error);
	return line->context.journal && journal_abort_open(line->context.journal, error) >= 0;
}

static void line_clear(Line *line)
{
	end_keeper(line);
	g_ptr_array_unref(line->runs);
	g_hash_table_unref(line->chips);
	journal_close(line->context.journal);
	rundir_free((Rundir *)line->context.rundir);
	g_main_loop_unref(line->loop);
}

Verdict line_run(const LineOptions *options, GError **error)
{
	Line line = {.options = options, .loop = g_main_loop_new(NULL, FALSE)};
	View *view = options->view;
	g_autofree char *openocd = openocd_version();
	g_autofree JournalImage *images = list_images(options->recipe, error);
	Verdict verdict = VERDICT_ERROR;

	/* Whoever reads our output, or a job's input, may go away: that ends neither the boards' work nor
	 * its record. */
	signal(SIGPIPE, SIG_IGN);
	line.runs = g_ptr_array_new_with_free_func((GDestroyNotify)slotrun_free);
	line.chips = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	line.context = (SlotRunContext){.recipe = options->recipe,
		.fixture = options->fixture,
		.may = may,
		.changed = changed,
		.over = over,
		.line = &line};
	if (images)
		line.context.rundir = rundir_new(options->recipe, options->fixture, error);
	if (line.context.rundir && open_journal(&line, error) && start_keeper(&line, error)) {
		describe(&line, openocd, images);
		make_runs(&line);
		view->recipe = options->recipe;
		view->fixture = options->fixture;
		view->runs = line.runs;
		view->station = options->station;
		view->journal = options->journal;
		run_all(&line);
		verdict = overall(line.runs);
		end_keeper(&line);
		view->end(view);
	}
	line_clear(&line);
	return verdict;
}

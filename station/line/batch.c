#include "line/batch.h"
#include "line/end_signals.h"
#include "line/keys.h"

#define TICK_MS 100

typedef struct {
	const BatchOptions *options;
	Station *station;
	GMainLoop *loop;
	GPtrArray *runs;   /* of SlotRun* */
	GPtrArray *rows;   /* of ViewRow*, one a run */
	GHashTable *chips; /* UID -> SlotRun*: seen in this batch */
	guint open;        /* runs that are not over */
} Batch;

static void each_open_run(Batch *batch, void (*func)(SlotRun *run, gpointer data), gpointer data)
{
	for (guint i = 0; i < batch->runs->len; i++) {
		SlotRun *run = batch->runs->pdata[i];

		if (run->verdict == VERDICT_RUNNING)
			func(run, data);
	}
}

static void lose_pins(SlotRun *run, gpointer why)
{
	slotrun_fail(run, FAILURE_PINS_LOST, why);
}

static void on_pins_lost(gpointer data)
{
	each_open_run(data, lose_pins, (gpointer) "the keeper of the fixture's pins has ended");
}

/* ---- what the runs ask and tell ---- */

static gboolean may(SlotRun *run, const char *uid, gpointer data, GError **error)
{
	Batch *batch = data;
	const SlotRun *other = g_hash_table_lookup(batch->chips, uid);

	if (other && other != run) {
		g_set_error(error, FAILURE, FAILURE_CHIP_SEEN_TWICE,
			"chip %s was seen in slot %u too", uid, other->slot->number);
		return FALSE;
	}
	g_hash_table_insert(batch->chips, g_strdup(uid), run);
	return TRUE;
}

static void changed(SlotRun *run, const Event *event, gpointer data)
{
	View *view = ((Batch *)data)->options->station.view;

	view->changed(view, run, event);
	station_tell_question(((Batch *)data)->station, run, event);
}

static void over(SlotRun *run, gpointer data)
{
	Batch *batch = data;
	View *view = batch->options->station.view;

	view->over(view, run);
	station_label(batch->station, run);
	if (--batch->open == 0)
		g_main_loop_quit(batch->loop);
}

static void stop_one(SlotRun *run, gpointer data)
{
	slotrun_stop(run);
}

static gboolean on_signal(gpointer data)
{
	Batch *batch = data;

	batch->station->stopping = TRUE;
	each_open_run(batch, stop_one, NULL);
	return G_SOURCE_CONTINUE;
}

static gboolean on_tick(gpointer data)
{
	View *view = ((Batch *)data)->options->station.view;

	view->tick(view);
	return G_SOURCE_CONTINUE;
}

/* ---- the whole ---- */

static void add_run(Batch *batch, const Slot *slot, const char *serial)
{
	ViewRow *row = g_new0(ViewRow, 1);
	SlotRun *run = slotrun_new(&batch->station->context, slot, serial);

	run->powered = station_was_powered(batch->station, slot);
	*row = (ViewRow){.slot = slot, .run = run};
	g_ptr_array_add(batch->runs, run);
	g_ptr_array_add(batch->rows, row);
}

static void make_runs(Batch *batch)
{
	const BatchOptions *options = batch->options;

	for (guint i = 0; i < options->station.slots->len; i++) {
		const Slot *slot = options->station.slots->pdata[i];
		const char *serial =
			g_hash_table_lookup(options->serials, GUINT_TO_POINTER(slot->number));

		if (serial)
			add_run(batch, slot, serial);
	}
	batch->open = batch->runs->len;
}

/* ---- answers to what the runs ask ---- */

/* The run in this slot, or with 0 the only one that asks. */
static SlotRun *asking(const Batch *batch, guint slot)
{
	SlotRun *found = NULL;

	for (guint i = 0; i < batch->runs->len; i++) {
		SlotRun *run = batch->runs->pdata[i];

		if (!run->question || (slot && run->slot->number != slot))
			continue;
		if (found)
			return NULL;
		found = run;
	}
	return found;
}

/* "YES", or "YES 3". */
static void take_keys(const char *text, gpointer data)
{
	Batch *batch = data;
	View *view = batch->options->station.view;
	g_auto(GStrv) words = g_strsplit_set(text, " \t", 2);
	g_autofree char *word = g_ascii_strup(words[0], -1);
	guint64 slot = 0;
	gboolean sound = !words[1] ||
			 g_ascii_string_to_unsigned(g_strstrip(words[1]), 10, 1, 9999, &slot, NULL);
	SlotRun *run = sound ? asking(batch, (guint)slot) : NULL;

	if (!run || !slotrun_answer(run, word))
		view->say(view, "no such question is open, or several are: YES 3 answers slot 3");
}

static void run_all(Batch *batch)
{
	View *view = batch->options->station.view;
	guint tick = view->tick ? g_timeout_add(TICK_MS, on_tick, batch) : 0;
	EndSignals signals = end_signals_take(on_signal, on_signal, batch);

	Keys *keys = keys_new(take_keys, batch);

	view->rows = batch->rows;
	view->begin(view);
	for (guint i = 0; i < batch->runs->len; i++) {
		g_autoptr(GError) error = NULL;

		/* A run that cannot start is over and shown as such: nothing to add here. */
		(void)!slotrun_start(batch->runs->pdata[i], &error);
	}
	while (batch->open)
		g_main_loop_run(batch->loop);
	keys_free(keys);
	g_clear_handle_id(&tick, g_source_remove);
	end_signals_ignore(&signals);
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

static void batch_clear(Batch *batch)
{
	g_ptr_array_unref(batch->rows);
	g_ptr_array_unref(batch->runs);
	g_hash_table_unref(batch->chips);
	station_close(batch->station);
	g_main_loop_unref(batch->loop);
}

Verdict batch_run(const BatchOptions *options, GError **error)
{
	Batch batch = {.options = options, .loop = g_main_loop_new(NULL, FALSE)};
	View *view = options->station.view;
	Verdict verdict = VERDICT_ERROR;

	batch.runs = g_ptr_array_new_with_free_func((GDestroyNotify)slotrun_free);
	batch.rows = g_ptr_array_new_with_free_func(g_free);
	batch.chips = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	batch.station = station_open(&options->station, on_pins_lost, &batch, error);
	if (batch.station) {
		SlotRunContext *context = &batch.station->context;

		context->may = may;
		context->changed = changed;
		context->over = over;
		context->line = &batch;
		make_runs(&batch);
		run_all(&batch);
		verdict = overall(batch.runs);
		if (options->stopped)
			*options->stopped = batch.station->stopping;
		station_end_keeper(batch.station);
		station_end_labels(batch.station);
		view->end(view);
	}
	batch_clear(&batch);
	return verdict;
}

#include "line/line_parts.h"

enum { SENSE_MS = 50, TICK_MS = 100 };

LineSlot *line_slot_of(const Line *line, guint number)
{
	for (guint i = 0; i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];

		if (slot->slot->number == number)
			return slot;
	}
	return NULL;
}

static LineSlot *slot_of_run(const Line *line, const SlotRun *run)
{
	return line_slot_of(line, run->slot->number);
}

/* ---- what breaks it ---- */

static void on_broken(gpointer data, const GError *error)
{
	line_break(data, error);
}

static void on_pins_lost(gpointer data)
{
	g_autoptr(GError) error = g_error_new(
		FAILURE, FAILURE_PINS_LOST, "the keeper of the fixture's pins has ended");

	line_break(data, error);
}

static void on_inputs_lost(const GError *error, gpointer data)
{
	line_break(data, error);
}

/* ---- what the runs ask and tell ---- */

static gboolean may(SlotRun *run, const char *uid, gpointer data, GError **error)
{
	const Line *line = data;

	for (guint i = 0; i < line->slots->len; i++) {
		const LineSlot *slot = line->slots->pdata[i];

		if (slot->run == run || !line_slot_runs(slot) ||
			g_strcmp0(slot->run->uid, uid) != 0)
			continue;
		g_set_error(error, FAILURE, FAILURE_CHIP_SEEN_TWICE,
			"chip %s is at work in slot %u too", uid, slot->slot->number);
		return FALSE;
	}
	return TRUE;
}

static void changed(SlotRun *run, const Event *event, gpointer data)
{
	View *view = ((Line *)data)->options->station.view;

	view->changed(view, run, event);
	station_tell_question(((Line *)data)->station, run, event);
}

static void judged(SlotRun *run, gpointer data)
{
	line_slot_judged(slot_of_run(data, run));
}

static void over(SlotRun *run, gpointer data)
{
	Line *line = data;

	counts_add(&line->counts, run->verdict, run->begin_us, run->end_us);
	line_slot_over(slot_of_run(line, run));
	station_label(line->station, run);
	/* Nothing is worth flashing that cannot be put on record. */
	if (run->failure == failure_row(FAILURE_JOURNAL_WRITE)) {
		g_autoptr(GError) error =
			g_error_new(FAILURE, FAILURE_JOURNAL_WRITE, "%s", run->seen);

		line_break(line, error);
	}
	if (line->options->boards && counts_done(&line->counts) >= line->options->boards)
		line_end(line, FALSE);
	line_quit_when_idle(line);
}

/* ---- the clock ---- */

static gboolean on_sense(gpointer data)
{
	const Line *line = data;
	gint64 now = g_get_monotonic_time();

	for (guint i = 0; i < line->slots->len; i++)
		line_slot_tick(line->slots->pdata[i], now);
	return G_SOURCE_CONTINUE;
}

static gboolean on_tick(gpointer data)
{
	View *view = ((Line *)data)->options->station.view;

	view->tick(view);
	return G_SOURCE_CONTINUE;
}

/* ---- the whole ---- */

static void make_slots(Line *line)
{
	const GPtrArray *slots = line->options->station.slots;

	for (guint i = 0; i < slots->len; i++) {
		LineSlot *slot = line_slot_new(&line->port, slots->pdata[i]);

		g_ptr_array_add(line->slots, slot);
		g_ptr_array_add(line->rows, &slot->row);
	}
}

static gboolean tell_wear(Line *line, GError **error)
{
	g_autoptr(GArray) wear = journal_wear(
		line->station->context.journal, line->options->station.fixture->name, error);

	for (guint i = 0; wear && i < wear->len; i++) {
		const JournalWear *row = &g_array_index(wear, JournalWear, i);
		LineSlot *slot = line_slot_of(line, row->slot);

		if (slot) {
			slot->row.contacts = row->contacts;
			slot->row.boards = row->boards;
		}
	}
	return wear != NULL;
}

static void run_all(Line *line)
{
	View *view = line->options->station.view;
	guint sense = g_timeout_add(SENSE_MS, on_sense, line);
	guint tick = view->tick ? g_timeout_add(TICK_MS, on_tick, line) : 0;
	EndSignals signals = line_end_signals(line);

	line_keys_begin(line);
	line->scan = line_scan_new(line);
	view->begin(view);
	g_main_loop_run(line->loop);
	line_keys_end(line);
	/* The keeper ends now as it is told: nothing of that is news. */
	g_clear_pointer(&line->inputs, line_inputs_free);
	g_clear_pointer(&line->scan, line_scan_free);
	g_clear_handle_id(&tick, g_source_remove);
	g_clear_handle_id(&line->finish_source, g_source_remove);
	g_source_remove(sense);
	end_signals_ignore(&signals);
}

static gboolean prepare(Line *line, GError **error)
{
	SlotRunContext *context;

	line->station = station_open(&line->options->station, on_pins_lost, line, error);
	if (!line->station)
		return FALSE;
	context = &line->station->context;
	context->may = may;
	context->changed = changed;
	context->judged = judged;
	context->over = over;
	context->line = line;
	line->serials = line->options->open_serials(context->journal, line->options->data, error);
	if (!line->serials)
		return FALSE;
	line->serials->came = line_serial_came;
	line->serials->data = line;
	line->port = (LineSlotPort){.station = line->station,
		.serials = line->serials,
		.broken = on_broken,
		.line = line};
	make_slots(line);
	line->inputs = line_inputs_new(
		context->rundir->keeper, line_input_changed, on_inputs_lost, line, error);
	return line->inputs && tell_wear(line, error);
}

static void line_clear(Line *line)
{
	line_inputs_free(line->inputs);
	g_ptr_array_unref(line->rows);
	g_ptr_array_unref(line->slots);
	if (line->serials)
		line->serials->free(line->serials);
	station_close(line->station);
	g_main_loop_unref(line->loop);
}

gboolean line_check_recipe(const Recipe *recipe, GError **error)
{
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];

		if (step->kind->identifies)
			return TRUE;
		if (!step->kind->destructive)
			continue;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			"recipe %s writes to the board in step '%s' before a step such as "
			"swd.identify tells which board that is; where boards are exchanged it has "
			"to "
			"be known",
			recipe->name, step->id);
		return FALSE;
	}
	return TRUE;
}

gboolean line_run(const LineOptions *options, GError **error)
{
	Line line = {.options = options, .loop = g_main_loop_new(NULL, FALSE)};
	View *view = options->station.view;
	gboolean begun;

	line.slots = g_ptr_array_new_with_free_func((GDestroyNotify)line_slot_free);
	line.rows = g_ptr_array_new();
	begun = prepare(&line, error);
	if (begun) {
		view->rows = line.rows;
		view->counts = &line.counts;
		run_all(&line);
		station_end_keeper(line.station);
		station_end_labels(line.station);
		view->end(view);
	}
	line_clear(&line);
	if (!line.broken)
		return begun;
	g_propagate_error(error, line.broken);
	return FALSE;
}

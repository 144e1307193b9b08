#include "line/lineslot.h"

#include "line/linepins.h"

enum { KNOWN_MS = 10000 }; /* an answer that is owed, and one's own: 5 s each (link/pins.h) */

/* What is lit while a request is not answered: what it asked for, or what was lit before. */
#define LAMPS_UNKNOWN G_MAXUINT

static Pins *pins_of(const LineSlot *slot)
{
	return slot->port->station->context.pins;
}

static View *view_of(const LineSlot *slot)
{
	return slot->port->station->options->view;
}

gboolean line_slot_runs(const LineSlot *slot)
{
	return slot->run && slot->run->verdict == VERDICT_RUNNING;
}

/* ---- what is shown ---- */

static gboolean light(LineSlot *slot, GError **error)
{
	guint lamps = cycle_lamps(&slot->cycle);
	/* A verdict on a board that lies there; of one that was taken out it stays until the next comes. */
	gboolean present = slot->cycle.stage == CYCLE_SHOWN && slot->cycle.present;
	Watch watch = {0};

	if (lamps == slot->told_lamps)
		return TRUE;
	if (!pins_of(slot)) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins is gone");
		return FALSE;
	}
	line_pins_watch(&watch, pins_of(slot));
	slot->told_lamps = LAMPS_UNKNOWN;
	if (!pins_lamps(pins_of(slot), slot->slot->number, lamps, present, &watch, error))
		return FALSE;
	slot->told_lamps = lamps;
	return TRUE;
}

/* Only what is different is told. */
static void show(LineSlot *slot)
{
	const char *waits = slot->cycle.stage == CYCLE_READY && slot->lacks
				    ? slot->lacks
				    : cycle_waits(&slot->cycle);
	gboolean dark = slot->cycle.stage == CYCLE_EMPTY || slot->cycle.stage == CYCLE_READY;

	slot->row.run = dark ? NULL : slot->run;
	slot->row.state = cycle_word(slot->cycle.stage);
	slot->row.waits = waits;
	slot->row.lamps = cycle_lamps(&slot->cycle);
	if (slot->told_stage == slot->cycle.stage && slot->told_waits == waits)
		return;
	slot->told_stage = slot->cycle.stage;
	slot->told_waits = waits;
	view_of(slot)->state(view_of(slot), &slot->row);
}

/* Late pins are asked again at the next tick: line_slot_tick(). */
static void broken(LineSlot *slot, const GError *error)
{
	if (!line_pins_late(error))
		slot->port->broken(slot->port->line, error);
}

/* ---- serials ---- */

/* Whether it is a board's for good: 1, 0, or -1 with `error`. */
static gint is_used(const LineSlot *slot, const char *serial, GError **error)
{
	static const char *const none[] = {NULL};

	return journal_serial_used(slot->port->station->context.journal, serial, none, error);
}

/* The next one that no board has: after a crash a list offers old ones again. */
static char *reserve(LineSlot *slot, GError **error)
{
	SerialSource *source = slot->port->serials;

	for (;;) {
		char *serial = source->reserve(source, slot->slot->number, error);
		gint used = serial && !source->labels ? is_used(slot, serial, error) : 0;

		if (used == 0)
			return serial;
		if (used < 0 || !source->settle(source, slot->slot->number, serial, TRUE, error)) {
			g_free(serial);
			return NULL;
		}
		g_free(serial);
	}
}

/* A run may have been cut off before it was told which chip it has: the journal knows. */
static void settle(LineSlot *slot)
{
	SerialSource *source = slot->port->serials;
	g_autoptr(GError) error = NULL;
	gint used;

	if (!slot->reserved)
		return;
	used = is_used(slot, slot->reserved, &error);
	/* What cannot be looked up is not given out again. */
	if (!source->settle(source, slot->slot->number, slot->reserved, used != 0, &error) ||
		used < 0)
		broken(slot, error);
	g_clear_pointer(&slot->reserved, g_free);
}

/* ---- the run ---- */

/* FALSE: nothing has begun. Without `error` somebody has to do what slot->lacks says. */
static gboolean prepare(LineSlot *slot, GError **error)
{
	g_autoptr(GError) failure = NULL;

	slot->lacks = NULL;
	slot->postponed = FALSE;
	/* The last verdict's lamp goes out before anything else is done in the slot. */
	if (!light(slot, &failure) || !port_sense_end(&slot->sense, pins_of(slot), &failure)) {
		slot->postponed = line_pins_late(failure);
		slot->lacks = slot->postponed ? "the fixture's pins, which answer late" : NULL;
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	slot->reserved = reserve(slot, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!slot->reserved)
		slot->lacks = slot->port->serials->lacks(slot->port->serials);
	return slot->reserved != NULL;
}

static void not_begun(LineSlot *slot)
{
	if (cycle_feed(&slot->cycle, CYCLE_NOT_BEGUN) != CYCLE_NOTHING)
		g_assert_not_reached();
}

static void start(LineSlot *slot)
{
	SlotRunContext *context = &slot->port->station->context;
	g_autoptr(GError) error = NULL;

	if (slot->port->ending || !prepare(slot, &error)) {
		not_begun(slot);
		if (error)
			broken(slot, error);
		return;
	}
	slotrun_free(slot->run);
	slot->run = slotrun_new(context, slot->slot, slot->reserved);
	slot->run->reserved = !slot->port->serials->labels;
	slot->run->powered = station_was_powered(slot->port->station, slot->slot);
	slot->run->once = !slot->retest && !context->recipe->retest;
	slot->retest = FALSE;
	slot->row.run = slot->run;
	/* One that cannot start is over, and line_slot_over() has been called. */
	(void)!slotrun_start(slot->run, &error);
}

static void act(LineSlot *slot, CycleAct todo)
{
	if (todo == CYCLE_START)
		start(slot);
	else if (todo == CYCLE_FAIL_REMOVED)
		slotrun_fail(slot->run, FAILURE_BOARD_REMOVED,
			"the slot's present input went off during the run");
	else if (todo == CYCLE_FAIL_OPENED)
		slotrun_fail(slot->run, FAILURE_LID_OPENED, "the lid was opened during the run");
}

void line_slot_feed(LineSlot *slot, CycleEvent event)
{
	g_autoptr(GError) error = NULL;

	if (event == CYCLE_RETEST)
		slot->retest = TRUE;
	act(slot, cycle_feed(&slot->cycle, event));
	if (!light(slot, &error))
		broken(slot, error);
	show(slot);
}

/* ---- its end ---- */

/* Off the slot: what a run says of a board that is gone is no proof against that board. For this one has to know, so it waits
 * as long as the pins may take. FALSE in `*known`: they do not tell. */
static gboolean has_left(const LineSlot *slot, gboolean *known)
{
	gboolean present = TRUE;
	Watch watch = {0};

	*known = TRUE;
	if (!slot->slot->pins[SIGNAL_PRESENT].controller)
		return FALSE;
	watch_begin(&watch, KNOWN_MS, 0);
	*known = pins_of(slot) && pins_read(pins_of(slot), slot->slot->number, SIGNAL_PRESENT,
					  &present, &watch, NULL);
	return *known && !present;
}

/* Before a failure counts against anybody. */
static void doubt_presence(LineSlot *slot)
{
	SlotRun *run = slot->run;
	g_autofree char *seen = g_strdup(run->seen);
	gboolean known, left = has_left(slot, &known);

	if (left)
		slotrun_overrule(run, FAILURE_BOARD_REMOVED,
			"the slot's present input is off; before that: %s", seen);
	else if (!known && run->failure->blame == BLAME_BOARD)
		slotrun_overrule(run, FAILURE_PINS_LOST,
			"the pins do not tell whether the board is still there; before that: %s",
			seen);
}

void line_slot_judged(LineSlot *slot)
{
	SlotRun *run = slot->run;
	g_autofree char *word = NULL, *seen = NULL;

	if (run->failure && run->failure->verdict != VERDICT_ABORTED)
		doubt_presence(slot);
	if (!cycle_judge(&slot->cycle, run->failure, run->uid))
		return;
	word = g_strdup(run->failure->word);
	seen = g_strdup(run->seen);
	slotrun_overrule(run, FAILURE_SLOT_QUARANTINED,
		"%u boards failed in this slot one after the other, this one with %s: %s",
		slot->cycle.failures, word, seen);
}

void line_slot_over(LineSlot *slot)
{
	/* It may have come to something else since: the journal had the last word. */
	slot->cycle.verdict = slot->run->verdict;
	settle(slot);
	view_of(slot)->over(view_of(slot), slot->run);
	line_slot_feed(slot, CYCLE_OVER);
}

/* ---- by its port ---- */

static gboolean senses(const LineSlot *slot)
{
	return slot->slot->trigger == TRIGGER_PORT && !slot->slot->pins[SIGNAL_PRESENT].controller;
}

static void sense(LineSlot *slot, gint64 now_us)
{
	g_autoptr(GError) error = NULL;
	CycleEvent event = CYCLE_BOARD_OUT;
	gboolean happened = FALSE;

	if (!slot->sense.slot)
		port_sense_begin(&slot->sense, slot->slot, slot->cycle.present);
	if (!port_sense_tick(&slot->sense, pins_of(slot), now_us, &happened, &event, &error))
		broken(slot, error);
	else if (happened)
		line_slot_feed(slot, event);
}

/* What there was no time for while the pins were late. */
static void catch_up(LineSlot *slot)
{
	gboolean scan = slot->slot->trigger == TRIGGER_SCAN;
	g_autoptr(GError) error = NULL;

	if (!slot->postponed) {
		if (!light(slot, &error))
			broken(slot, error);
		return;
	}
	slot->postponed = FALSE;
	line_slot_feed(slot, scan ? CYCLE_SERIAL_IN : CYCLE_RETRY);
}

void line_slot_tick(LineSlot *slot, gint64 now_us)
{
	g_autoptr(GError) error = NULL;
	Watch watch = {0};

	if (!pins_of(slot))
		return;
	line_pins_watch(&watch, pins_of(slot));
	if (!pins_settle(pins_of(slot), &watch, &error)) {
		broken(slot, error);
		return;
	}
	catch_up(slot);
	if (pins_of(slot) && senses(slot) && slot->cycle.stage != CYCLE_RUNNING &&
		!slot->port->ending)
		sense(slot, now_us);
}

/* ---- from begin to end ---- */

LineSlot *line_slot_new(const LineSlotPort *port, const Slot *slot)
{
	LineSlot *made = g_new0(LineSlot, 1);

	made->port = port;
	made->slot = slot;
	made->row.slot = slot;
	made->row.state = cycle_word(CYCLE_EMPTY);
	cycle_init(&made->cycle, slot, port->station->options->fixture);
	return made;
}

void line_slot_free(LineSlot *slot)
{
	slotrun_free(slot->run);
	cycle_clear(&slot->cycle);
	g_free(slot->reserved);
	g_free(slot);
}

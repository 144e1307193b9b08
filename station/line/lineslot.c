#include "line/linepins.h"
#include "line/lineslot_parts.h"

/* What is lit while a request is not answered: what it asked for, or what was lit before. */
#define LAMPS_UNKNOWN G_MAXUINT

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
	if (!line_slot_pins(slot)) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins is gone");
		return FALSE;
	}
	line_pins_watch(&watch, line_slot_pins(slot));
	slot->told_lamps = LAMPS_UNKNOWN;
	if (!pins_lamps(line_slot_pins(slot), slot->slot->number, lamps, present, &watch, error))
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

/* ---- the run ---- */

/* FALSE: nothing has begun. Without `error` somebody has to do what slot->lacks says. */
static gboolean prepare(LineSlot *slot, GError **error)
{
	g_autoptr(GError) failure = NULL;

	slot->lacks = NULL;
	slot->postponed = FALSE;
	/* The last verdict's lamp goes out before anything else is done in the slot. */
	if (!light(slot, &failure) ||
		!port_sense_end(&slot->sense, line_slot_pins(slot), &failure)) {
		slot->postponed = line_pins_late(failure);
		slot->lacks = slot->postponed ? "the fixture's pins, which answer late" : NULL;
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	slot->reserved = line_slot_reserve(slot, &failure);
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

void line_slot_over(LineSlot *slot)
{
	g_autoptr(GError) error = NULL;

	/* It may have come to something else since: the journal had the last word. */
	slot->cycle.verdict = slot->run->verdict;
	if (!line_slot_settle(slot, &error))
		broken(slot, error);
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
	if (!port_sense_tick(&slot->sense, line_slot_pins(slot), now_us, &happened, &event, &error))
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

	if (!line_slot_pins(slot))
		return;
	line_pins_watch(&watch, line_slot_pins(slot));
	if (!pins_settle(line_slot_pins(slot), &watch, &error)) {
		broken(slot, error);
		return;
	}
	catch_up(slot);
	if (line_slot_pins(slot) && senses(slot) && slot->cycle.stage != CYCLE_RUNNING &&
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

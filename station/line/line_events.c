/* What happens at a line's slots, and whom it concerns: one slot, or all of them. */
#include "line/line_parts.h"

static void start_all_ready(Line *line)
{
	guint waiting = 0;

	for (guint i = 0; i < line->slots->len; i++) {
		const LineSlot *slot = line->slots->pdata[i];

		if (slot->slot->trigger != TRIGGER_ALL || slot->cycle.stage == CYCLE_QUARANTINED)
			continue;
		if (slot->cycle.stage != CYCLE_READY)
			return;
		waiting++;
	}
	for (guint i = 0; waiting && i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];

		if (slot->slot->trigger == TRIGGER_ALL)
			line_slot_feed(slot, CYCLE_ALL_READY);
	}
}

/* A wire of the fixture's is every slot's, but for those that have their own. */
static gboolean concerns(const LineSlot *slot, guint number, CycleEvent event)
{
	gboolean lid = event == CYCLE_LID_CLOSED || event == CYCLE_LID_OPENED;
	const Pin *own = &slot->slot->pins[lid ? SIGNAL_LID : SIGNAL_START];

	if (number)
		return slot->slot->number == number;
	/* One button for all starts what is ready, and no verdict again. */
	return !own->controller && (lid || slot->cycle.stage == CYCLE_READY || !slot->cycle.feels);
}

void line_input_changed(guint number, CycleEvent event, gpointer data)
{
	Line *line = data;

	for (guint i = 0; i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];

		/* The button of a slot that asks says that it is done. */
		if (event == CYCLE_PRESSED && number == slot->slot->number &&
			line_slot_runs(slot) && slotrun_answer(slot->run, "DONE"))
			continue;
		if (concerns(slot, number, event))
			line_slot_feed(slot, event);
	}
	if (event == CYCLE_BOARD_IN || event == CYCLE_LID_CLOSED)
		start_all_ready(line);
}

void line_serial_came(guint number, gpointer data)
{
	Line *line = data;

	for (guint i = 0; i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];
		gboolean scan = slot->slot->trigger == TRIGGER_SCAN;

		if (number ? slot->slot->number != number : !slot->lacks)
			continue;
		if (scan || (slot->lacks && slot->cycle.stage == CYCLE_READY))
			line_slot_feed(slot, scan ? CYCLE_SERIAL_IN : CYCLE_RETRY);
	}
}

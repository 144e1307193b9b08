/* Before a run's verdict counts: is the board still there, and is it the slot that fails? */
#include "line/lineslot_parts.h"

enum { KNOWN_MS = 10000 }; /* an answer that is owed, and one's own: 5 s each (link/pins.h) */

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
	*known = line_slot_pins(slot) && pins_read(line_slot_pins(slot), slot->slot->number,
						 SIGNAL_PRESENT, &present, &watch, NULL);
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

#include "line/slotcycle.h"

#include <string.h>

const char *cycle_word(CycleStage stage)
{
	static const char *const words[] = {[CYCLE_EMPTY] = "empty",
		[CYCLE_READY] = "ready",
		[CYCLE_RUNNING] = "running",
		[CYCLE_SHOWN] = "shown",
		[CYCLE_QUARANTINED] = "quarantined"};

	return words[stage];
}

void cycle_init(SlotCycle *cycle, const Slot *slot, const Fixture *fixture)
{
	*cycle = (SlotCycle){.trigger = slot->trigger,
		.feels = slot->pins[SIGNAL_PRESENT].controller || slot->trigger == TRIGGER_PORT,
		.has_lid =
			slot->pins[SIGNAL_LID].controller || fixture->pins[SIGNAL_LID].controller,
		.quarantine_after = fixture->quarantine_after,
		.failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

void cycle_clear(SlotCycle *cycle)
{
	g_clear_pointer(&cycle->failed, g_hash_table_unref);
}

/* ---- the start ---- */

static CycleAct start(SlotCycle *cycle)
{
	cycle->stage = CYCLE_RUNNING;
	cycle->scanned = cycle->pressed = cycle->failing = FALSE;
	return CYCLE_START;
}

static gboolean may_start(const SlotCycle *cycle)
{
	return !cycle->has_lid || cycle->lid_closed;
}

/* A board is there now, or something else is that it waited for. */
static CycleAct ready(SlotCycle *cycle)
{
	gboolean go = cycle->trigger == TRIGGER_PORT || cycle->trigger == TRIGGER_PRESENT ||
		      cycle->trigger == TRIGGER_LID ||
		      (cycle->trigger == TRIGGER_SCAN && cycle->scanned) ||
		      (cycle->trigger == TRIGGER_START && cycle->pressed);

	cycle->stage = CYCLE_READY;
	return go && may_start(cycle) ? start(cycle) : CYCLE_NOTHING;
}

/* Somebody said "now". Also behind a verdict: a board that has passed is found out by its chip. */
static CycleAct start_now(SlotCycle *cycle)
{
	gboolean there = cycle->present || !cycle->feels;
	gboolean idle = cycle->stage == CYCLE_EMPTY || cycle->stage == CYCLE_READY ||
			cycle->stage == CYCLE_SHOWN;

	return there && idle && may_start(cycle) ? start(cycle) : CYCLE_NOTHING;
}

/* ---- what happens ---- */

static CycleAct board_in(SlotCycle *cycle)
{
	gboolean came = !cycle->present;

	cycle->present = TRUE;
	if (cycle->stage == CYCLE_EMPTY || (cycle->stage == CYCLE_SHOWN && came))
		return ready(cycle);
	return CYCLE_NOTHING;
}

/* Once is enough: what follows from the first is not another failure. */
static CycleAct fail(SlotCycle *cycle, CycleAct act)
{
	gboolean known = cycle->failing;

	cycle->failing = TRUE;
	return known ? CYCLE_NOTHING : act;
}

static CycleAct board_out(SlotCycle *cycle)
{
	gboolean was = cycle->present;

	cycle->present = FALSE;
	if (cycle->stage == CYCLE_RUNNING)
		return fail(cycle, CYCLE_FAIL_REMOVED);
	if (was && (cycle->stage == CYCLE_READY || cycle->stage == CYCLE_SHOWN))
		cycle->stage = CYCLE_EMPTY;
	return CYCLE_NOTHING;
}

static CycleAct lid_closed(SlotCycle *cycle)
{
	gboolean closes = !cycle->lid_closed;

	cycle->lid_closed = TRUE;
	if (closes && cycle->trigger == TRIGGER_LID)
		return start_now(cycle);
	return cycle->stage == CYCLE_READY ? ready(cycle) : CYCLE_NOTHING;
}

static CycleAct lid_opened(SlotCycle *cycle)
{
	cycle->lid_closed = FALSE;
	return cycle->stage == CYCLE_RUNNING ? fail(cycle, CYCLE_FAIL_OPENED) : CYCLE_NOTHING;
}

static CycleAct serial_in(SlotCycle *cycle)
{
	cycle->scanned = TRUE;
	return cycle->trigger == TRIGGER_SCAN ? start_now(cycle) : CYCLE_NOTHING;
}

/* Inputs that change together may be told in any order; a button that is stuck starts one board, not each. */
static CycleAct pressed(SlotCycle *cycle)
{
	CycleAct act = start_now(cycle);

	cycle->pressed = act != CYCLE_START && cycle->stage != CYCLE_RUNNING;
	return act;
}

static CycleAct all_ready(SlotCycle *cycle)
{
	return cycle->stage == CYCLE_READY ? start_now(cycle) : CYCLE_NOTHING;
}

static CycleAct over(SlotCycle *cycle)
{
	if (cycle->stage != CYCLE_RUNNING)
		return CYCLE_NOTHING;
	cycle->stage = cycle->quarantine_after && cycle->failures >= cycle->quarantine_after
			       ? CYCLE_QUARANTINED
			       : CYCLE_SHOWN;
	return CYCLE_NOTHING;
}

static CycleAct not_begun(SlotCycle *cycle)
{
	if (cycle->stage == CYCLE_RUNNING)
		cycle->stage = cycle->present || !cycle->feels ? CYCLE_READY : CYCLE_EMPTY;
	return CYCLE_NOTHING;
}

static void forget_failures(SlotCycle *cycle)
{
	cycle->failures = 0;
	g_hash_table_remove_all(cycle->failed);
}

static CycleAct release(SlotCycle *cycle)
{
	if (cycle->stage != CYCLE_QUARANTINED)
		return CYCLE_NOTHING;
	forget_failures(cycle);
	cycle->stage = CYCLE_EMPTY;
	return cycle->present ? ready(cycle) : CYCLE_NOTHING;
}

CycleAct cycle_feed(SlotCycle *cycle, CycleEvent event)
{
	switch (event) {
	case CYCLE_BOARD_IN:
		return board_in(cycle);
	case CYCLE_BOARD_OUT:
		return board_out(cycle);
	case CYCLE_BOARD_UNFELT:
		if (cycle->stage == CYCLE_SHOWN || cycle->stage == CYCLE_QUARANTINED)
			cycle->present = FALSE;
		return CYCLE_NOTHING;
	case CYCLE_LID_CLOSED:
		return lid_closed(cycle);
	case CYCLE_LID_OPENED:
		return lid_opened(cycle);
	case CYCLE_SERIAL_IN:
		return serial_in(cycle);
	case CYCLE_ALL_READY:
	case CYCLE_RETRY:
		return all_ready(cycle);
	case CYCLE_NOT_BEGUN:
		return not_begun(cycle);
	case CYCLE_OVER:
		return over(cycle);
	case CYCLE_PRESSED:
		return pressed(cycle);
	case CYCLE_LET_GO:
		cycle->pressed = FALSE;
		return CYCLE_NOTHING;
	case CYCLE_RETEST:
		return start_now(cycle);
	case CYCLE_RELEASE:
		return release(cycle);
	}
	return CYCLE_NOTHING;
}

/* ---- the verdict ---- */

gboolean cycle_judge(SlotCycle *cycle, const Failure *failure, const char *uid)
{
	cycle->verdict = failure ? failure->verdict : VERDICT_PASS;
	if (!failure)
		forget_failures(cycle);
	if (!failure || (failure->blame != BLAME_BOARD && failure->blame != BLAME_SLOT))
		return FALSE;
	if (uid && !g_hash_table_add(cycle->failed, g_strdup(uid)))
		return FALSE;
	cycle->failures++;
	if (!cycle->quarantine_after || cycle->failures < cycle->quarantine_after)
		return FALSE;
	cycle->verdict = VERDICT_ERROR;
	return TRUE;
}

/*
 * IEC 60073, libraries.md section 15: red fault, yellow abnormal, green normal, blue: somebody must act. Nothing is lit
 * while a board is at work, or none is there: leave it alone.
 */
guint cycle_lamps(const SlotCycle *cycle)
{
	static const guint of_verdict[] = {[VERDICT_RUNNING] = 0,
		[VERDICT_PASS] = 1u << SIGNAL_LAMP_GREEN,
		[VERDICT_FAIL] = 1u << SIGNAL_LAMP_RED,
		[VERDICT_ERROR] = 1u << SIGNAL_LAMP_YELLOW,
		[VERDICT_ABORTED] = 1u << SIGNAL_LAMP_BLUE};

	switch (cycle->stage) {
	case CYCLE_READY:
		return 1u << SIGNAL_LAMP_BLUE;
	case CYCLE_SHOWN:
		return of_verdict[cycle->verdict];
	case CYCLE_QUARANTINED:
		return 1u << SIGNAL_LAMP_YELLOW | 1u << SIGNAL_LAMP_BLUE;
	case CYCLE_EMPTY:
	case CYCLE_RUNNING:
		return 0;
	}
	return 0;
}

const char *cycle_waits(const SlotCycle *cycle)
{
	static const char *const words[TRIGGER_COUNT] = {[TRIGGER_START] = "press start",
		[TRIGGER_SCAN] = "scan its serial number",
		[TRIGGER_ALL] = "waits for the other slots"};

	if (cycle->stage == CYCLE_QUARANTINED)
		return "in quarantine: call maintenance; RELEASE lets it start again";
	if (cycle->stage != CYCLE_READY)
		return NULL;
	return may_start(cycle) ? words[cycle->trigger] : "close the lid";
}

/*
 * What a slot of a line does as boards come and go: told in one line, events against acts.
 *
 * i o board in, out   u unfelt   c l lid closed, opened   p start pressed   s serial scanned   a all are ready
 * g let go of start   n not begun         V F E B over with PASS, FAIL (board), ERROR (slot), already-passed        r retest   q release
 *
 * Behind each event stands what it must come to, one letter: the act S start, R fail as removed, O fail as lid opened, or
 * else the stage then: . empty, y ready, w running, d shown, x quarantined.
 */
#include "line/slotcycle.h"

#include <string.h>

typedef struct {
	const char *name;
	Trigger trigger;
	gboolean feels, has_lid;
	const char *story; /* pairs: event, what it comes to */
} Story;

static const Story stories[] = {
	{"one-board", TRIGGER_PRESENT, TRUE, FALSE, "iSVdo."},
	{"pipeline", TRIGGER_PRESENT, TRUE, FALSE, "iSVdo.iSFdo.iSVd"},
	{"stays", TRIGGER_PRESENT, TRUE, FALSE, "iSVdidid"},
	{"removed", TRIGGER_PRESENT, TRUE, FALSE, "iSoREdiSVd"},
	{"removed-twice", TRIGGER_PRESENT, TRUE, FALSE, "iSoRiwowEd"},
	{"swapped", TRIGGER_PRESENT, TRUE, FALSE, "iSoRiwEdo.iS"},
	{"late-out", TRIGGER_PRESENT, TRUE, FALSE, "iSVdo.o.o."},
	{"over-without-run", TRIGGER_PRESENT, TRUE, FALSE, "V.iSVdVd"},
	{"retest", TRIGGER_PRESENT, TRUE, FALSE, "iSVdrSVd"},
	{"retest-of-nothing", TRIGGER_PRESENT, TRUE, FALSE, "r.iSrwVdo.r."},
	{"not-begun", TRIGGER_PRESENT, TRUE, FALSE, "iSnypSVd"},
	{"not-begun-and-out", TRIGGER_PRESENT, TRUE, FALSE, "iSoRn."},
	{"button", TRIGGER_START, TRUE, FALSE, "p.g.iypSpwVdo."},
	{"button-held", TRIGGER_START, TRUE, TRUE, "p.iycSVdo.iygypS"},
	{"button-alone", TRIGGER_START, FALSE, FALSE, "pSVdpSVd"},
	{"button-and-lid", TRIGGER_START, TRUE, TRUE, "iypygycypSgwVd"},
	{"lid", TRIGGER_LID, TRUE, TRUE, "iycSVdldo.iycSVd"},
	{"lid-first", TRIGGER_LID, TRUE, TRUE, "c.iSVd"},
	{"lid-bounces", TRIGGER_LID, TRUE, TRUE, "iycScwcwVdcd"},
	{"lid-opened", TRIGGER_LID, TRUE, TRUE, "iycSlOowEd"},
	{"lid-alone", TRIGGER_LID, FALSE, TRUE, "cSVdldcSVd"},
	{"present-under-lid", TRIGGER_PRESENT, TRUE, TRUE, "iycSlOEd"},
	{"scan-then-board", TRIGGER_SCAN, TRUE, FALSE, "s.iSVdo.iysS"},
	{"scan-alone", TRIGGER_SCAN, FALSE, FALSE, "sSVdsS"},
	{"all", TRIGGER_ALL, TRUE, FALSE, "a.iyaSawVdado."},
	{"port", TRIGGER_PORT, TRUE, FALSE, "iSVdo.iSVdudiS"},
	{"port-unfelt-stays-shown", TRIGGER_PORT, TRUE, FALSE, "iSFdudodiS"},
	{"quarantine", TRIGGER_PRESENT, TRUE, FALSE, "iSFdo.iSEdo.iSFxoxixpxrxqSVd"},
	{"quarantine-of-three-only", TRIGGER_PRESENT, TRUE, FALSE, "iSFdo.iSEdo.iSVdo.iSFdo.iSFd"},
	{"quarantine-not-by-others", TRIGGER_PRESENT, TRUE, FALSE, "iSFdo.iSBdo.iSFdo.iSBdo.iSBd"},
	{"quarantine-empty", TRIGGER_PRESENT, TRUE, FALSE, "iSFdo.iSFdo.iSFxoxq.iS"},
};

static void judge(SlotCycle *cycle, char verdict)
{
	static guint boards;
	g_autofree char *uid = g_strdup_printf("%024u", ++boards);

	cycle_judge(cycle,
		verdict == 'F'   ? failure_row(FAILURE_FLASH_VERIFY)
		: verdict == 'E' ? failure_row(FAILURE_SWD_LINK)
		: verdict == 'B' ? failure_row(FAILURE_ALREADY_PASSED)
				 : NULL,
		uid);
}

static CycleAct feed(SlotCycle *cycle, char event)
{
	static const char letters[] = "iouclpsgan";
	static const CycleEvent events[] = {CYCLE_BOARD_IN, CYCLE_BOARD_OUT, CYCLE_BOARD_UNFELT,
		CYCLE_LID_CLOSED, CYCLE_LID_OPENED, CYCLE_PRESSED, CYCLE_SERIAL_IN, CYCLE_LET_GO,
		CYCLE_ALL_READY, CYCLE_NOT_BEGUN};
	const char *at = strchr(letters, event);

	if (at)
		return cycle_feed(cycle, events[at - letters]);
	if (event == 'r' || event == 'q')
		return cycle_feed(cycle, event == 'r' ? CYCLE_RETEST : CYCLE_RELEASE);
	if (cycle->stage == CYCLE_RUNNING)
		judge(cycle, event);
	return cycle_feed(cycle, CYCLE_OVER);
}

static char letter(CycleAct act, CycleStage stage)
{
	return act != CYCLE_NOTHING ? " SRO"[act] : ".ywdx"[stage];
}

/* Whatever happens: green is for a PASS on record only, and for nothing that runs. */
static void check_lamps(const SlotCycle *cycle)
{
	gboolean green = (cycle_lamps(cycle) & 1u << SIGNAL_LAMP_GREEN) != 0;

	g_assert_true(green == (cycle->stage == CYCLE_SHOWN && cycle->verdict == VERDICT_PASS));
	if (cycle->stage == CYCLE_RUNNING || cycle->stage == CYCLE_EMPTY)
		g_assert_cmphex(cycle_lamps(cycle), ==, 0);
}

static SlotCycle cycle_of(Trigger trigger, gboolean feels, gboolean has_lid)
{
	const Slot slot = {.trigger = trigger};
	const Fixture fixture = {.quarantine_after = 3};
	SlotCycle cycle;

	cycle_init(&cycle, &slot, &fixture);
	cycle.feels = feels;
	cycle.has_lid = has_lid;
	return cycle;
}

static void test_story(gconstpointer data)
{
	const Story *story = data;
	SlotCycle cycle = cycle_of(story->trigger, story->feels, story->has_lid);
	g_autoptr(GString) told = g_string_new(NULL);

	for (const char *at = story->story; *at; at += 2) {
		CycleAct act = feed(&cycle, at[0]);

		g_string_append_c(told, at[0]);
		g_string_append_c(told, letter(act, cycle.stage));
		check_lamps(&cycle);
	}
	g_assert_cmpstr(told->str, ==, story->story);
	cycle_clear(&cycle);
}

static void test_same_board(void)
{
	SlotCycle cycle = cycle_of(TRIGGER_PRESENT, TRUE, FALSE);
	const Failure *failure = failure_row(FAILURE_FLASH_VERIFY);

	for (guint i = 0; i < 5; i++)
		g_assert_false(cycle_judge(&cycle, failure, "A"));
	g_assert_false(cycle_judge(&cycle, failure, "B"));
	g_assert_false(cycle_judge(&cycle, failure, "A"));
	/* One that was never identified is another one, for all that is known. */
	g_assert_true(cycle_judge(&cycle, failure, NULL));
	g_assert_cmpint(cycle.verdict, ==, VERDICT_ERROR);
	cycle_clear(&cycle);
}

/* Events that lie, in any order: no start without a board, none while one runs, and never a green lamp but for a PASS. */
static void test_any_order(void)
{
	static const char letters[] = "iouclpsganVFEBrq";

	for (guint round = 0; round < 20000; round++) {
		SlotCycle cycle = cycle_of((Trigger)g_test_rand_int_range(0, TRIGGER_COUNT),
			g_test_rand_bit(), g_test_rand_bit());

		for (guint i = 0; i < 40; i++) {
			char event = letters[g_test_rand_int_range(0, sizeof letters - 1)];
			CycleStage before = cycle.stage;
			CycleAct act = feed(&cycle, event);

			check_lamps(&cycle);
			if (act == CYCLE_START) {
				g_assert_cmpint(before, !=, CYCLE_RUNNING);
				g_assert_true(before != CYCLE_QUARANTINED || event == 'q');
				g_assert_true(cycle.present || !cycle.feels);
				g_assert_true(cycle.lid_closed || !cycle.has_lid);
			}
			if (act == CYCLE_FAIL_REMOVED || act == CYCLE_FAIL_OPENED)
				g_assert_cmpint(before, ==, CYCLE_RUNNING);
			if (before == CYCLE_RUNNING && cycle.stage != CYCLE_RUNNING)
				g_assert_nonnull(strchr("VFEBn", event));
		}
		cycle_clear(&cycle);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(stories); i++) {
		g_autofree char *path = g_strconcat("/line/slotcycle/", stories[i].name, NULL);

		g_test_add_data_func(path, &stories[i], test_story);
	}
	g_test_add_func("/line/slotcycle/same-board", test_same_board);
	g_test_add_func("/line/slotcycle/any-order", test_any_order);
	return g_test_run();
}

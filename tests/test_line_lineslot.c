/* One slot of a line whose pins answer late: what is lit in the end is what the slot has come to. */
#include "lib/pins_keeper.h"
#include "line/lineslot.h"

typedef struct {
	PinsKeeper keeper;
	View view;
	StationOptions options;
	Station station;
	LineSlotPort port;
	LineSlot *slot;
} Bench;

static void nothing_shown(View *view, const ViewRow *row)
{
}

static void never_broken(gpointer line, const GError *error)
{
	g_assert_no_error(error);
}

/* Slot 2, which has lamps; a board is started by its button. */
static void bench_make(Bench *bench)
{
	*bench = (Bench){.view.state = nothing_shown};
	pins_keeper_make(&bench->keeper);
	bench->options = (StationOptions){.fixture = bench->keeper.fixture, .view = &bench->view};
	bench->station = (Station){
		.options = &bench->options, .context.pins = pins_keeper_connect(&bench->keeper)};
	bench->port = (LineSlotPort){.station = &bench->station, .broken = never_broken};
	bench->slot = line_slot_new(&bench->port, bench->keeper.fixture->slots->pdata[1]);
	bench->slot->cycle.trigger = TRIGGER_START;
	bench->slot->cycle.has_lid = FALSE;
}

static void bench_clear(Bench *bench)
{
	line_slot_free(bench->slot);
	pins_free(bench->station.context.pins);
	pins_keeper_clear(&bench->keeper);
}

static gboolean keeper_holds_back(Bench *bench)
{
	return pins_late(bench->station.context.pins);
}

/* A board that was taken out before its lamp was lit leaves none: a lamp that nobody knows of would still be lit when
 * the next one is at work. */
static void test_late_lamp(void)
{
	Bench bench;

	bench_make(&bench);
	g_mutex_lock(&bench.keeper.lock);
	line_slot_feed(bench.slot, CYCLE_BOARD_IN);
	g_assert_cmpint(bench.slot->cycle.stage, ==, CYCLE_READY);
	g_assert_true(keeper_holds_back(&bench));
	line_slot_feed(bench.slot, CYCLE_BOARD_OUT);
	g_assert_cmpint(bench.slot->cycle.stage, ==, CYCLE_EMPTY);
	g_mutex_unlock(&bench.keeper.lock);
	do
		line_slot_tick(bench.slot, g_get_monotonic_time());
	while (keeper_holds_back(&bench));
	pins_keeper_seen(&bench.keeper, "C0=0+C1=1+C2=1 C0=0+C1=1+C2=0 ");
	/* And is asked no more. */
	line_slot_tick(bench.slot, g_get_monotonic_time());
	pins_keeper_seen(&bench.keeper, "C0=0+C1=1+C2=1 C0=0+C1=1+C2=0 ");
	bench_clear(&bench);
}

/* One that came back before its lamp went out has one. */
static void test_late_dark(void)
{
	Bench bench;

	bench_make(&bench);
	line_slot_feed(bench.slot, CYCLE_BOARD_IN);
	pins_keeper_seen(&bench.keeper, "C0=0+C1=1+C2=1 ");
	g_mutex_lock(&bench.keeper.lock);
	line_slot_feed(bench.slot, CYCLE_BOARD_OUT);
	g_assert_true(keeper_holds_back(&bench));
	line_slot_feed(bench.slot, CYCLE_BOARD_IN);
	g_mutex_unlock(&bench.keeper.lock);
	do
		line_slot_tick(bench.slot, g_get_monotonic_time());
	while (keeper_holds_back(&bench));
	pins_keeper_seen(&bench.keeper, "C0=0+C1=1+C2=1 C0=0+C1=1+C2=0 C0=0+C1=1+C2=1 ");
	bench_clear(&bench);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/lineslot/late-lamp", test_late_lamp);
	g_test_add_func("/line/lineslot/late-dark", test_late_dark);
	return g_test_run();
}

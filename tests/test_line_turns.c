/* Turns for power-ons and erases: never more at once than the supply bears. */
#include "line/keeper_turns.h"

#define MS 1000

/* In the queue that stands. */
static gboolean take_next(
	KeeperTurns *turns, const KeeperDraw *draw, gint64 now_ms, const char *waits_for)
{
	g_autoptr(GString) others = g_string_new(NULL);
	gboolean may = keeper_turns_take(turns, draw, now_ms * MS, others);
	g_assert_cmpstr(others->str, ==, waits_for);
	return may;
}

/* Alone. */
static gboolean take(KeeperTurns *turns, guint slot, gint64 now_ms, const char *waits_for)
{
	keeper_turns_round(turns);
	return take_next(turns, &(KeeperDraw){KEEPER_POWER_ON, slot, 0}, now_ms, waits_for);
}

static gboolean erase(KeeperTurns *turns, guint slot, gint64 now_ms, const char *waits_for)
{
	keeper_turns_round(turns);
	return take_next(turns, &(KeeperDraw){KEEPER_ERASE, slot, 4000}, now_ms, waits_for);
}

static void end(KeeperTurns *turns, KeeperDrawKind kind, guint slot)
{
	keeper_turns_end(turns, &(KeeperDraw){kind, slot, 0});
}

static void test_turns(void)
{
	const Fixture fixture = {.max_inrush_ma = 1000, .inrush_ma = 500, .inrush_time_ms = 100};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(take(turns, 1, 0, ""));
	g_assert_true(take(turns, 2, 10, ""));
	g_assert_false(take(turns, 3, 20, "1, 2"));
	g_assert_cmpint(keeper_turns_next(turns, 20 * MS), ==, 100 * MS);
	/* The pin took 5 ms: as long it waits for that. */
	keeper_turns_begun(turns, &(KeeperDraw){KEEPER_POWER_ON, 1, 0}, 5 * MS);
	keeper_turns_begun(turns, &(KeeperDraw){KEEPER_POWER_ON, 2, 0}, 10 * MS);
	g_assert_cmpint(keeper_turns_next(turns, 20 * MS), ==, 105 * MS);
	keeper_turns_begun(turns, &(KeeperDraw){KEEPER_POWER_ON, 1, 0}, 0);
	/* Has power already, takes nothing. */
	g_assert_true(take(turns, 1, 30, ""));
	g_assert_true(take(turns, 3, 100, ""));
	g_assert_false(take(turns, 4, 101, "2, 3"));
	/* Off and on again is a start like any other. */
	end(turns, KEEPER_POWER_OFF, 1);
	g_assert_false(take(turns, 1, 102, "2, 3"));
	g_assert_true(take(turns, 1, 110, ""));
	g_assert_cmpint(keeper_turns_next(turns, 300 * MS), ==, G_MAXINT64);
}

/* A board that alone takes more than the supply says it bears must still be tried, but alone. */
static void test_alone(void)
{
	const Fixture fixture = {.max_inrush_ma = 300, .inrush_ma = 500, .inrush_time_ms = 100};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(take(turns, 1, 0, ""));
	g_assert_false(take(turns, 2, 99, "1"));
	g_assert_true(take(turns, 2, 100, ""));
}

static void test_unlimited(void)
{
	const Fixture fixture = {.inrush_ma = 500, .inrush_time_ms = 100};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	for (guint slot = 1; slot <= 64; slot++)
		g_assert_true(take(turns, slot, 0, ""));
}

/* A hub that bears one at once, another that bears two, on a supply that bears four. */
static void test_hubs(void)
{
	static Slot slots[] = {{.number = 1, .usb = "1-1.1"}, {.number = 2, .usb = "1-1.2"},
		{.number = 3, .usb = "1-2.1"}, {.number = 4, .usb = "1-2.4.2"},
		{.number = 5, .usb = "1-2.3"}, {.number = 6, .usb = "1-22.1"},
		{.number = 7, .usb = "1-22.2"}};
	const HubLimit limits[] = {{"1-1", 600}, {"1-2", 1000}};
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autoptr(GArray) hubs = g_array_new(FALSE, FALSE, sizeof(HubLimit));
	const Fixture fixture = {.max_inrush_ma = 2000,
		.inrush_ma = 500,
		.inrush_time_ms = 100,
		.slots = list,
		.hubs = hubs};

	for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
		g_ptr_array_add(list, &slots[i]);
	g_array_append_vals(hubs, limits, G_N_ELEMENTS(limits));
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(take(turns, 1, 0, ""));
	g_assert_false(take(turns, 2, 1, "1"));
	g_assert_true(take(turns, 3, 2, ""));
	g_assert_true(take(turns, 4, 3, ""));
	g_assert_false(take(turns, 5, 4, "3, 4"));
	g_assert_true(take(turns, 6, 5, ""));
	g_assert_false(take(turns, 7, 6, "1, 3, 4, 6"));
	g_assert_true(take(turns, 2, 100, ""));
	g_assert_false(take(turns, 7, 101, "3, 4, 6, 2"));
	g_assert_true(take(turns, 7, 102, ""));
	g_assert_true(take(turns, 5, 103, ""));
}

/* Both draw on one supply; each turn's end is one of four. */
static void test_erases(void)
{
	const Fixture fixture = {
		.max_inrush_ma = 1000, .inrush_ma = 500, .inrush_time_ms = 100, .erase_ma = 300};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(erase(turns, 1, 0, ""));
	g_assert_true(take(turns, 2, 1, ""));
	g_assert_false(erase(turns, 3, 2, "1, 2"));
	/* The inrush is over. */
	g_assert_true(erase(turns, 3, 101, ""));
	g_assert_true(erase(turns, 4, 102, ""));
	g_assert_false(erase(turns, 5, 103, "1, 3, 4"));
	g_assert_false(take(turns, 6, 104, "1, 3, 4"));
	/* It is said to be over; what was not begun ends nothing. */
	end(turns, KEEPER_ERASED, 7);
	g_assert_false(erase(turns, 5, 105, "1, 3, 4"));
	end(turns, KEEPER_ERASED, 3);
	g_assert_true(erase(turns, 5, 106, ""));
	/* Its power goes. */
	end(turns, KEEPER_POWER_OFF, 1);
	g_assert_true(erase(turns, 6, 107, ""));
	g_assert_false(erase(turns, 8, 108, "4, 5, 6"));
	/* Nobody says anything: for so long it lasts at most. */
	g_assert_cmpint(keeper_turns_next(turns, 108 * MS), ==, 4102 * MS);
	g_assert_false(erase(turns, 8, 4101, "4, 5, 6"));
	g_assert_true(erase(turns, 8, 4102, ""));
}

/* One slot erases once at a time, whatever it was said to do before. */
static void test_erases_again(void)
{
	const Fixture fixture = {.max_inrush_ma = 600, .inrush_time_ms = 100, .erase_ma = 300};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(erase(turns, 1, 0, ""));
	g_assert_true(erase(turns, 1, 1, ""));
	g_assert_true(erase(turns, 2, 2, ""));
	g_assert_false(erase(turns, 3, 3, "1, 2"));
	/* What lasts for long is let alone. */
	keeper_turns_end(turns, &(KeeperDraw){KEEPER_OTHER, 1, 0});
	g_assert_false(erase(turns, 3, 4, "1, 2"));
}

/* Without erase_ma nobody counts them. */
static void test_erases_free(void)
{
	const Fixture fixture = {.max_inrush_ma = 500, .inrush_ma = 500, .inrush_time_ms = 100};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	for (guint slot = 1; slot <= 64; slot++)
		g_assert_true(erase(turns, slot, 0, ""));
	g_assert_true(take(turns, 1, 1, ""));
	g_assert_cmpint(keeper_turns_next(turns, 1 * MS), ==, 101 * MS);
}

/* What the first in the queue waits for no later one gets, though it needs less; and none gets ahead of one whose
 * turn has come. */
static void test_fair(void)
{
	const Fixture fixture = {
		.max_inrush_ma = 1000, .inrush_ma = 800, .inrush_time_ms = 100, .erase_ma = 300};
	const KeeperDraw on = {KEEPER_POWER_ON, 2, 0}, small = {KEEPER_ERASE, 3, 4000};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(erase(turns, 1, 0, ""));
	keeper_turns_round(turns);
	g_assert_false(take_next(turns, &on, 1, "1"));
	g_assert_false(take_next(turns, &small, 1, "1"));
	end(turns, KEEPER_ERASED, 1);
	keeper_turns_round(turns);
	keeper_turns_reserve(turns, &on, 2 * MS);
	g_assert_false(take_next(turns, &small, 2, ""));
	keeper_turns_round(turns);
	g_assert_true(take_next(turns, &on, 3, ""));
	g_assert_false(take_next(turns, &small, 3, "2"));
	g_assert_true(erase(turns, 3, 103, ""));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/turns/turns", test_turns);
	g_test_add_func("/line/turns/alone", test_alone);
	g_test_add_func("/line/turns/hubs", test_hubs);
	g_test_add_func("/line/turns/unlimited", test_unlimited);
	g_test_add_func("/line/turns/erases", test_erases);
	g_test_add_func("/line/turns/erases-again", test_erases_again);
	g_test_add_func("/line/turns/erases-free", test_erases_free);
	g_test_add_func("/line/turns/fair", test_fair);
	return g_test_run();
}

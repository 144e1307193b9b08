/* Turns for power: never more at once than the supply bears. */
#include "line/keeper_turns.h"

#define MS 1000

static gboolean take(KeeperTurns *turns, guint slot, gint64 now_ms, const char *waits_for)
{
	g_autoptr(GString) others = g_string_new(NULL);
	gboolean may = keeper_turns_take(turns, slot, now_ms * MS, others);
	g_assert_cmpstr(others->str, ==, waits_for);
	return may;
}

static void test_turns(void)
{
	const Fixture fixture = {.max_inrush_ma = 1000, .inrush_ma = 500, .inrush_time_ms = 100};
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);
	g_assert_true(take(turns, 1, 0, ""));
	g_assert_true(take(turns, 2, 10, ""));
	g_assert_false(take(turns, 3, 20, "1, 2"));
	g_assert_cmpint(keeper_turns_next(turns, 20 * MS), ==, 100 * MS);
	/* Has power already, takes nothing. */
	g_assert_true(take(turns, 1, 30, ""));
	g_assert_true(take(turns, 3, 100, ""));
	g_assert_false(take(turns, 4, 101, "2, 3"));
	/* Off and on again is a start like any other. */
	keeper_turns_off(turns, 1);
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
	g_autoptr(KeeperTurns) turns = keeper_turns_new(&fixture);

	for (guint i = 0; i < G_N_ELEMENTS(slots); i++)
		g_ptr_array_add(list, &slots[i]);
	g_array_append_vals(hubs, limits, G_N_ELEMENTS(limits));
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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/turns/turns", test_turns);
	g_test_add_func("/line/turns/alone", test_alone);
	g_test_add_func("/line/turns/hubs", test_hubs);
	g_test_add_func("/line/turns/unlimited", test_unlimited);
	return g_test_run();
}

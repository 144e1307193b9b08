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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/turns/turns", test_turns);
	g_test_add_func("/line/turns/alone", test_alone);
	g_test_add_func("/line/turns/unlimited", test_unlimited);
	return g_test_run();
}

/* Verdicts that go out with their board, by the keeper of the pins alone. */
#include "core/failure.h"
#include "core/fixture.h"
#include "core/problems.h"
#include "line/keeper_lamps.h"

#include <glib/gstdio.h>

static const char fixture_text[] = "flashline: 1\n"
				   "controllers:\n"
				   "  pins: {chip: FT4232H, serial: \"FT000001\"}\n"
				   "slots:\n"
				   "  - slot: 1\n"
				   "    usb: \"1-1\"\n"
				   "    power: {controller: pins, pin: A0}\n"
				   "    present: {controller: pins, pin: B0}\n"
				   "    lamps:\n"
				   "      red: {controller: pins, pin: C0}\n"
				   "      green: {controller: pins, pin: C1}\n"
				   "  - slot: 2\n"
				   "    usb: \"1-2\"\n"
				   "    power: {controller: pins, pin: A1}\n"
				   "    lamps:\n"
				   "      green: {controller: pins, pin: C2}\n";

enum { PRESENT = 1 << 8, RED = 1 << 16, GREEN = 1 << 17, GREEN_2 = 1 << 18 };

typedef struct {
	Fixture *fixture;
	KeeperWires wires;
	KeeperInputs *inputs;
	KeeperLamps *lamps;
	guint32 in, out; /* levels */
	gboolean broken;
} Bench;

static gboolean set_wires(
	gpointer data, const Controller *controller, guint32 pins, guint32 levels, GError **error)
{
	Bench *bench = data;

	bench->out = (bench->out & ~pins) | levels;
	if (bench->broken)
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "gone");
	return !bench->broken;
}

static gboolean read_wires(
	gpointer data, const Controller *controller, guint32 *levels, GError **error)
{
	*levels = ((Bench *)data)->in;
	return TRUE;
}

static void bench_make(Bench *bench)
{
	g_autofree char *dir = g_dir_make_tmp("flashline-lamps-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "two.yaml", NULL);
	g_autoptr(Problems) problems = problems_new();

	g_assert_true(g_file_set_contents(path, fixture_text, -1, NULL));
	*bench = (Bench){.fixture = fixture_load(path, problems)};
	g_assert_nonnull(bench->fixture);
	g_remove(path);
	g_rmdir(dir);
	bench->wires = (KeeperWires){
		.fixture = bench->fixture, .set = set_wires, .read = read_wires, .data = bench};
	bench->inputs = keeper_inputs_new(&bench->wires);
	bench->lamps = keeper_lamps_new(&bench->wires, bench->inputs);
}

static void bench_clear(Bench *bench)
{
	keeper_lamps_free(bench->lamps);
	keeper_inputs_free(bench->inputs);
	fixture_free(bench->fixture);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

/* As the keeper looks: what is seen twice counts. */
static void look(Bench *bench, guint32 levels)
{
	g_autoptr(GString) text = g_string_new(NULL);

	bench->in = levels;
	for (guint i = 0; i < 2; i++)
		g_assert_true(keeper_inputs_look(bench->inputs, text, NULL));
	g_assert_true(keeper_lamps_look(bench->lamps, NULL));
}

static void ask(Bench *bench, const char *request, const char *expected)
{
	g_autofree char *answer = keeper_lamps_answer(bench->lamps, request);

	g_assert_cmpstr(answer, ==, expected);
}

/* Whoever lit it says nothing more, and yet it does not outlive its board. */
static void test_goes_out(void)
{
	g_auto(Bench) bench;

	bench_make(&bench);
	look(&bench, PRESENT);
	keeper_lamps_power(bench.lamps, 1);
	ask(&bench, "lamps 1 green present", "ok\n");
	look(&bench, PRESENT);
	g_assert_cmphex(bench.out, ==, GREEN);
	look(&bench, 0);
	g_assert_cmphex(bench.out, ==, 0);
	look(&bench, PRESENT);
	g_assert_cmphex(bench.out, ==, 0);
}

/* The verdict comes late: its board has gone, and another one lies there. */
static void test_too_late(void)
{
	g_auto(Bench) bench;

	bench_make(&bench);
	look(&bench, PRESENT);
	keeper_lamps_power(bench.lamps, 1);
	look(&bench, 0);
	look(&bench, PRESENT);
	ask(&bench, "lamps 1 green present", "ok\n");
	g_assert_cmphex(bench.out, ==, 0);
	keeper_lamps_power(bench.lamps, 1);
	ask(&bench, "lamps 1 green present", "ok\n");
	g_assert_cmphex(bench.out, ==, GREEN);
}

/* What tells of a board that was taken out during its run, and of no board at all, stays. */
static void test_stays(void)
{
	g_auto(Bench) bench;

	bench_make(&bench);
	look(&bench, PRESENT);
	keeper_lamps_power(bench.lamps, 1);
	ask(&bench, "lamps 1 green present", "ok\n");
	ask(&bench, "lamps 1 red", "ok\n");
	look(&bench, 0);
	g_assert_cmphex(bench.out, ==, RED);
	/* A slot that does not feel its board. */
	ask(&bench, "lamps 2 green present", "ok\n");
	look(&bench, 0);
	g_assert_cmphex(bench.out, ==, RED | GREEN_2);
}

static void test_broken(void)
{
	g_auto(Bench) bench;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	bench_make(&bench);
	look(&bench, PRESENT);
	keeper_lamps_power(bench.lamps, 1);
	ask(&bench, "lamps 1 green present", "ok\n");
	bench.broken = TRUE;
	bench.in = 0;
	for (guint i = 0; i < 2; i++)
		g_assert_true(keeper_inputs_look(bench.inputs, text, NULL));
	g_assert_false(keeper_lamps_look(bench.lamps, &error));
	g_assert_error(error, FAILURE, FAILURE_PINS_LOST);
	ask(&bench, "lamps 1 green present", "error pins-lost gone\n");
	ask(&bench, "set 1 power 1", NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/lamps/goes-out", test_goes_out);
	g_test_add_func("/line/lamps/too-late", test_too_late);
	g_test_add_func("/line/lamps/stays", test_stays);
	g_test_add_func("/line/lamps/broken", test_broken);
	return g_test_run();
}

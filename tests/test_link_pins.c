/*
 * Pins from a job's side and the keeper's: the protocol over a real socket, with wires that only
 * remember. That libftdi1 drives what it is told to shows in the virtual fixture.
 */
#include "lib/failed.h"
#include "lib/pins_keeper.h"

#include <string.h>
#include <sys/stat.h>

static void test_levels(void)
{
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	pins_keeper_set(&keeper, pins, 1, SIGNAL_BOOT0, FALSE);
	pins_keeper_set(&keeper, pins, 1, SIGNAL_NRST, FALSE);
	pins_keeper_set(&keeper, pins, 1, SIGNAL_POWER, TRUE);
	pins_keeper_set(&keeper, pins, 1, SIGNAL_NRST, TRUE);
	pins_keeper_set(&keeper, pins, 2, SIGNAL_POWER, TRUE);
	pins_keeper_seen(&keeper, "B0=0 C0=1 A0=1 C0=0 D7=1 ");
}

static void test_not_wired(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	g_assert_false(pins_set(pins, 2, SIGNAL_BOOT0, TRUE, &keeper.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 2 has no boot0 wire");
	pins_keeper_seen(&keeper, "");
}

/* One controller gone: its slots hear so, the others go on. */
static void test_unplugged(void)
{
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	keeper.unplugged = TRUE;
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(pins_set(pins, 2, SIGNAL_POWER, TRUE, &keeper.watch, &error));
		assert_failed(error, FAILURE_PINS_LOST, "FT000002 is");
		g_assert_null(strchr(error->message, '\n'));
	}
	pins_keeper_set(&keeper, pins, 1, SIGNAL_POWER, TRUE);
	pins_keeper_seen(&keeper, "A0=1 ");
}

static void test_clients_come_and_go(void)
{
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) lasting = pins_keeper_connect(&keeper);
	for (guint i = 0; i < 100; i++) {
		g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
		pins_keeper_set(&keeper, pins, 1, SIGNAL_POWER, TRUE);
	}
	/* Nothing was switched off by their going. */
	g_assert_null(strstr(keeper.seen->str, "A0=0"));
	pins_keeper_set(&keeper, lasting, 1, SIGNAL_POWER, FALSE);
	struct stat status;
	g_assert_cmpint(stat(keeper.socket, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 0777, ==, 0600);
}

static void assert_answer(const PinsKeeper *keeper, const char *request, const char *expected)
{
	g_autofree char *answer = keeper_answer(&keeper->wires, request);
	g_assert_cmpstr(answer, ==, expected);
}

static void test_requests(void)
{
	static const char *const bad[] = {"", "set", "set 1 power", "set 1 power 2",
		"set 1 power 1 ", "set 3 power 1", "set 1 vbus 1", "set  1 power 1",
		"set 1 power 01", "get 1 power 1", "set -1 power 1", "set 4294967297 power 1",
		"SET 1 power 1", "set 1 power 1\r", "set 1x power 1", "set +1 power 1",
		"set 0 nrst", "read 2", "read 2 present 1", "lamps 2", "lamps 2 pink",
		"lamps 2 red+", "draw 1 erase", "draw 1 erase 0", "draw 0 erase 4000",
		"draw 3 erase 4000", "draw 1 erase 960001", "draw 1 write 4000", "draw 1 erase 4s",
		"done 1", "done 0 erase", "done 1 erase 1", "lamps 2 lamp-red", "watch 1",
		"set 2 present 1", "read 2 power"};
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *answer = keeper_answer(&keeper.wires, bad[i]);
		g_assert_true(g_str_has_prefix(answer, "error station-internal "));
		g_assert_true(strchr(answer, '\n') == answer + strlen(answer) - 1);
	}
	pins_keeper_seen(&keeper, "");
	assert_answer(
		&keeper, "set 0 power 1", "error pins-missing the fixture has no power wire\n");
	g_autofree char *answer = keeper_answer(&keeper.wires, "set 1 nrst 1");
	g_assert_cmpstr(answer, ==, "ok\n");
	pins_keeper_seen(&keeper, "C0=0 ");
}

static void assert_reads(
	PinsKeeper *keeper, Pins *pins, guint slot, Signal signal, gboolean expected)
{
	g_autoptr(GError) error = NULL;
	gboolean active = !expected;
	g_assert_true(pins_read(pins, slot, signal, &active, &keeper->watch, &error));
	g_assert_no_error(error);
	g_assert_cmpint(active, ==, expected);
}

/* An input says what its name says, whatever its level. */
static void test_inputs(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	gboolean active;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	assert_reads(&keeper, pins, 2, SIGNAL_PRESENT, TRUE);
	assert_reads(&keeper, pins, 0, SIGNAL_LID, FALSE);
	keeper.levels = 3;
	assert_reads(&keeper, pins, 2, SIGNAL_PRESENT, FALSE);
	assert_reads(&keeper, pins, 0, SIGNAL_LID, TRUE);
	g_assert_false(pins_read(pins, 1, SIGNAL_PRESENT, &active, &keeper.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 1 has no present wire");
	pins_keeper_seen(&keeper, "");
}

static void test_measure(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	PinsFlow flow;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	g_assert_true(pins_measure(pins, 2, &flow, &keeper.watch, &error));
	g_assert_cmpfloat_with_epsilon(flow.milliampere, 224.8, 1e-6);
	g_assert_cmpfloat_with_epsilon(flow.millivolt, 4988, 1e-6);
	g_assert_false(pins_measure(pins, 1, &flow, &keeper.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 1 has no current monitor");
}

static void assert_lamps(PinsKeeper *keeper, Pins *pins, guint slot, guint lit)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(pins_lamps(pins, slot, lit, FALSE, &keeper->watch, &error));
	g_assert_no_error(error);
}

/* Exactly those, of those that there are, in one transfer. */
static void test_lamps(void)
{
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	assert_lamps(&keeper, pins, 2, 1u << SIGNAL_LAMP_RED | 1u << SIGNAL_LAMP_YELLOW);
	pins_keeper_seen(&keeper, "C0=1+C1=1+C2=0 ");
	assert_lamps(&keeper, pins, 2, 1u << SIGNAL_LAMP_GREEN);
	assert_lamps(&keeper, pins, 2, 0);
	assert_lamps(&keeper, pins, 1, 1u << SIGNAL_LAMP_GREEN);
	pins_keeper_set(&keeper, pins, 0, SIGNAL_BUZZER, TRUE);
	pins_keeper_seen(&keeper, "C0=1+C1=1+C2=0 C0=0+C1=0+C2=0 C0=0+C1=1+C2=0 C7=1 ");
}

/* ---- turns for erases: both slots on a supply that bears one */

typedef struct {
	Pins *pins;
	Watch watch;
	gint told, done; /* atomic */
} Eraser;

static void on_progress(const char *phase, guint64 done, guint64 total, gpointer data)
{
	g_assert_cmpstr(phase, ==, WATCH_TURN);
	g_atomic_int_inc((gint *)data);
}

/* The other slot's job. */
static gpointer erase_second(gpointer data)
{
	Eraser *eraser = data;
	g_autoptr(GError) error = NULL;
	g_assert_true(pins_erase_begin(eraser->pins, 2, 4000, &eraser->watch, &error));
	g_assert_no_error(error);
	g_atomic_int_set(&eraser->done, 1);
	g_assert_true(pins_erase_end(eraser->pins, 2, &eraser->watch, &error));
	g_assert_no_error(error);
	return NULL;
}

/* It asks for its turn; to be joined. */
static GThread *second_begin(Eraser *eraser, Pins *pins)
{
	*eraser = (Eraser){.pins = pins, .watch = {.report = on_progress, .data = &eraser->told}};
	watch_begin(&eraser->watch, 1000, 500);
	return g_thread_new("second", erase_second, eraser);
}

/* What it has told counts the time, ten times a second; no pause is long enough on every machine. */
static void second_waits(const Eraser *eraser, gint times)
{
	while (g_atomic_int_get(&eraser->told) < times && !g_atomic_int_get(&eraser->done))
		g_usleep(10000);
	g_assert_cmpint(g_atomic_int_get(&eraser->done), ==, 0);
}

static void limit(PinsKeeper *keeper)
{
	keeper->fixture->max_inrush_ma = 300;
	keeper->fixture->erase_ma = 200;
}

/* It waits for as long as the first erases, longer than its own work may take, and then has all of that left. */
static void test_erase_waits(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	Eraser eraser;
	guint ms;
	pins_keeper_make(&keeper);
	limit(&keeper);
	g_autoptr(Pins) first = pins_keeper_connect(&keeper);
	g_autoptr(Pins) second = pins_keeper_connect(&keeper);
	g_assert_true(pins_erase_begin(first, 1, 60000, &keeper.watch, &error));
	g_assert_null(pins_waited(first, &ms));
	GThread *thread = second_begin(&eraser, second);
	second_waits(&eraser, 15);
	g_assert_true(pins_erase_end(first, 1, &keeper.watch, &error));
	g_thread_join(thread);
	g_assert_cmpint(g_atomic_int_get(&eraser.done), ==, 1);
}

/* Killed in its erase: the turn is not given away while the chip may still erase, but with the slot's power. */
static void test_erase_killed(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	Eraser eraser;
	guint ms;
	pins_keeper_make(&keeper);
	limit(&keeper);
	g_autoptr(Pins) first = pins_keeper_connect(&keeper);
	g_autoptr(Pins) second = pins_keeper_connect(&keeper);
	g_autoptr(Pins) controller = pins_keeper_connect(&keeper);
	g_assert_true(pins_erase_begin(first, 1, 60000, &keeper.watch, &error));
	g_clear_pointer(&first, pins_free);
	GThread *thread = second_begin(&eraser, second);
	second_waits(&eraser, 3);
	pins_keeper_set(&keeper, controller, 1, SIGNAL_POWER, FALSE);
	g_thread_join(thread);
	g_assert_null(pins_waited(second, &ms)); /* of its last request */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pins/levels", test_levels);
	g_test_add_func("/pins/not-wired", test_not_wired);
	g_test_add_func("/pins/unplugged", test_unplugged);
	g_test_add_func("/pins/clients-come-and-go", test_clients_come_and_go);
	g_test_add_func("/pins/requests", test_requests);
	g_test_add_func("/pins/inputs", test_inputs);
	g_test_add_func("/pins/measure", test_measure);
	g_test_add_func("/pins/lamps", test_lamps);
	g_test_add_func("/pins/erase-waits", test_erase_waits);
	g_test_add_func("/pins/erase-killed", test_erase_killed);
	return g_test_run();
}

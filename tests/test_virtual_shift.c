/* Boards that come and go: a shift that the lamps lead. */
#include "lib/scene.h"

#include <string.h>

#define SHIFT(patience)                                                                            \
	"virtual: 1\n"                                                                             \
	"slots: 2\n"                                                                               \
	"wiring: line\n"                                                                           \
	"operator: {shift: {patience: " patience "}}\n"                                            \
	"boards: {count: 3}\n"
/* He waits for longer than the slowest machine takes over a test. */
static const char shift[] = SHIFT("10min");
static const char impatient[] = SHIFT("3s");

/* The lamps of a slot, one after the other, as a station sets them; and power, by which it is there. */
static void lamps(Scene *scene, guint slot, Wire off, Wire on)
{
	wiring_drive(bench_wiring(scene->bench), slot, WIRE_POWER, false);
	if (off != WIRE_COUNT)
		wiring_drive(bench_wiring(scene->bench), slot, off, false);
	if (on != WIRE_COUNT)
		wiring_drive(bench_wiring(scene->bench), slot, on, true);
	scene_run(scene, 20);
}

static void test_shift(void)
{
	Scene scene;

	scene_open(&scene, shift);
	scene_run(&scene, 20);
	g_assert_cmpuint(bench_board_in(scene.bench, 1), ==, 0); /* there is no station yet */
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	scene_run(&scene, 20);
	g_assert_true(scene_await_start(&scene, 1, 1));
	g_assert_true(scene_await_start(&scene, 2, 2));
	g_assert_true(wiring_active(bench_wiring(scene.bench), 1, WIRE_LID));
	lamps(&scene, 2, WIRE_COUNT, WIRE_RED);
	g_assert_cmpuint(scene_await_board(&scene, 2, 0), ==, 0); /* out: */
	g_assert_false(wiring_active(bench_wiring(scene.bench), 2, WIRE_LID));
	g_assert_true(scene_await(&scene, "2 remove 2"));
	g_assert_true(scene_await(&scene, "0 away 2"));
	lamps(&scene, 2, WIRE_RED, WIRE_COUNT); /* the next one only when red is out */
	g_assert_true(scene_await_start(&scene, 2, 3));
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	lamps(&scene, 1, WIRE_GREEN, WIRE_COUNT);
	g_assert_cmpuint(scene_await_board(&scene, 1, 0), ==, 0); /* the tray is empty */
	g_assert_false(scene.over);
	lamps(&scene, 2, WIRE_COUNT, WIRE_YELLOW);
	lamps(&scene, 2, WIRE_YELLOW, WIRE_COUNT);
	g_assert_true(scene_await_over(&scene));
	g_assert_cmpuint(bench_slot_of(scene.bench, 1), ==, 0);
	scene_close(&scene);
}

/* Blue asks him for something, and when it stays he presses start once more; only behind power it is a verdict. */
static void test_blue(void)
{
	Scene scene;
	guint presses;

	scene_open(&scene, shift);
	lamps(&scene, 1, WIRE_COUNT, WIRE_BLUE);
	scene_run(&scene, 500);
	lamps(&scene, 1, WIRE_BLUE, WIRE_COUNT);
	scene_run(&scene, 1200);
	g_assert_true(scene_await_start(&scene, 1, 1));
	presses = scene_count(&scene, "1 start 1");
	lamps(&scene, 1, WIRE_COUNT, WIRE_BLUE);
	g_assert_false(wiring_active(bench_wiring(scene.bench), 1, WIRE_START));
	/* By the record: a slow machine sees no finger that is there for 100 ms. */
	for (guint i = 0; i < 500 && scene_count(&scene, "1 start 1") == presses; i++)
		scene_run(&scene, 10);
	g_assert_cmpuint(scene_count(&scene, "1 start 1"), ==, presses + 1);
	g_assert_true(scene_await_start(&scene, 1, 1));
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_BLUE, false);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, true);
	scene_run(&scene, 20);
	lamps(&scene, 1, WIRE_COUNT, WIRE_BLUE);
	scene_run(&scene, 1200);
	g_assert_true(scene_await(&scene, "1 remove 1"));
	g_assert_true(scene_await_start(&scene, 1, 3)); /* blue tells of no board */
	scene_close(&scene);
}

/* A lamp that stays from the board before says nothing of the one that comes. */
static void test_old_lamp(void)
{
	Scene scene;

	scene_open(&scene, shift);
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	scene_run(&scene, 100);
	g_assert_true(scene_await_start(&scene, 1, 1));
	lamps(&scene, 1, WIRE_GREEN, WIRE_COUNT);
	g_assert_true(scene_await_start(&scene, 1, 1));
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	g_assert_true(scene_await(&scene, "1 remove 1"));
	scene_close(&scene);
}

/* Yellow with blue: out of order. */
static void test_broken(void)
{
	Scene scene;

	scene_open(&scene, shift);
	lamps(&scene, 1, WIRE_COUNT, WIRE_COUNT); /* the first boards go in */
	lamps(&scene, 1, WIRE_COUNT, WIRE_YELLOW);
	lamps(&scene, 1, WIRE_YELLOW, WIRE_COUNT);
	g_assert_true(scene_await_start(&scene, 1, 3));
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_YELLOW, true);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_BLUE, true);
	g_assert_cmpuint(scene_await_board(&scene, 1, 0), ==, 0);
	lamps(&scene, 2, WIRE_COUNT, WIRE_GREEN);
	lamps(&scene, 2, WIRE_GREEN, WIRE_COUNT);
	g_assert_true(scene_await_over(&scene));
	scene_close(&scene);
}

/* A station that says nothing does not keep the operator for ever. */
static void test_patience(void)
{
	Scene scene;

	scene_open(&scene, impatient);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	scene_run(&scene, 5500); /* and 2 s for lamps that tell of it no more */
	g_assert_true(scene_await(&scene, "1 gave-up 1"));
	g_assert_true(scene_await_start(&scene, 1, 3));
	scene_close(&scene);
}

/* Nor does one that never takes its scanner: he has one pair of hands, and other slots want them. */
static void test_scanner_of_nobody(void)
{
	Scene scene;

	scene_open(&scene, "virtual: 1\n"
			   "slots: 1\n"
			   "wiring: line\n"
			   "scanners: {desk: {}}\n"
			   "operator: {shift: {patience: 300ms}}\n"
			   "boards: {count: 2, labels: A1}\n");
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	g_assert_true(scene_await(&scene, "1 gave-up 1"));
	g_assert_true(scene_await(&scene, "1 insert 2"));
	g_assert_true(scene_await(&scene, "1 gave-up 2"));
	g_assert_true(scene_await(&scene, "0 away 2"));
	g_assert_false(scene_has(&scene, "scan"));
	g_assert_false(scene_has(&scene, "1 lid 1"));
	g_assert_true(scene_await_over(&scene));
	scene_close(&scene);
}

/* Somebody takes the board that he is about to scan: no board has no label, and he goes on with the next one. */
static void test_scanned_away(void)
{
	Scene scene;

	scene_open(&scene, "virtual: 1\n"
			   "slots: 1\n"
			   "wiring: line\n"
			   "scanners: {desk: {}}\n"
			   "operator: {shift: {patience: 10min}}\n"
			   "boards: {count: 2, labels: A1}\n");
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	g_assert_true(scene_await(&scene, "1 insert 1"));
	scene_run(&scene, 50); /* he waits for his scanner, which nobody has taken yet */
	g_assert_cmpuint(bench_remove(scene.bench, 1), ==, 1);
	g_assert_cmpuint(scene_await_board(&scene, 1, 2), ==, 2);
	scene_run(&scene, 50);
	g_assert_cmpuint(bench_remove(scene.bench, 1), ==, 2);
	g_assert_true(scene_await_over(&scene));
	g_assert_false(scene_has(&scene, "scan"));
	scene_close(&scene);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/shift/lamps", test_shift);
	g_test_add_func("/virtual/shift/blue", test_blue);
	g_test_add_func("/virtual/shift/old-lamp", test_old_lamp);
	g_test_add_func("/virtual/shift/broken", test_broken);
	g_test_add_func("/virtual/shift/patience", test_patience);
	g_test_add_func("/virtual/shift/scanner-of-nobody", test_scanner_of_nobody);
	g_test_add_func("/virtual/shift/scanned-away", test_scanned_away);
	return g_test_run();
}

/* Boards that come and go: slots, and the operator's script. */
#include "lib/scene.h"
#include "lib/world_text.h"

#include <string.h>

/* Board 7's chip under the probe of slot 2: what its SWD wires would read as a unique id. */
static const guint32 *uid_in(const Scene *scene, guint slot)
{
	guint board = bench_board_in(scene->bench, slot);

	return board ? h7_config(board_h7(bench_board(scene->bench, board)))->uid : NULL;
}

static const char script[] = "virtual: 1\n"
			     "slots: 2\n"
			     "wiring: line\n"
			     "operator:\n"
			     "  script:\n"
			     "    - {at: 1s, insert: 3, slot: 2}\n"
			     "    - {at: 2s, close: lid, slot: 2}\n"
			     "    - {at: 3s, press: start}\n"
			     "boards: {count: 3, each: {flashed: true}}\n";

static void test_script(void)
{
	Scene scene;

	scene_open(&scene, script);
	g_assert_cmpuint(bench_board_in(scene.bench, 1), ==, 0);
	scene_run(&scene, 10);
	g_assert_cmpuint(scene_await_board(&scene, 2, 3), ==, 3);
	g_assert_cmpuint(bench_slot_of(scene.bench, 3), ==, 2);
	g_assert_true(scene_has(&scene, "2 insert 3"));
	g_assert_true(scene_has(&scene, "2 present 1"));
	g_assert_true(scene_has(&scene, "2 lid 1"));
	g_assert_false(scene_has(&scene, " 1 lid"));
	g_assert_true(scene_has(&scene, "1 start 1"));
	g_assert_true(wiring_active(bench_wiring(scene.bench), 2, WIRE_START));
	scene_run(&scene, 200);
	g_assert_false(
		wiring_active(bench_wiring(scene.bench), 2, WIRE_START)); /* the finger is gone */
	g_assert_true(wiring_active(bench_wiring(scene.bench), 2, WIRE_LID));
	scene_close(&scene);
}

/* What a slot's wires do reaches the board that lies there, and no other; taken out, it is dead at once. */
static void test_slots(void)
{
	Scene scene;

	scene_open(&scene, script);
	scene_run(&scene, 10);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, true);
	scene_run(&scene, 10);
	g_assert_null(scene_device(&scene, "1-1.1"));
	g_assert_true(bench_insert(scene.bench, 1, 1)); /* into a slot that is under power */
	wiring_drive(bench_wiring(scene.bench), 2, WIRE_POWER, true);
	g_assert_true(scene_await_device(&scene, "1-1.1"));
	g_assert_true(scene_await_device(&scene, "1-1.2"));
	g_assert_cmpuint(bench_remove(scene.bench, 2), ==, 3);
	g_assert_null(scene_device(&scene, "1-1.2"));
	g_assert_false(h7_powered(board_h7(bench_board(scene.bench, 3))));
	g_assert_nonnull(scene_device(&scene, "1-1.1"));
	g_assert_true(
		bench_insert(scene.bench, 2, 2)); /* another one into the same slot: swapped */
	g_assert_true(scene_await_device(&scene, "1-1.2"));
	g_assert_cmphex(
		uid_in(&scene, 2)[0], ==, ((WorldBoard *)scene.world->boards->pdata[1])->uid[0]);
	scene_close(&scene);
}

static void test_refused(void)
{
	Scene scene;

	scene_open(&scene, script);
	scene_run(&scene, 10);
	g_assert_false(bench_insert(scene.bench, 1, 2)); /* board 3 lies there */
	g_assert_false(bench_insert(scene.bench, 3, 1)); /* it lies in slot 2 */
	g_assert_false(bench_insert(scene.bench, 4, 1));
	g_assert_false(bench_insert(scene.bench, 1, 3));
	g_assert_cmpuint(bench_remove(scene.bench, 1), ==, 0);
	g_assert_cmpuint(bench_remove(scene.bench, 2), ==, 3);
	tray_put_away(bench_tray(scene.bench), 3);
	g_assert_false(bench_insert(scene.bench, 3, 1));
	scene_close(&scene);
}

static void expect_mistake(const char *text, const char *message)
{
	g_autofree char *said = NULL;
	g_autoptr(World) world = world_text(text, &said);

	g_assert_null(world);
	if (!strstr(said, message))
		g_error("'%s' is not in: %s", message, said);
}

static void test_mistakes(void)
{
#define ACT(act) "virtual: 1\nslots: 2\nboards: {count: 3}\noperator: {script: [" act "]}\n"
	expect_mistake("virtual: 1\nslots: 2\nboards: {count: 3}\n", "3 boards need 3 slots");
	expect_mistake("virtual: 1\nboards: {count: 65}\n", "65 boards need 65 slots");
	expect_mistake(ACT("{at: 1s, insert: 4, slot: 1}"), "there is no board 4: 'count' is 3");
	expect_mistake(ACT("{at: 1s, insert: 3, slot: 3}"), "there is no slot 3 of 2");
	expect_mistake(ACT("{at: 1s, insert: 3}"), "'insert' needs a 'slot'");
	expect_mistake(ACT("{at: 1s, remove: 3, slot: 1}"), "no 'slot'");
	expect_mistake(
		ACT("{at: 1s, open: lid, close: lid}"), "one of these is wanted: insert, remove");
	expect_mistake(ACT("{at: 1s}"), "one of these is wanted: insert, remove");
	expect_mistake("virtual: 1\nslots: 2\nboards: {count: 1, each: {firmware_port: 1-1.2}}\n"
		       "operator: {}\n",
		"board 1 comes up at the port of a slot");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/script/script", test_script);
	g_test_add_func("/virtual/script/slots", test_slots);
	g_test_add_func("/virtual/script/refused", test_refused);
	g_test_add_func("/virtual/script/mistakes", test_mistakes);
	return g_test_run();
}

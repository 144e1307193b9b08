/* Boards that come and go: slots, the operator's script, and a shift that the lamps lead. */
#include "lib/folder.h"
#include "lib/world_text.h"
#include "operator.h"
#include "vbus_core.h"

#include <string.h>

/* A small world in time 0, without a front end: the test drives what a station would drive. */
typedef struct {
	World *world;
	VLoop *loop;
	VBus *bus;
	Bench *bench;
	Desk *desk;
	Operator *who;
	char *folder, *path;
	FILE *record;
	bool over;
} Scene;

static void on_over(void *data)
{
	((Scene *)data)->over = true;
}

static void scene_open(Scene *scene, const char *text)
{
	g_autofree char *said = NULL;

	*scene = (Scene){.world = world_text(text, &said), .loop = vloop_new(0)};
	g_assert_cmpstr(said, ==, "");
	scene->folder = folder_new();
	scene->path = g_build_filename(scene->folder, "record", NULL);
	scene->record = fopen(scene->path, "we");
	scene->bus = vbus_new(scene->loop, NULL);
	scene->bench = bench_new(scene->loop, scene->bus, scene->world, NULL);
	wiring_record(bench_wiring(scene->bench), scene->record);
	scene->desk =
		desk_new(scene->loop, scene->world, scene->folder, bench_wiring(scene->bench));
	g_assert_nonnull(scene->desk);
	scene->who =
		operator_new(scene->loop, scene->bench, scene->desk, scene->world, on_over, scene);
}

static void scene_close(Scene *scene)
{
	operator_free(scene->who);
	desk_free(scene->desk);
	bench_free(scene->bench);
	fclose(scene->record);
	vbus_free(scene->bus);
	vloop_free(scene->loop);
	world_free(scene->world);
	folder_remove(scene->folder);
	g_free(scene->path);
}

/* How often the record has such a line, whenever it happened. */
static guint times_recorded(const Scene *scene, const char *rest)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	g_assert_true(g_file_get_contents(scene->path, &text, NULL, NULL));
	parts = g_strsplit(text, rest, -1);
	return *text ? g_strv_length(parts) - 1 : 0;
}

static bool recorded(const Scene *scene, const char *rest)
{
	return times_recorded(scene, rest) > 0;
}

static void quit(void *data)
{
	vloop_quit(data);
}

static void run_ms(Scene *scene, unsigned ms)
{
	vloop_window(scene->loop, ms * V_MS, quit, scene->loop);
	vloop_run(scene->loop);
}

/* On a busy machine his hands are late, and the boards. */
static bool await_record(Scene *scene, const char *line)
{
	for (guint i = 0; i < 500 && !recorded(scene, line); i++)
		run_ms(scene, 10);
	return recorded(scene, line);
}

static VDev *device_at(const Scene *scene, const char *path)
{
	const VPort *port = g_hash_table_lookup(scene->bus->ports, path);

	return port && port->enumerated ? port->dev : NULL;
}

static bool await_device(Scene *scene, const char *path)
{
	for (guint i = 0; i < 500 && !device_at(scene, path); i++)
		run_ms(scene, 10);
	return device_at(scene, path) != NULL;
}

static bool await_over(Scene *scene)
{
	for (guint i = 0; i < 500 && !scene->over; i++)
		run_ms(scene, 10);
	return scene->over;
}

/* The board in this slot, when it is the wanted one or does not become it. */
static guint await_board(Scene *scene, guint slot, guint wanted)
{
	for (guint i = 0; i < 500 && bench_board_in(scene->bench, slot) != wanted; i++)
		run_ms(scene, 10);
	return bench_board_in(scene->bench, slot);
}

/*
 * The wanted board is in this slot, its lid is closed, and he has pressed start, which comes at once behind that: from then
 * on a lamp is of it. His finger makes no line of the record where it was still on the button.
 */
static bool await_start(Scene *scene, guint slot, guint wanted)
{
	g_autofree char *insert = g_strdup_printf(" %u insert %u\n", slot, wanted);
	g_autofree char *lid = g_strdup_printf(" %u lid 1\n", slot);

	for (guint i = 0; i < 500; i++) {
		g_autofree char *text = NULL;
		const char *at;

		g_assert_true(g_file_get_contents(scene->path, &text, NULL, NULL));
		at = g_strrstr(text, insert);
		run_ms(scene, 10);
		if (at && strstr(at, lid))
			return bench_board_in(scene->bench, slot) == wanted;
	}
	return false;
}

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
	run_ms(&scene, 10);
	g_assert_cmpuint(await_board(&scene, 2, 3), ==, 3);
	g_assert_cmpuint(bench_slot_of(scene.bench, 3), ==, 2);
	g_assert_true(recorded(&scene, "2 insert 3"));
	g_assert_true(recorded(&scene, "2 present 1"));
	g_assert_true(recorded(&scene, "2 lid 1"));
	g_assert_false(recorded(&scene, " 1 lid"));
	g_assert_true(recorded(&scene, "1 start 1"));
	g_assert_true(wiring_active(bench_wiring(scene.bench), 2, WIRE_START));
	run_ms(&scene, 200);
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
	run_ms(&scene, 10);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, true);
	run_ms(&scene, 10);
	g_assert_null(device_at(&scene, "1-1.1"));
	g_assert_true(bench_insert(scene.bench, 1, 1)); /* into a slot that is under power */
	wiring_drive(bench_wiring(scene.bench), 2, WIRE_POWER, true);
	g_assert_true(await_device(&scene, "1-1.1"));
	g_assert_true(await_device(&scene, "1-1.2"));
	g_assert_cmpuint(bench_remove(scene.bench, 2), ==, 3);
	g_assert_null(device_at(&scene, "1-1.2"));
	g_assert_false(h7_powered(board_h7(bench_board(scene.bench, 3))));
	g_assert_nonnull(device_at(&scene, "1-1.1"));
	g_assert_true(
		bench_insert(scene.bench, 2, 2)); /* another one into the same slot: swapped */
	g_assert_true(await_device(&scene, "1-1.2"));
	g_assert_cmphex(
		uid_in(&scene, 2)[0], ==, ((WorldBoard *)scene.world->boards->pdata[1])->uid[0]);
	scene_close(&scene);
}

static void test_refused(void)
{
	Scene scene;

	scene_open(&scene, script);
	run_ms(&scene, 10);
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
	run_ms(scene, 20);
}

static void test_shift(void)
{
	Scene scene;

	scene_open(&scene, shift);
	run_ms(&scene, 20);
	g_assert_cmpuint(bench_board_in(scene.bench, 1), ==, 0); /* there is no station yet */
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	run_ms(&scene, 20);
	g_assert_true(await_start(&scene, 1, 1));
	g_assert_true(await_start(&scene, 2, 2));
	g_assert_true(wiring_active(bench_wiring(scene.bench), 1, WIRE_LID));
	lamps(&scene, 2, WIRE_COUNT, WIRE_RED);
	g_assert_cmpuint(await_board(&scene, 2, 0), ==, 0); /* out: */
	g_assert_false(wiring_active(bench_wiring(scene.bench), 2, WIRE_LID));
	g_assert_true(await_record(&scene, "2 remove 2"));
	g_assert_true(await_record(&scene, "0 away 2"));
	lamps(&scene, 2, WIRE_RED, WIRE_COUNT); /* the next one only when red is out */
	g_assert_true(await_start(&scene, 2, 3));
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	lamps(&scene, 1, WIRE_GREEN, WIRE_COUNT);
	g_assert_cmpuint(await_board(&scene, 1, 0), ==, 0); /* the tray is empty */
	g_assert_false(scene.over);
	lamps(&scene, 2, WIRE_COUNT, WIRE_YELLOW);
	lamps(&scene, 2, WIRE_YELLOW, WIRE_COUNT);
	g_assert_true(await_over(&scene));
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
	run_ms(&scene, 500);
	lamps(&scene, 1, WIRE_BLUE, WIRE_COUNT);
	run_ms(&scene, 1200);
	g_assert_true(await_start(&scene, 1, 1));
	presses = times_recorded(&scene, "1 start 1");
	lamps(&scene, 1, WIRE_COUNT, WIRE_BLUE);
	g_assert_false(wiring_active(bench_wiring(scene.bench), 1, WIRE_START));
	/* By the record: a slow machine sees no finger that is there for 100 ms. */
	for (guint i = 0; i < 500 && times_recorded(&scene, "1 start 1") == presses; i++)
		run_ms(&scene, 10);
	g_assert_cmpuint(times_recorded(&scene, "1 start 1"), ==, presses + 1);
	g_assert_true(await_start(&scene, 1, 1));
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_BLUE, false);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, true);
	run_ms(&scene, 20);
	lamps(&scene, 1, WIRE_COUNT, WIRE_BLUE);
	run_ms(&scene, 1200);
	g_assert_true(await_record(&scene, "1 remove 1"));
	g_assert_true(await_start(&scene, 1, 3)); /* blue tells of no board */
	scene_close(&scene);
}

/* A lamp that stays from the board before says nothing of the one that comes. */
static void test_old_lamp(void)
{
	Scene scene;

	scene_open(&scene, shift);
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	run_ms(&scene, 100);
	g_assert_true(await_start(&scene, 1, 1));
	lamps(&scene, 1, WIRE_GREEN, WIRE_COUNT);
	g_assert_true(await_start(&scene, 1, 1));
	lamps(&scene, 1, WIRE_COUNT, WIRE_GREEN);
	g_assert_true(await_record(&scene, "1 remove 1"));
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
	g_assert_true(await_start(&scene, 1, 3));
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_YELLOW, true);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_BLUE, true);
	g_assert_cmpuint(await_board(&scene, 1, 0), ==, 0);
	lamps(&scene, 2, WIRE_COUNT, WIRE_GREEN);
	lamps(&scene, 2, WIRE_GREEN, WIRE_COUNT);
	g_assert_true(await_over(&scene));
	scene_close(&scene);
}

/* A station that says nothing does not keep the operator for ever. */
static void test_patience(void)
{
	Scene scene;

	scene_open(&scene, impatient);
	wiring_drive(bench_wiring(scene.bench), 1, WIRE_POWER, false);
	run_ms(&scene, 5500); /* and 2 s for lamps that tell of it no more */
	g_assert_true(await_record(&scene, "1 gave-up 1"));
	g_assert_true(await_start(&scene, 1, 3));
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
	g_assert_true(await_record(&scene, "1 gave-up 1"));
	g_assert_true(await_record(&scene, "1 insert 2"));
	g_assert_true(await_record(&scene, "1 gave-up 2"));
	g_assert_true(await_record(&scene, "0 away 2"));
	g_assert_false(recorded(&scene, "scan"));
	g_assert_false(recorded(&scene, "1 lid 1"));
	g_assert_true(await_over(&scene));
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
	g_assert_true(await_record(&scene, "1 insert 1"));
	run_ms(&scene, 50); /* he waits for his scanner, which nobody has taken yet */
	g_assert_cmpuint(bench_remove(scene.bench, 1), ==, 1);
	g_assert_cmpuint(await_board(&scene, 1, 2), ==, 2);
	run_ms(&scene, 50);
	g_assert_cmpuint(bench_remove(scene.bench, 1), ==, 2);
	g_assert_true(await_over(&scene));
	g_assert_false(recorded(&scene, "scan"));
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
	g_test_add_func("/virtual/shift/script", test_script);
	g_test_add_func("/virtual/shift/slots", test_slots);
	g_test_add_func("/virtual/shift/refused", test_refused);
	g_test_add_func("/virtual/shift/lamps", test_shift);
	g_test_add_func("/virtual/shift/blue", test_blue);
	g_test_add_func("/virtual/shift/old-lamp", test_old_lamp);
	g_test_add_func("/virtual/shift/broken", test_broken);
	g_test_add_func("/virtual/shift/patience", test_patience);
	g_test_add_func("/virtual/shift/scanner-of-nobody", test_scanner_of_nobody);
	g_test_add_func("/virtual/shift/scanned-away", test_scanned_away);
	g_test_add_func("/virtual/shift/mistakes", test_mistakes);
	return g_test_run();
}

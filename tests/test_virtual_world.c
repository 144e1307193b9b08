/* World files: the boards they describe, and the fixture that they stand for. */
#include "core/failure.h"
#include "core/fixture.h"
#include "lib/folder.h"
#include "lib/world_text.h"

#include <string.h>

static void check_boot_faults(const World *world)
{
	const WorldBoard *two = world->boards->pdata[1], *three = world->boards->pdata[2];
	const WorldBoard *four = world->boards->pdata[3], *five = world->boards->pdata[4];

	g_assert_cmphex(two->faults.busy_sector, ==, 0);
	g_assert_cmpuint(two->faults.bad_status, ==, 0);
	g_assert_cmphex(three->faults.busy_sector, ==, 0x08100000);
	g_assert_true(three->faults.lies);
	g_assert_cmpuint(four->faults.bad_status, ==, 2);
	g_assert_cmphex(four->faults.poll_time, ==, 0xFFFFFF);
	g_assert_cmpuint(five->faults.stall_request, ==, 3);
	g_assert_cmpuint(five->faults.vanish_at, ==, 2000);
}

static void check_enumeration(const World *world)
{
	const WorldBoard *one = world->boards->pdata[0], *six = world->boards->pdata[5];
	const WorldBoard *seven = world->boards->pdata[6], *eight = world->boards->pdata[7];

	g_assert_false(one->faults.short_window);
	g_assert_true(six->faults.short_window);
	g_assert_cmpuint(six->faults.window_ns, ==, 0);
	g_assert_true(six->faults.ignores_detach);
	g_assert_cmpint(one->generation, ==, GENERATION_DFU);
	g_assert_cmpint(seven->generation, ==, GENERATION_CDC);
	g_assert_cmphex(seven->faults.bad_sector, ==, 0x08060000);
	g_assert_cmpuint(seven->faults.drop_packet, ==, 9);
	g_assert_cmphex(seven->faults.version, ==, 0xABCD0002);
	g_assert_cmphex(eight->guises[PLUG_BOOTLOADER].vendor, ==, 0x37C5);
	g_assert_cmphex(eight->guises[PLUG_BOOTLOADER].product, ==, 0x9203);
	g_assert_null(eight->guises[PLUG_BOOTLOADER].port);
	g_assert_cmphex(eight->guises[PLUG_FIRMWARE].vendor, ==, 0);
	g_assert_cmpstr(eight->guises[PLUG_FIRMWARE].port, ==, "1-2.8");
}

static void check_drive_faults(const World *world)
{
	const DriveFaults *none = &((WorldBoard *)world->boards->pdata[1])->drive;
	const DriveFaults *six = &((WorldBoard *)world->boards->pdata[5])->drive;
	const DriveFaults *seven = &((WorldBoard *)world->boards->pdata[6])->drive;

	g_assert_cmpuint(none->mount, ==, MOUNT_WORKS);
	g_assert_cmpuint(none->transport, ==, BOT_WORKS);
	g_assert_false(none->flips || none->error_log || none->lost_write || none->capacity);
	g_assert_cmpuint(six->mount, ==, MOUNT_DISK_ERROR);
	g_assert_true(six->error_log && six->flips);
	g_assert_cmpuint(six->flip_block, ==, 300);
	g_assert_cmpuint(six->flip_bit, ==, 4095);
	g_assert_cmpuint(six->late_ns, ==, 2500000000);
	g_assert_cmpuint(seven->transport, ==, BOT_STALL);
	g_assert_cmpuint(seven->at, ==, 9);
	g_assert_cmpuint(seven->times, ==, 0);
	g_assert_cmpuint(seven->capacity, ==, 400);
	g_assert_cmpuint(seven->lost_write, ==, 5);
	g_assert_cmpuint(seven->read_only, ==, 1);
}

static void test_drive_values(void)
{
	g_autofree char *said = NULL, *later = NULL;
	g_autoptr(World) world = world_text("virtual: 1\n"
					    "boards:\n"
					    "  count: 7\n"
					    "  one:\n"
					    "    \"6\":\n"
					    "      drive:\n"
					    "        mount: disk-error\n"
					    "        error_log: true\n"
					    "        flip: {block: 300, bit: 4095}\n"
					    "        late: 2500ms\n"
					    "    \"7\":\n"
					    "      board: openmv-h7plus\n"
					    "      drive:\n"
					    "        transport: {fault: stall, at: 9}\n"
					    "        capacity: 400\n"
					    "        lost_write: 5\n"
					    "        read_only: 1\n",
		&said);
	g_autoptr(World) bad = world_text("virtual: 1\n"
					  "boards: {count: 1, each: {board: pyboard, drive:\n"
					  "  {flip: {block: 1}, transport: {fault: odd}}}}\n",
		&later);
	const WorldBoard *six = world->boards->pdata[5], *seven = world->boards->pdata[6];

	check_drive_faults(world);
	g_assert_cmpstr(six->kind->name, ==, "openmv-h7");
	g_assert_cmpstr(seven->kind->name, ==, "openmv-h7plus");
	g_assert_null(bad);
	g_assert_nonnull(strstr(later, "'board' must be "));
	g_assert_nonnull(strstr(later, "'fault' must be "));
	g_assert_nonnull(strstr(later, "bit"));
}

static void test_values(void)
{
	g_autofree char *said = NULL;
	g_autoptr(World) world =
		world_text("virtual: 1\n"
			   "time: 0.02\n"
			   "seed: 7\n"
			   "recipe: ../r.yaml\n"
			   "boards:\n"
			   "  count: 10\n"
			   "  each: {rom: 0x90, flashed: true}\n"
			   "  one:\n"
			   "    \"10\":\n"
			   "      rom: 0x92\n"
			   "      revision: Y\n"
			   "      uid: 003900353138510D33383539\n"
			   "      stuck: {address: 0x08003a41, bit: 2}\n"
			   "      expect: {verdict: FAIL, code: flash-verify}\n"
			   "    \"2\": {drop_after: 600KiB, rdp: 0xCC}\n"
			   "    \"3\": {busy_sector: 0x08100000, lies: true}\n"
			   "    \"4\": {bad_status: garbage, poll_time: 0xFFFFFF}\n"
			   "    \"5\": {stall_request: 3, vanish_at: 2000}\n"
			   "    \"6\": {window: 0ms, ignores_detach: true}\n"
			   "    \"7\": {bootloader: cdc, bad_sector: 0x08060000,\n"
			   "      drop_packet: 9, cdc_version: 0xABCD0002}\n"
			   "    \"8\": {bootloader_id: \"37C5:9203\",\n"
			   "      firmware_port: \"1-2.8\"}\n",
			&said);
	const WorldBoard *two = world->boards->pdata[1], *ten = world->boards->pdata[9];
	const WorldSlot *slot = world->slots->pdata[9];
	const WorldBox *box = world->boxes->pdata[1];

	g_assert_cmpfloat(world->time, ==, 0.02);
	g_assert_true(g_path_is_absolute(world->recipe));
	g_assert_null(world->fixture);
	g_assert_cmpuint(world->boards->len, ==, 10);
	g_assert_cmphex(two->rev_id, ==, 0x2003);
	g_assert_cmphex(two->rom, ==, 0x90);
	g_assert_cmphex(two->rdp, ==, 0xCC);
	g_assert_cmpuint(two->drop_after, ==, 600 * 1024);
	g_assert_cmpstr(two->verdict, ==, "PASS");
	g_assert_null(two->code);
	check_boot_faults(world);
	check_enumeration(world);
	g_assert_true(ten->flashed);
	g_assert_cmphex(ten->rev_id, ==, 0x1003);
	g_assert_cmphex(ten->rom, ==, 0x92);
	g_assert_cmphex(ten->uid[0], ==, 0x00390035);
	g_assert_cmphex(ten->uid[2], ==, 0x33383539);
	g_assert_cmphex(ten->stuck_address, ==, 0x08003a41);
	g_assert_cmpuint(ten->stuck_bit, ==, 2);
	g_assert_cmpstr(ten->code, ==, "flash-verify");
	g_assert_cmpstr(slot->port, ==, "1-2.2");
	g_assert_cmpstr(slot->probe_port, ==, "2-2.2");
	g_assert_cmpstr(slot->probe_serial, ==, "FLPROBE10");
	g_assert_cmpuint(world->boxes->len, ==, 2);
	g_assert_cmpstr(box->serial, ==, "FLPINS02");
	g_assert_cmpstr(box->port, ==, "3-2");
	g_assert_null(world->hands);
}

/* Every chip of a world has an id of its own, the same each time, another with another seed. */
static void test_uids(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint round = 0; round < 2; round++)
		for (guint seed = 1; seed <= 3; seed++) {
			g_autofree char *said = NULL;
			g_autofree char *text = g_strdup_printf(
				"virtual: 1\nseed: %u\nboards: {count: 64}\n", seed);
			g_autoptr(World) world = world_text(text, &said);

			for (guint i = 0; i < 64; i++) {
				const WorldBoard *board = world->boards->pdata[i];

				g_hash_table_add(
					seen, g_strdup_printf("%08X%08X%08X", board->uid[0],
						      board->uid[1], board->uid[2]));
			}
		}
	g_assert_cmpuint(g_hash_table_size(seen), ==, 3 * 64);
}

static void test_mistakes(void)
{
	g_autofree char *said = NULL, *later = NULL, *ports = NULL;
	g_autoptr(World) world =
		world_text("virtual: 1\n"
			   "time: 101\n"
			   "boards: {count: 221, each: {stuk: 1, rom: 256, poll_time: 0,\n"
			   "  busy_sector: 0x08200000, bad_status: odd, vanish_at: 0}}\n",
			&said);
	g_autoptr(World) other =
		world_text("virtual: 1\n"
			   "boards:\n"
			   "  count: 2\n"
			   "  one:\n"
			   "    \"3\": {rom: 1}\n"
			   "    \"1\": {expect: {verdict: FAIL, code: usb-lost}}\n"
			   "    \"2\": {expect: {verdict: FAIL, code: bad-luck}}\n",
			&later);

	g_autoptr(World) third =
		world_text("virtual: 1\n"
			   "boards:\n"
			   "  count: 3\n"
			   "  one:\n"
			   "    \"2\": {firmware_port: 1-1.8}\n"
			   "    \"3\": {firmware_port: 1-1.1, bootloader_port: 1-1.8}\n",
			&ports);

	g_assert_null(world);
	g_assert_nonnull(strstr(said, "'time' must be 0 to 100, not 101"));
	g_assert_nonnull(strstr(said, "'count' must be 1 to 220, not 221"));
	g_assert_nonnull(strstr(said, "unknown key 'stuk' (did you mean 'stuck'?)"));
	g_assert_nonnull(strstr(said, "'rom' must be 0 to 255, not 256"));
	g_assert_nonnull(strstr(said, "'poll_time' must be 1 to 0xffffff, not 0"));
	g_assert_nonnull(strstr(said, "'busy_sector' must be 0x8000000 to 0x81fffff"));
	g_assert_nonnull(strstr(said, "'bad_status' must be "));
	g_assert_nonnull(strstr(said, "'vanish_at' must be 1 to 0x7fffffff, not 0"));
	g_assert_null(other);
	g_assert_nonnull(strstr(later, ":5:5: error: there is no board 3: 'count' is 2"));
	g_assert_null(third);
	g_assert_nonnull(strstr(ports, "boards 1 and 3 come up at the same port"));
	g_assert_nonnull(strstr(ports, "boards 2 and 3 come up at the same port"));
	g_assert_nonnull(strstr(later, "'usb-lost' is ERROR, not FAIL"));
	g_assert_nonnull(strstr(later, "there is no failure code 'bad-luck'"));
}

static World *load_shipped(const char *name)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *path = g_strdup_printf("fixtures/virtual/worlds/%s.yaml", name);
	World *world = world_load(path, problems);
	g_autofree char *said = problems_text(problems);

	g_assert_cmpstr(said, ==, "");
	return world;
}

static guint count_bad(const World *world)
{
	guint bad = 0;

	for (guint i = 0; i < world->boards->len; i++)
		bad += strcmp(((WorldBoard *)world->boards->pdata[i])->verdict, "PASS") != 0;
	return bad;
}

/* What is shipped, and that the fixtures beside it are what these worlds stand for. */
static void test_shipped(void)
{
	static const struct {
		const char *world;
		guint boards, bad;
	} shipped[] = {{"good", 8, 0}, {"eight-up", 8, 2}, {"faults", 8, 6}, {"enumeration", 8, 6},
		{"thirty-two-up", 32, 0}, {"shift", 200, 6}, {"reformatted", 8, 1},
		{"h7plus", 4, 0}, {"scan", 24, 2}};

	for (gsize i = 0; i < G_N_ELEMENTS(shipped); i++) {
		g_autoptr(World) world = load_shipped(shipped[i].world);
		g_autofree char *text = world_fixture(world, NULL), *there = NULL;

		g_assert_cmpuint(world->boards->len, ==, shipped[i].boards);
		g_assert_cmpuint(count_bad(world), ==, shipped[i].bad);
		g_assert_true(!world->recipe || g_file_test(world->recipe, G_FILE_TEST_IS_REGULAR));
		if (!world->fixture)
			continue;
		g_assert_true(g_file_get_contents(world->fixture, &there, NULL, NULL));
		g_assert_cmpstr(there, ==, text);
	}
}

static void test_fixture(void)
{
	g_autofree char *said = NULL, *text = NULL, *path = NULL;
	g_autoptr(World) world = world_text("virtual: 1\nboards: {count: 64}\n", &said);
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture = NULL;
	char *folder = folder_new();

	text = world_fixture(world, NULL);
	path = folder_write(folder, "f.yaml", text);
	fixture = fixture_load(path, problems);
	folder_remove(folder);
	g_assert_nonnull(fixture);
	for (guint i = 0; i < 64; i++) {
		const WorldSlot *of = world->slots->pdata[i];
		const WorldBox *box = world->boxes->pdata[i / 8];
		const Slot *slot = fixture_slot(fixture, i + 1);

		g_assert_cmpstr(slot->usb, ==, of->port);
		g_assert_cmpstr(slot->probe, ==, of->probe_serial);
		g_assert_cmpstr(slot->pins[SIGNAL_NRST].controller->serial, ==, box->serial);
		g_assert_cmpuint(slot->pins[SIGNAL_NRST].index, ==, 16 + i % 8);
		g_assert_true(slot->pins[SIGNAL_NRST].active_low);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/world/values", test_values);
	g_test_add_func("/virtual/world/drives", test_drive_values);
	g_test_add_func("/virtual/world/uids", test_uids);
	g_test_add_func("/virtual/world/mistakes", test_mistakes);
	g_test_add_func("/virtual/world/shipped", test_shipped);
	g_test_add_func("/virtual/world/fixture", test_fixture);
	return g_test_run();
}

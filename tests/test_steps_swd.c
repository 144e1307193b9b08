/*
 * The steps that use SWD, and what they record and refuse; a stand-in answers for OpenOCD
 * (tests/bin/openocd), a keeper with wires that only remember for the pins.
 */
#include "lib/seen_pins.h"
#include "lib/steps_bench.h"
#include "line/keeper_server.h"
#include "steps/kinds.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UID "333835393138510D00390035"

/* ---- swd.identify -------------------------------------------------------------------------------- */

static void test_identify(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	g_assert_true(steps_run(&bench, &step_swd_identify, "{}", &error));
	g_assert_no_error(error);
	g_assert_cmpstr(bench.values->str, ==,
		"chip.dpidr=0x6BA02477\nchip.device=0x450\nchip.revision=V\nchip.rdp=level 0\n"
		"chip.flash=2048 KiB\nchip.rom=0x91\nchip.uid=" UID "\n");
	g_assert_cmpstr(bench.asked, ==, UID);
}

static void test_forbidden(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	bench.forbidden = TRUE;
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(error, FAILURE_CHIP_BOUND, "another serial");
}

typedef struct {
	const char *memory;
	FailureCode code;
	const char *text, *recorded;
} Case;

static const Case cases[] = {
	{"dpidr=0x0bc11477", FAILURE_CHIP_NOT_ALLOWED, "0x0BC11477", "chip.dpidr=0x0BC11477\n"},
	{"0x5C001000=0x20036483", FAILURE_CHIP_NOT_ALLOWED, "device 0x483; the recipe allows 0x450",
		"chip.device=0x483\n"},
	{"0x5C001000=0x10036450", FAILURE_CHIP_NOT_ALLOWED, "revision Y; the recipe allows V",
		"chip.revision=Y\n"},
	{"0x5C001000=0x20046450", FAILURE_CHIP_NOT_ALLOWED, "revision 0x2004",
		"chip.revision=0x2004\n"},
	{"0x5200201C=0x1f8600f0", FAILURE_CHIP_READ_PROTECTED, "level 1 (RDP 0x00)",
		"chip.rdp=level 1\n"},
	{"0x5200201C=0x1f86ccf0", FAILURE_CHIP_READ_PROTECTED, "level 2", "chip.rdp=level 2\n"},
	{"0x1FF1E880=0x80", FAILURE_CHIP_NOT_ALLOWED, "128 KiB of flash; the recipe allows 2048",
		"chip.flash=128 KiB\n"},
	{"0x1FF1E800=0x0,0x0,0x0", FAILURE_SWD_LINK, "zeros", "chip.rom="},
	{"0x1FF1E800=0xffffffff,0xffffffff,0xffffffff", FAILURE_SWD_LINK, "ones", "chip.rom="},
};

/* What was found is recorded, what it means is said, and nobody is asked about the chip. */
static void test_refused(gconstpointer data)
{
	const Case *is = data;
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, is->memory);
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(error, is->code, is->text);
	g_assert_nonnull(strstr(bench.values->str, is->recorded));
	g_assert_null(bench.asked);
}

static void test_rom(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	guint allowed[] = {0x90, 0x92};
	steps_bench_make(&bench, "");
	g_array_append_vals(bench.recipe.chip_roms, allowed, 2);
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(
		error, FAILURE_CHIP_NOT_ALLOWED, "V9.1 (0x91); the recipe allows 0x90, 0x92");
	g_assert_cmphex(bench.job.rom, ==, 0x91);
}

/* By name, with what is known of it; or with a workaround. */
static void test_rom_rules(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(guint));
	guint version = 0x91;
	g_array_append_val(list, version);
	steps_bench_make(&bench, "");
	bench.recipe.chip_roms_refused = list;
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(error, FAILURE_CHIP_NOT_ALLOWED,
		"V9.1 (0x91), which the recipe refuses. Erase of bank 2 needs clear-status.");
	g_clear_error(&error);
	bench.recipe.chip_roms_refused = NULL;
	bench.recipe.chip_roms_workaround = list;
	g_assert_true(steps_run(&bench, &step_swd_identify, "{}", &error));
}

/* A later step finds another chip under the probe. */
static void test_swapped(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	g_strlcpy(bench.job.uid, "333835393138510D00390036", sizeof bench.job.uid);
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(error, FAILURE_BOARD_SWAPPED,
		"the one that was identified is 333835393138510D00390036");
	g_assert_null(bench.asked);
}

static void test_no_probe(void)
{
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	bench.slot.probe = NULL;
	g_assert_false(steps_run(&bench, &step_swd_identify, "{}", &error));
	steps_assert_failed(error, FAILURE_PROBE_MISSING, "slot 3 has no probe");
}

/* ---- power ------------------------------------------------------------------------------------------ */

typedef struct {
	KeeperWires wires;
	GString *seen; /* "A2=1 " */
	int listener, lifeline[2];
} Keeper;

static gboolean remember(
	gpointer data, const Controller *controller, guint32 pins, guint32 levels, GError **error)
{
	seen_pins(((Keeper *)data)->seen, pins, levels);
	return TRUE;
}

static gpointer keep(gpointer data)
{
	Keeper *keeper = data;
	keeper_serve(&keeper->wires, keeper->listener, keeper->lifeline[0], -1);
	return NULL;
}

/* What a power step does to the wires of a slot that has these. */
static char *wires_of(StepsBench *bench, const char *args)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) slots = g_ptr_array_new();
	g_autofree char *path = g_build_filename(bench->dir, "s", NULL);
	Keeper keeper = {.seen = g_string_new(NULL), .listener = keeper_listen(path, &error)};
	g_assert_no_error(error);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, keeper.lifeline), ==, 0);
	g_ptr_array_add(slots, &bench->slot);
	bench->fixture.slots = slots;
	keeper.wires = (KeeperWires){.fixture = &bench->fixture, .set = remember, .data = &keeper};
	GThread *thread = g_thread_new("keeper", keep, &keeper);
	bench->job.pins = pins_connect(path, &error);
	g_assert_no_error(error);
	g_assert_true(steps_run(bench, &step_power, args, &error));
	g_assert_no_error(error);
	g_clear_pointer(&bench->job.pins, pins_free);
	close(keeper.lifeline[1]);
	g_thread_join(thread);
	close(keeper.lifeline[0]);
	close(keeper.listener);
	g_remove(path);
	bench->fixture.slots = NULL;
	return g_string_free(keeper.seen, FALSE);
}

static void assert_wires(StepsBench *bench, const char *args, const char *expected)
{
	g_autofree char *seen = wires_of(bench, args);
	g_assert_cmpstr(seen, ==, expected);
}

static void test_power(void)
{
	static const Controller controller = {
		.name = "first", .chip = "FT4232H", .serial = "FT000001"};
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	g_assert_false(steps_run(&bench, &step_power, "{state: on}", &error));
	steps_assert_failed(error, FAILURE_PINS_MISSING, "slot 3 has no power wire");
	bench.slot.pins[SIGNAL_POWER] = (Pin){&controller, "A2", 2, FALSE};
	assert_wires(&bench, "{state: on}", "A2=1 ");
	bench.slot.pins[SIGNAL_BOOT0] = (Pin){&controller, "B2", 10, FALSE};
	bench.slot.pins[SIGNAL_NRST] = (Pin){&controller, "C2", 18, TRUE};
	assert_wires(&bench, "{state: on}", "B2=0 C2=1 A2=1 ");
	assert_wires(&bench, "{state: off}", "A2=0 B2=0 ");
	assert_wires(&bench, "{state: cycle, off_time: 10ms}", "A2=0 B2=0 B2=0 C2=1 A2=1 ");
}

/* Before power goes, the probe is let go. */
static void test_power_off_closes(void)
{
	static const Controller controller = {
		.name = "first", .chip = "FT4232H", .serial = "FT000001"};
	g_auto(StepsBench) bench;
	g_autoptr(GError) error = NULL;
	steps_bench_make(&bench, "");
	bench.slot.pins[SIGNAL_POWER] = (Pin){&controller, "A2", 2, TRUE};
	g_assert_true(steps_run(&bench, &step_swd_identify, "{}", &error));
	g_assert_nonnull(bench.job.openocd);
	assert_wires(&bench, "{state: off}", "A2=1 ");
	g_assert_null(bench.job.openocd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	steps_bench_path();
	g_test_add_func("/steps/identify", test_identify);
	g_test_add_func("/steps/identify/forbidden", test_forbidden);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name =
			g_strdup_printf("/steps/identify/refused %s", cases[i].memory);
		g_test_add_data_func(name, &cases[i], test_refused);
	}
	g_test_add_func("/steps/identify/rom", test_rom);
	g_test_add_func("/steps/identify/rom-rules", test_rom_rules);
	g_test_add_func("/steps/identify/swapped", test_swapped);
	g_test_add_func("/steps/identify/no-probe", test_no_probe);
	g_test_add_func("/steps/power", test_power);
	g_test_add_func("/steps/power/off-closes", test_power_off_closes);
	return g_test_run();
}

/*
 * The steps that use SWD, and what they record and refuse; a stand-in answers for OpenOCD
 * (tests/bin/openocd), a keeper with wires that only remember for the pins.
 */
#include "core/failure.h"
#include "line/keeper_server.h"
#include "steps/job.h"
#include "steps/kinds.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define UID "333835393138510D00390035"

/* ---- a job of a test's own -------------------------------------------------------------------- */

typedef struct {
	char *dir;
	Recipe recipe;
	Fixture fixture;
	Slot slot;
	Job job;
	GString *values;    /* "name=text\n" */
	char *asked;        /* the UID that the step asked about */
	gboolean forbidden; /* the answer is no */
} Bench;

static void emit(const Event *event, gpointer data)
{
	Bench *bench = data;
	if (event->kind == EVENT_VALUE && event->text != NULL)
		g_string_append_printf(bench->values, "%s=%s\n", event->name, event->text);
	else if (event->kind == EVENT_VALUE)
		g_string_append_printf(
			bench->values, "%s=%g %s\n", event->name, event->value, event->unit);
}

static gboolean identify(const char *uid, gpointer data, GError **error)
{
	Bench *bench = data;
	bench->asked = g_strdup(uid);
	if (bench->forbidden)
		g_set_error(error, FAILURE, FAILURE_CHIP_BOUND, "it has another serial");
	return !bench->forbidden;
}

static GArray *list_of(guint value)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(guint));
	if (value != 0)
		g_array_append_val(list, value);
	return list;
}

static void bench_make(Bench *bench, const char *memory)
{
	*bench = (Bench){.dir = g_dir_make_tmp("flashline-steps-XXXXXX", NULL)};
	bench->values = g_string_new(NULL);
	bench->recipe = (Recipe){.name = "test",
		.chip_device = 0x450,
		.chip_revisions = list_of(0x2003),
		.chip_roms = list_of(0),
		.chip_flash_kib = 2048,
		.images = g_ptr_array_new()};
	bench->fixture = (Fixture){.name = "bench", .swd_khz = 4000};
	bench->slot = (Slot){.number = 3, .usb = "1-3", .probe = "PROBE-0003"};
	bench->job = (Job){.recipe = &bench->recipe,
		.fixture = &bench->fixture,
		.slot = &bench->slot,
		.work_dir = bench->dir,
		.emit = emit,
		.identify = identify,
		.data = bench};
	setenv("STANDIN_DIR", bench->dir, 1);
	setenv("STANDIN_MEMORY", memory, 1);
	setenv("STANDIN", "", 1);
}

static void bench_clear(Bench *bench)
{
	static const char *const files[] = {"told", "flash", "chunk.bin", "image.bin", "boot.bin"};
	job_close_openocd(&bench->job);
	job_forget_measured(&bench->job);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(bench->dir, files[i], NULL);
		g_remove(path);
	}
	g_assert_cmpint(g_rmdir(bench->dir), ==, 0);
	g_array_unref(bench->recipe.chip_revisions);
	g_array_unref(bench->recipe.chip_roms);
	g_ptr_array_unref(bench->recipe.images);
	g_string_free(bench->values, TRUE);
	g_free(bench->asked);
	g_free(bench->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

/* Runs one step with these arguments, written as in a recipe. */
static gboolean run_step(Bench *bench, const StepKind *kind, const char *args, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) node = node_read("test", args, strlen(args), problems);
	g_assert_nonnull(node);
	schema_check(node, kind->fields, problems);
	g_autofree char *text = problems_text(problems);
	g_assert_cmpstr(text, ==, "");
	const Step step = {.id = "it", .kind = kind, .args = node};
	watch_begin(&bench->job.watch, 20000, 0);
	return kind->run(&bench->job, &step, error);
}

static void assert_failed(const GError *error, FailureCode code, const char *text)
{
	g_assert_error(error, FAILURE, (int)code);
	if (strstr(error->message, text) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, text);
}

/* ---- swd.identify -------------------------------------------------------------------------------- */

static void test_identify(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "");
	g_assert_true(run_step(&bench, &step_swd_identify, "{}", &error));
	g_assert_no_error(error);
	g_assert_cmpstr(bench.values->str, ==,
		"chip.dpidr=0x6BA02477\nchip.device=0x450\nchip.revision=V\nchip.rdp=level 0\n"
		"chip.flash=2048 KiB\nchip.rom=0x91\nchip.uid=" UID "\n");
	g_assert_cmpstr(bench.asked, ==, UID);
}

static void test_forbidden(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "");
	bench.forbidden = TRUE;
	g_assert_false(run_step(&bench, &step_swd_identify, "{}", &error));
	assert_failed(error, FAILURE_CHIP_BOUND, "another serial");
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
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->memory);
	g_assert_false(run_step(&bench, &step_swd_identify, "{}", &error));
	assert_failed(error, is->code, is->text);
	g_assert_nonnull(strstr(bench.values->str, is->recorded));
	g_assert_null(bench.asked);
}

static void test_rom(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	guint allowed[] = {0x90, 0x92};
	bench_make(&bench, "");
	g_array_append_vals(bench.recipe.chip_roms, allowed, 2);
	g_assert_false(run_step(&bench, &step_swd_identify, "{}", &error));
	assert_failed(error, FAILURE_CHIP_NOT_ALLOWED, "V9.1 (0x91); the recipe allows 0x90, 0x92");
	g_assert_cmphex(bench.job.rom, ==, 0x91);
}

/* By name, with what is known of it; or with a workaround. */
static void test_rom_rules(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(guint));
	guint version = 0x91;
	g_array_append_val(list, version);
	bench_make(&bench, "");
	bench.recipe.chip_roms_refused = list;
	g_assert_false(run_step(&bench, &step_swd_identify, "{}", &error));
	assert_failed(error, FAILURE_CHIP_NOT_ALLOWED,
		"V9.1 (0x91), which the recipe refuses. Erase of bank 2 needs clear-status.");
	g_clear_error(&error);
	bench.recipe.chip_roms_refused = NULL;
	bench.recipe.chip_roms_workaround = list;
	g_assert_true(run_step(&bench, &step_swd_identify, "{}", &error));
}

static void test_no_probe(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "");
	bench.slot.probe = NULL;
	g_assert_false(run_step(&bench, &step_swd_identify, "{}", &error));
	assert_failed(error, FAILURE_PROBE_MISSING, "slot 3 has no probe");
}

/* ---- swd.program ---------------------------------------------------------------------------------- */

enum { IMAGE_SIZE = 40000 };

static void add_image(Bench *bench, Image *image, guint64 address)
{
	g_autofree char *path = g_build_filename(bench->dir, "boot.bin", NULL);
	g_autofree char *bytes = g_strnfill(IMAGE_SIZE, ':');
	g_assert_true(g_file_set_contents(path, bytes, IMAGE_SIZE, NULL));
	*image = (Image){.name = "boot",
		.path = g_intern_string(path),
		.sha256 = g_compute_checksum_for_data(
			G_CHECKSUM_SHA256, (const guchar *)bytes, IMAGE_SIZE),
		.address = address,
		.size_max = 0x20000};
	g_ptr_array_add(bench->recipe.images, image);
}

static char *file_of(const Bench *bench, const char *name)
{
	g_autofree char *path = g_build_filename(bench->dir, name, NULL);
	char *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

static void test_program(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	Image image;
	bench_make(&bench, "");
	add_image(&bench, &image, 0x08000000);
	g_assert_true(run_step(&bench, &step_swd_program, "{image: boot}", &error));
	g_assert_no_error(error);
	g_assert_null(bench.job.openocd); /* the probe is let go */
	g_autofree char *expected = g_strdup_printf("image.boot=%s\n", image.sha256);
	g_assert_cmpstr(bench.values->str, ==, expected);
	g_autofree char *flash = file_of(&bench, "flash");
	g_assert_cmpuint(strspn(flash, ":"), ==, IMAGE_SIZE);
	g_autofree char *told = file_of(&bench, "told");
	g_assert_true(g_str_has_suffix(told, "reset halt; resume\nread_memory 0xE000EDF0 32 1\n"
					     "read_memory 0xE000EDF0 32 1\n"));
	g_free((char *)image.sha256);
}

static void test_program_halted(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	Image image;
	bench_make(&bench, "");
	add_image(&bench, &image, 0x08000000);
	g_assert_true(run_step(&bench, &step_swd_program, "{image: boot, run: false}", &error));
	g_assert_nonnull(bench.job.openocd);
	g_autofree char *told = file_of(&bench, "told");
	g_assert_null(strstr(told, "resume"));
	g_free((char *)image.sha256);
}

static void test_image_changed(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	Image image;
	bench_make(&bench, "");
	add_image(&bench, &image, 0x08000000);
	g_assert_true(g_file_set_contents(image.path, "another", -1, NULL));
	g_assert_false(run_step(&bench, &step_swd_program, "{image: boot}", &error));
	assert_failed(error, FAILURE_IMAGE_CHANGED, "boot");
	/* The board was not touched. */
	g_autofree char *told = file_of(&bench, "told");
	g_assert_null(strstr(told, "erase"));
	g_free((char *)image.sha256);
}

static void assert_check(Bench *bench, const char *args, const char *expected)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) node = node_read("test", args, strlen(args), problems);
	const Step step = {.id = "it", .kind = &step_swd_program, .args = node};
	step_swd_program.check(&step, &bench->recipe, problems);
	g_autofree char *text = problems_text(problems);
	if (*expected == '\0')
		g_assert_cmpstr(text, ==, "");
	else if (strstr(text, expected) == NULL)
		g_error("\"%s\" does not say \"%s\"", text, expected);
}

static void test_check(void)
{
	g_auto(Bench) bench;
	Image image;
	bench_make(&bench, "");
	add_image(&bench, &image, 0x08020000);
	assert_check(&bench, "{image: boot}", "");
	assert_check(&bench, "{image: boat}", "test:1:9: error: there is no image 'boat'");
	image.address = 0x08020020;
	assert_check(&bench, "{image: boot}", "needs an address");
	image.address = 0x08200000;
	assert_check(&bench, "{image: boot}", "needs an address");
	image.address = 0;
	assert_check(&bench, "{image: boot}", "needs an address");
	g_free((char *)image.sha256);
}

/* ---- power ------------------------------------------------------------------------------------------ */

typedef struct {
	KeeperWires wires;
	GString *seen; /* "A2=1 " */
	int listener, lifeline[2];
} Keeper;

static gboolean remember(gpointer data, const Pin *pin, gboolean high, GError **error)
{
	Keeper *keeper = data;
	g_string_append_printf(keeper->seen, "%c%u=%d ", pin->channel, pin->pin, high);
	return TRUE;
}

static gpointer keep(gpointer data)
{
	Keeper *keeper = data;
	keeper_serve(&keeper->wires, keeper->listener, keeper->lifeline[0], -1);
	return NULL;
}

/* What a power step does to the wires of a slot that has these. */
static char *wires_of(Bench *bench, const char *args)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) slots = g_ptr_array_new();
	g_autofree char *path = g_build_filename(bench->dir, "s", NULL);
	Keeper keeper = {.seen = g_string_new(NULL), .listener = keeper_listen(path, &error)};
	g_assert_no_error(error);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, keeper.lifeline), ==, 0);
	g_ptr_array_add(slots, &bench->slot);
	bench->fixture.slots = slots;
	keeper.wires = (KeeperWires){&bench->fixture, remember, &keeper};
	GThread *thread = g_thread_new("keeper", keep, &keeper);
	bench->job.pins = pins_connect(path, &error);
	g_assert_no_error(error);
	g_assert_true(run_step(bench, &step_power, args, &error));
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

static void assert_wires(Bench *bench, const char *args, const char *expected)
{
	g_autofree char *seen = wires_of(bench, args);
	g_assert_cmpstr(seen, ==, expected);
}

static void test_power(void)
{
	static const Controller controller = {"first", "FT4232H", "FT000001"};
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "");
	g_assert_false(run_step(&bench, &step_power, "{state: on}", &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 3 has no power wire");
	bench.slot.pins[SIGNAL_POWER] = (Pin){&controller, 'A', 2, FALSE};
	assert_wires(&bench, "{state: on}", "A2=1 ");
	bench.slot.pins[SIGNAL_BOOT0] = (Pin){&controller, 'B', 2, FALSE};
	bench.slot.pins[SIGNAL_NRST] = (Pin){&controller, 'C', 2, TRUE};
	assert_wires(&bench, "{state: on}", "B2=0 C2=1 A2=1 ");
	assert_wires(&bench, "{state: off}", "A2=0 B2=0 ");
	assert_wires(&bench, "{state: cycle, off_time: 10ms}", "A2=0 B2=0 B2=0 C2=1 A2=1 ");
}

/* Before power goes, the probe is let go. */
static void test_power_off_closes(void)
{
	static const Controller controller = {"first", "FT4232H", "FT000001"};
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "");
	bench.slot.pins[SIGNAL_POWER] = (Pin){&controller, 'A', 2, TRUE};
	g_assert_true(run_step(&bench, &step_swd_identify, "{}", &error));
	g_assert_nonnull(bench.job.openocd);
	assert_wires(&bench, "{state: off}", "A2=1 ");
	g_assert_null(bench.job.openocd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* `make check` runs tests from the top of the tree. */
	g_autofree char *bin = g_canonicalize_filename("tests/bin", NULL);
	g_autofree char *path = g_strdup_printf("%s:%s", bin, g_getenv("PATH"));
	setenv("PATH", path, 1);
	g_test_add_func("/steps/identify", test_identify);
	g_test_add_func("/steps/identify/forbidden", test_forbidden);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name =
			g_strdup_printf("/steps/identify/refused %s", cases[i].memory);
		g_test_add_data_func(name, &cases[i], test_refused);
	}
	g_test_add_func("/steps/identify/rom", test_rom);
	g_test_add_func("/steps/identify/rom-rules", test_rom_rules);
	g_test_add_func("/steps/identify/no-probe", test_no_probe);
	g_test_add_func("/steps/program", test_program);
	g_test_add_func("/steps/program/halted", test_program_halted);
	g_test_add_func("/steps/program/image-changed", test_image_changed);
	g_test_add_func("/steps/program/check", test_check);
	g_test_add_func("/steps/power", test_power);
	g_test_add_func("/steps/power/off-closes", test_power_off_closes);
	return g_test_run();
}

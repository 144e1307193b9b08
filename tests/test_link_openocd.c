/*
 * OpenOCD as a child when it does as it should, and values that would be commands if they could.
 * tests/bin/openocd stands in for it; the virtual fixture has the real one.
 */
#include "lib/openocd_bench.h"
#include "link/openocd_probe.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- when all is well ------------------------------------------------------------------------ */

static void test_version(void)
{
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "", 10000);
	g_autofree char *version = openocd_version();
	g_assert_cmpstr(version, ==, "0.12.0");
}

static void test_missing(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	bench_make(&bench, "", 10000);
	setenv("PATH", "/nowhere", 1);
	Openocd *openocd = bench_start(&bench, &error);
	g_autofree char *version = openocd_version();
	setenv("PATH", path, 1);
	g_assert_null(openocd);
	g_assert_null(version);
	assert_failure(error, FAILURE_OPENOCD_MISSING, "openocd");
}

static void test_reading(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	guint32 value = 0, uid[3] = {0};
	bench_make(&bench, "", 10000);
	g_autoptr(Openocd) openocd = bench_start_well(&bench);
	g_assert_true(openocd_dpidr(openocd, &value, &bench.watch, &error));
	g_assert_cmphex(value, ==, 0x6BA02477);
	g_assert_true(openocd_read(openocd, 0x1FF1E800, 32, 3, uid, &bench.watch, &error));
	g_assert_cmphex(uid[0], ==, 0x00390035);
	g_assert_cmphex(uid[2], ==, 0x33383539);
	g_assert_true(openocd_read(openocd, 0x1FF1E7FE, 8, 1, &value, &bench.watch, &error));
	g_assert_cmphex(value, ==, 0x91);
	g_assert_null(openocd_trouble(openocd));
}

static void test_programming(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	bench_make(&bench, "", 30000);
	/* Its last sector is in bank 1, the rest in bank 2. */
	g_assert_true(bench_program(&bench, 0x080E0000, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(bench.phases->str, ==, "connect erase program verify ");
	g_autofree char *path = g_build_filename(bench.dir, "flash", NULL);
	g_autofree char *flash = NULL;
	gsize length = 0;
	g_assert_true(g_file_get_contents(path, &flash, &length, NULL));
	g_assert_cmpmem(flash + 0xE0000, BENCH_IMAGE_SIZE, image, BENCH_IMAGE_SIZE);
	/* Two sectors were erased, and nothing beside them. */
	g_assert_cmphex((guint8)flash[0xE0000 - 1], ==, 0x5A);
	g_assert_cmphex((guint8)flash[0xE0000 + BENCH_IMAGE_SIZE], ==, 0xFF);
	g_assert_cmphex((guint8)flash[0x120000], ==, 0x5A);
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "flash erase_sector 0 7 7\nflash erase_sector 1 0 0\n"));
	g_assert_nonnull(strstr(told, "chunk.bin\" 0x4000\n"));
}

static void test_bad_place(void)
{
	static const guint32 addresses[] = {0x08000020, 0x07FE0000, 0x08200000, 0x081E0000, 0};
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "", 30000);
	g_autoptr(Openocd) openocd = bench_start_well(&bench);
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(openocd_program(
			openocd, addresses[i], image, BENCH_IMAGE_SIZE, 0, &bench.watch, &error));
		assert_failure(error, FAILURE_STATION_INTERNAL, "do not fit");
	}
	g_assert_true(openocd_fits(0x081E0000, 0x20000));
	g_assert_false(openocd_fits(0x081E0000, 0x20001));
	g_assert_false(openocd_fits(0x08000000, 0));
	g_assert_false(openocd_fits(0x108000000, 1));
}

/* ---- comparing ------------------------------------------------------------------------------- */

/* A flash of 0xFF in which these bytes stand from the start of bank 2 on. */
static void lay_down(const OpenocdBench *bench, const guint8 *bytes, gsize length)
{
	g_autofree char *path = g_build_filename(bench->dir, "flash", NULL);
	g_autofree guint8 *flash = g_malloc(0x200000);
	memset(flash, 0xFF, 0x200000);
	memcpy(flash + 0x100000, bytes, length);
	g_assert_true(g_file_set_contents(path, (char *)flash, 0x200000, NULL));
}

static void test_verify(void)
{
	static const struct {
		gsize at, length;
	} ranges[] = {{0, BENCH_IMAGE_SIZE}, {0, 1}, {1, 1}, {0x1FFFF, 2}, {3, 0x20001}};
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "", 30000);
	g_autoptr(Openocd) openocd = bench_start_halted(&bench);
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	lay_down(&bench, image, BENCH_IMAGE_SIZE);
	for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++) {
		gsize at = ranges[i].at, length = ranges[i].length, last = at + length - 1;
		guint32 address = 0x08100000 + (guint32)at;
		g_autoptr(GError) error = NULL;
		g_assert_true(
			openocd_verify(openocd, address, image + at, length, &bench.watch, &error));
		g_assert_no_error(error);
		/* One bit, in its last byte. */
		image[last] ^= 0x10;
		g_assert_false(
			openocd_verify(openocd, address, image + at, length, &bench.watch, &error));
		image[last] ^= 0x10;
		g_autofree char *where =
			g_strdup_printf("0x%08zX holds 0x%02X instead of 0x%02X; 1 of",
				0x08100000 + last, image[last], image[last] ^ 0x10);
		assert_failure(error, FAILURE_FLASH_VERIFY, where);
	}
}

/* QSPI flash and RAM are elsewhere; nothing wraps around. */
static void test_verify_elsewhere(void)
{
	static const struct {
		guint32 address;
		gsize length;
	} places[] = {{0x90000000, 16}, {0x20000000, 16}, {0x08000000, 0}, {0x081FFFFF, 2},
		{0x07FFFFFF, 2}, {0x08000000, G_MAXSIZE}};
	g_auto(OpenocdBench) bench;
	const guint8 bytes[16] = {0};
	bench_make(&bench, "", 30000);
	g_autoptr(Openocd) openocd = bench_start_well(&bench);
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(openocd_verify(
			openocd, places[i].address, bytes, places[i].length, &bench.watch, &error));
		assert_failure(error, FAILURE_STATION_INTERNAL, "do not fit the flash");
	}
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_null(strstr(told, "verify"));
}

static guint same_of(OpenocdBench *bench, const guint8 *image, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Openocd) openocd = bench_start_halted(bench);
	guint same = G_MAXUINT;
	g_assert_true(
		openocd_same(openocd, 0x08100000, image, length, &same, &bench->watch, &error));
	g_assert_no_error(error);
	return same;
}

static void test_same(void)
{
	g_auto(OpenocdBench) bench;
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	bench_make(&bench, "", 30000);
	lay_down(&bench, image, BENCH_IMAGE_SIZE);
	g_assert_cmphex(same_of(&bench, image, BENCH_IMAGE_SIZE), ==, 0x300);
	/* What stands behind an image's end would be gone after an erase. */
	g_assert_cmphex(same_of(&bench, image, BENCH_IMAGE_SIZE - 1), ==, 0x100);
	image[0x1FFFF] ^= 1;
	g_assert_cmphex(same_of(&bench, image, BENCH_IMAGE_SIZE), ==, 0x200);
	image[0x20000] ^= 1;
	g_assert_cmphex(same_of(&bench, image, BENCH_IMAGE_SIZE), ==, 0);
	/* The last one differs in its first word: the chip is not asked for its CRC. */
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_true(g_str_has_suffix(told, "read_memory 0x08120000 32 16\n"));
}

/* What cannot be read is not the same, if the link is sound; and is doubt, if it is not. */
static void test_same_unreadable(void)
{
	g_auto(OpenocdBench) bench;
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	bench_make(&bench,
		"say:Failed~to~read~memory~at~0x08100000 verify_image_checksum.*0x081000", 30000);
	lay_down(&bench, image, BENCH_IMAGE_SIZE);
	g_assert_cmphex(same_of(&bench, image, BENCH_IMAGE_SIZE), ==, 0x200);
	g_autofree char *told = bench_file(&bench, "told");
	/* To begin with, and after it. */
	g_assert_nonnull(strstr(strstr(told, "reset halt") + 1, "reset halt"));
}

static void test_same_broken_link(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	guint same = 0;
	bench_make(&bench, "say:STICKY~ERROR (verify|read_memory 0x20010000)", 30000);
	lay_down(&bench, image, BENCH_IMAGE_SIZE);
	g_autoptr(Openocd) openocd = bench_start_halted(&bench);
	g_assert_false(openocd_same(
		openocd, 0x08100000, image, BENCH_IMAGE_SIZE, &same, &bench.watch, &error));
	assert_failure(error, FAILURE_SWD_LINK, "verifying at 0x08100000: STICKY");
}

/* Only what is not skipped is touched, and everything is verified. */
static void test_skip(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	bench_make(&bench, "", 30000);
	lay_down(&bench, image, BENCH_IMAGE_SIZE - 1);
	g_autoptr(Openocd) openocd = bench_start_halted(&bench);
	g_assert_true(openocd_program(
		openocd, 0x08100000, image, BENCH_IMAGE_SIZE, 0x100, &bench.watch, &error));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "flash erase_sector 1 1 1\nflash write_bank 1 "));
	g_assert_null(strstr(told, "flash erase_sector 1 0 0"));
	g_assert_null(strstr(told, "chunk.bin\" 0x1C000"));
	g_assert_nonnull(strstr(told, "image.bin\" 0x08100000 bin\n"));
	g_assert_nonnull(strstr(told, "image.bin\" 0x08120000 bin\n"));
	/* A skipped sector that is not as it was said to be is found. */
	image[7] ^= 1;
	g_assert_false(openocd_program(
		openocd, 0x08100000, image, BENCH_IMAGE_SIZE, 0x100, &bench.watch, &error));
	assert_failure(error, FAILURE_FLASH_VERIFY, "0x08100007 holds");
}

/* What is 0xFF is not programmed again, and with nothing left to do nothing is done. */
static void test_nothing_to_do(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *image = g_malloc(BENCH_IMAGE_SIZE);
	bench_make(&bench, "", 30000);
	memset(image, 0xFF, BENCH_IMAGE_SIZE);
	image[0x4000] = 0;
	g_autoptr(Openocd) openocd = bench_start_halted(&bench);
	g_assert_true(openocd_program(
		openocd, 0x08000000, image, BENCH_IMAGE_SIZE, 3, &bench.watch, &error));
	g_autofree char *idle = bench_file(&bench, "told");
	g_assert_null(strstr(idle, "chunk.bin"));
	g_assert_true(openocd_program(
		openocd, 0x08000000, image, BENCH_IMAGE_SIZE, 0, &bench.watch, &error));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "chunk.bin\" 0x4000\n"));
	g_assert_null(strstr(told, "chunk.bin\" 0x0\n"));
	g_assert_null(strstr(told, "chunk.bin\" 0x20000\n"));
}

/* ---- hostile words --------------------------------------------------------------------------- */

static void test_serials(void)
{
	static const char *const serials[] = {"A[exec touch pwned]", "A\"; exec touch pwned; \"",
		"", "$x", "{", "a b", "a\nexit", "\\", "a;b", "\xc3\xa4",
		"01234567890123456789012345678901234567890123456789012345678901234"};
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "", 30000);
	for (gsize i = 0; i < G_N_ELEMENTS(serials); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Openocd) openocd =
			openocd_start(serials[i], 4000, bench.work, &bench.watch, &error);
		g_assert_null(openocd);
		assert_failure(error, FAILURE_PROBE_MISSING, "serial");
	}
	/* It was not even started. */
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_cmpstr(told, ==, "");
}

/* No value stands in what OpenOCD is told: neither the serial nor the folder's name. */
static void test_no_value_is_tcl(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "", 30000);
	g_assert_true(bench_program(&bench, 0x08000000, &error));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "probe PROBE-0001\n"));
	g_assert_nonnull(strstr(told, "adapter serial $::env(FLASHLINE_PROBE)"));
	g_assert_null(strstr(told, "exec"));
	g_assert_nonnull(strstr(told, "gdb_port disabled; telnet_port disabled; tcl_port pipe"));
}

/* What the real OpenOCD makes of a hostile serial: TRUE when it ran what stands in brackets. */
static gboolean runs_brackets(const OpenocdBench *bench, const char *openocd, const char *command)
{
	const char *const arguments[] = {openocd, "-c",
		"gdb_port disabled; telnet_port disabled; tcl_port disabled", "-c",
		"adapter driver cmsis-dap", "-c", command, "-c", "shutdown", NULL};
	g_auto(GStrv) environment = g_get_environ();
	g_autofree char *pwned = g_build_filename(bench->dir, "pwned", NULL);
	environment = g_environ_setenv(environment, "FLASHLINE_PROBE", "A[exec touch pwned]", TRUE);
	g_assert_true(g_spawn_sync(bench->dir, (char **)arguments, environment,
		G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
		NULL, NULL));
	return g_remove(pwned) == 0;
}

/* That values are Tcl when they stand in the script, and are not when they come by environment. */
static void test_real_brackets(gconstpointer data)
{
	const char *openocd = data;
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "", 10000);
	if (openocd == NULL) {
		g_test_skip("no OpenOCD installed");
		return;
	}
	g_assert_true(runs_brackets(&bench, openocd, "adapter serial \"A[exec touch pwned]\""));
	g_assert_false(runs_brackets(&bench, openocd, "adapter serial $::env(FLASHLINE_PROBE)"));
}

/* ---- which device a serial names --------------------------------------------------------------- */

static void add_device(
	const OpenocdBench *bench, const char *name, const char *serial, const char *product)
{
	const char *const files[][2] = {
		{"serial", serial}, {"idVendor", "1209\n"}, {"idProduct", product}};
	g_autofree char *folder = g_build_filename(bench->dir, "devices", name, NULL);
	g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(folder, files[i][0], NULL);
		g_assert_true(g_file_set_contents(path, files[i][1], -1, NULL));
	}
}

static void test_probe_find(void)
{
	g_auto(OpenocdBench) bench;
	OpenocdProbe probe = {0};
	bench_make(&bench, "", 10000);
	g_autofree char *devices = g_build_filename(bench.dir, "devices", NULL);
	g_assert_cmpuint(openocd_probe_find(devices, "P1", &probe), ==, 0);
	add_device(&bench, "1-2.3", "P1\n", "2488\n");
	add_device(&bench, "1-2.3:1.0", "P1\n", "0000\n");
	add_device(&bench, "1-2.4", "P10\n", "0001\n");
	add_device(&bench, "1-2.5", "broken\n", "not a number\n");
	g_assert_cmpuint(openocd_probe_find(devices, "P1", &probe), ==, 1);
	g_assert_cmphex(probe.vendor, ==, 0x1209);
	g_assert_cmphex(probe.product, ==, 0x2488);
	g_assert_cmpuint(openocd_probe_find(devices, "broken", &probe), ==, 0);
	g_assert_cmpuint(openocd_probe_find(devices, "", &probe), ==, 0);
	add_device(&bench, "1-3", "P1\n", "2488\n");
	g_assert_cmpuint(openocd_probe_find(devices, "P1", &probe), ==, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_autofree char *real = g_find_program_in_path("openocd");
	bench_path();
	g_test_add_func("/openocd/version", test_version);
	g_test_add_func("/openocd/missing", test_missing);
	g_test_add_func("/openocd/reading", test_reading);
	g_test_add_func("/openocd/programming", test_programming);
	g_test_add_func("/openocd/bad-place", test_bad_place);
	g_test_add_func("/openocd/verify", test_verify);
	g_test_add_func("/openocd/verify/elsewhere", test_verify_elsewhere);
	g_test_add_func("/openocd/same", test_same);
	g_test_add_func("/openocd/same/unreadable", test_same_unreadable);
	g_test_add_func("/openocd/same/broken-link", test_same_broken_link);
	g_test_add_func("/openocd/program/skip", test_skip);
	g_test_add_func("/openocd/program/nothing-to-do", test_nothing_to_do);
	g_test_add_func("/openocd/serials", test_serials);
	g_test_add_func("/openocd/no-value-is-tcl", test_no_value_is_tcl);
	g_test_add_data_func("/openocd/real-brackets", real, test_real_brackets);
	g_test_add_func("/openocd/probe-find", test_probe_find);
	return g_test_run();
}

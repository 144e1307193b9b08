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
			openocd, addresses[i], image, BENCH_IMAGE_SIZE, &bench.watch, &error));
		assert_failure(error, FAILURE_STATION_INTERNAL, "do not fit");
	}
	g_assert_true(openocd_fits(0x081E0000, 0x20000));
	g_assert_false(openocd_fits(0x081E0000, 0x20001));
	g_assert_false(openocd_fits(0x08000000, 0));
	g_assert_false(openocd_fits(0x108000000, 1));
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
	g_test_add_func("/openocd/serials", test_serials);
	g_test_add_func("/openocd/no-value-is-tcl", test_no_value_is_tcl);
	g_test_add_data_func("/openocd/real-brackets", real, test_real_brackets);
	g_test_add_func("/openocd/probe-find", test_probe_find);
	return g_test_run();
}

/*
 * OpenOCD as a child: what becomes of every way in which it may fail, in bounded time and without
 * a process left behind. tests/bin/openocd stands in for it; the virtual fixture has the real one.
 */
#include "core/failure.h"
#include "link/openocd.h"
#include "link/openocd_log.h"
#include "link/openocd_probe.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

/* ---- a stand-in and a folder of a test's own -------------------------------------------------- */

typedef struct {
	char *dir, *work;
	Watch watch;
	volatile gint stop;
	GString *phases;
} Bench;

static void on_progress(const char *phase, guint64 done, guint64 total, gpointer data)
{
	Bench *bench = data;
	g_assert_cmpuint(done, <=, total);
	if (done == total)
		g_string_append_printf(bench->phases, "%s ", phase);
}

static void bench_make(Bench *bench, const char *fault, guint deadline_ms)
{
	*bench = (Bench){.dir = g_dir_make_tmp("flashline-openocd-XXXXXX", NULL)};
	/* A folder whose name would do harm if it were ever read as Tcl. */
	bench->work = g_build_filename(bench->dir, "w [exec touch pwned] $x", NULL);
	g_assert_cmpint(g_mkdir(bench->work, 0700), ==, 0);
	bench->phases = g_string_new(NULL);
	setenv("STANDIN_DIR", bench->dir, 1);
	setenv("STANDIN", fault, 1);
	unsetenv("STANDIN_TIMES");
	watch_begin(&bench->watch, deadline_ms, 0);
	bench->watch.stop = &bench->stop;
	bench->watch.report = on_progress;
	bench->watch.data = bench;
}

static char *bench_file(const Bench *bench, const char *name)
{
	g_autofree char *path = g_build_filename(bench->dir, name, NULL);
	char *bytes = NULL;
	g_file_get_contents(path, &bytes, NULL, NULL);
	return bytes == NULL ? g_strdup("") : bytes;
}

/* Every process that the stand-in ever was is gone, and none is left for us to reap. */
static void assert_no_child(const Bench *bench)
{
	g_autofree char *told = bench_file(bench, "told");
	g_auto(GStrv) lines = g_strsplit(told, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++)
		if (g_str_has_prefix(lines[i], "pid "))
			g_assert_cmpint(kill((pid_t)atoi(lines[i] + 4), 0), ==, -1);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static void remove_all(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *inside = g_build_filename(path, name, NULL);
		remove_all(inside);
	}
	g_remove(path);
}

static void bench_clear(Bench *bench)
{
	assert_no_child(bench);
	remove_all(bench->dir);
	g_free(bench->dir);
	g_free(bench->work);
	g_string_free(bench->phases, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static Openocd *start(Bench *bench, GError **error)
{
	return openocd_start("PROBE-0001", 4000, bench->work, &bench->watch, error);
}

static Openocd *start_well(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	Openocd *openocd = start(bench, &error);
	g_assert_no_error(error);
	return openocd;
}

static guint8 *image_new(gsize length)
{
	guint8 *image = g_malloc(length);
	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)(i * 7 + i / 251);
	return image;
}

/* 128 KiB and some, so that two sectors and a short last chunk take part. */
enum { IMAGE_SIZE = 0x20000 + 0x4000 + 100 };

static gboolean program_at(Bench *bench, guint32 address, GError **error)
{
	g_autoptr(Openocd) openocd = start_well(bench);
	g_autofree guint8 *image = image_new(IMAGE_SIZE);
	return openocd_reset_halt(openocd, &bench->watch, error) &&
	       openocd_program(openocd, address, image, IMAGE_SIZE, &bench->watch, error) &&
	       openocd_reset_run(openocd, &bench->watch, error);
}

static void assert_failed(const GError *error, FailureCode code, const char *text)
{
	g_assert_error(error, FAILURE, (int)code);
	if (strstr(error->message, text) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, text);
}

static double seconds_of(const Bench *bench)
{
	return (double)(g_get_monotonic_time() - bench->watch.begin_us) / G_USEC_PER_SEC;
}

/* ---- when all is well ------------------------------------------------------------------------ */

static void test_version(void)
{
	g_auto(Bench) bench;
	bench_make(&bench, "", 10000);
	g_autofree char *version = openocd_version();
	g_assert_cmpstr(version, ==, "0.12.0");
}

static void test_missing(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	bench_make(&bench, "", 10000);
	setenv("PATH", "/nowhere", 1);
	Openocd *openocd = start(&bench, &error);
	g_autofree char *version = openocd_version();
	setenv("PATH", path, 1);
	g_assert_null(openocd);
	g_assert_null(version);
	assert_failed(error, FAILURE_OPENOCD_MISSING, "openocd");
}

static void test_reading(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	guint32 value = 0, uid[3] = {0};
	bench_make(&bench, "", 10000);
	g_autoptr(Openocd) openocd = start_well(&bench);
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
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *image = image_new(IMAGE_SIZE);
	bench_make(&bench, "", 30000);
	/* Its last sector is in bank 1, the rest in bank 2. */
	g_assert_true(program_at(&bench, 0x080E0000, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(bench.phases->str, ==, "connect erase program verify ");
	g_autofree char *path = g_build_filename(bench.dir, "flash", NULL);
	g_autofree char *flash = NULL;
	gsize length = 0;
	g_assert_true(g_file_get_contents(path, &flash, &length, NULL));
	g_assert_cmpmem(flash + 0xE0000, IMAGE_SIZE, image, IMAGE_SIZE);
	/* Two sectors were erased, and nothing beside them. */
	g_assert_cmphex((guint8)flash[0xE0000 - 1], ==, 0x5A);
	g_assert_cmphex((guint8)flash[0xE0000 + IMAGE_SIZE], ==, 0xFF);
	g_assert_cmphex((guint8)flash[0x120000], ==, 0x5A);
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "flash erase_sector 0 7 7\nflash erase_sector 1 0 0\n"));
	g_assert_nonnull(strstr(told, "chunk.bin\" 0x4000\n"));
}

static void test_bad_place(void)
{
	static const guint32 addresses[] = {0x08000020, 0x07FE0000, 0x08200000, 0x081E0000, 0};
	g_auto(Bench) bench;
	bench_make(&bench, "", 30000);
	g_autoptr(Openocd) openocd = start_well(&bench);
	g_autofree guint8 *image = image_new(IMAGE_SIZE);
	for (gsize i = 0; i < G_N_ELEMENTS(addresses); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(openocd_program(
			openocd, addresses[i], image, IMAGE_SIZE, &bench.watch, &error));
		assert_failed(error, FAILURE_STATION_INTERNAL, "do not fit");
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
	g_auto(Bench) bench;
	bench_make(&bench, "", 30000);
	for (gsize i = 0; i < G_N_ELEMENTS(serials); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Openocd) openocd =
			openocd_start(serials[i], 4000, bench.work, &bench.watch, &error);
		g_assert_null(openocd);
		assert_failed(error, FAILURE_PROBE_MISSING, "serial");
	}
	/* It was not even started. */
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_cmpstr(told, ==, "");
}

/* No value stands in what OpenOCD is told: neither the serial nor the folder's name. */
static void test_no_value_is_tcl(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "", 30000);
	g_assert_true(program_at(&bench, 0x08000000, &error));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_nonnull(strstr(told, "probe PROBE-0001\n"));
	g_assert_nonnull(strstr(told, "adapter serial $::env(FLASHLINE_PROBE)"));
	g_assert_null(strstr(told, "exec"));
	g_assert_nonnull(strstr(told, "gdb_port disabled; telnet_port disabled; tcl_port pipe"));
}

/* ---- which device a serial names --------------------------------------------------------------- */

static void add_device(
	const Bench *bench, const char *name, const char *serial, const char *product)
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
	g_auto(Bench) bench;
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

/* ---- misbehaviour ---------------------------------------------------------------------------- */

typedef struct {
	const char *fault;
	FailureCode code;
	const char *text;
} Case;

/* While starting. */
static const Case starts[] = {
	{"die start", FAILURE_OPENOCD_MISSING, "it hurts"},
	{"die version", FAILURE_OPENOCD_MISSING, "status 3"},
	{"garbage version", FAILURE_OPENOCD_MISSING, "nonsense"},
	{"die adapter", FAILURE_OPENOCD_DIED, "it hurts"},
	{"say:unable~to~find~a~matching~CMSIS-DAP~device adapter", FAILURE_PROBE_MISSING,
		"unable to find"},
	{"say:Error~connecting~DP:~cannot~read~IDR adapter", FAILURE_SWD_NO_TARGET,
		"cannot read IDR"},
	{"say:could~not~claim~interface:~Resource~busy adapter", FAILURE_USB_ACCESS, "busy"},
	{"say:Can't~find~target/stm32h7x.cfg adapter", FAILURE_OPENOCD_MISSING, "Can't find"},
	{"say:something~new adapter", FAILURE_SWD_LINK, "something new"},
};

static void test_start_fails(gconstpointer data)
{
	const Case *is = data;
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->fault, 30000);
	g_autoptr(Openocd) openocd = start(&bench, &error);
	g_assert_null(openocd);
	assert_failed(error, is->code, is->text);
}

/* In the middle of the work. */
static const Case works[] = {
	{"die flash erase", FAILURE_OPENOCD_DIED, "status 3: it hurts"},
	{"abort flash write", FAILURE_OPENOCD_DIED, "signal 6"},
	{"close verify", FAILURE_OPENOCD_DIED, "verifying: OpenOCD was killed"},
	{"garbage reset halt", FAILURE_OPENOCD_DIED, "nonsense"},
	{"stranger flash erase", FAILURE_OPENOCD_DIED, "r99999"},
	{"twice flash erase", FAILURE_OPENOCD_DIED, "nonsense"},
	{"nul flash erase", FAILURE_OPENOCD_DIED, "nonsense"},
	{"codeless flash erase", FAILURE_OPENOCD_DIED, "nonsense"},
	{"flood flash write", FAILURE_OPENOCD_DIED, "nonsense"},
	{"words read_memory", FAILURE_OPENOCD_DIED, "numbers"},
	{"endless flash write", FAILURE_SWD_LINK, "without a word"},
	{"say:wait_flash_op_queue,~time~out~expired,~status:~0x10005 flash erase",
		FAILURE_FLASH_ERASE,
		"erasing the sector at 0x08000000: wait_flash_op_queue, time out"},
	{"say:flash~write~failed,~FLASH_SR~=~0x00050000 flash write", FAILURE_FLASH_PROGRAM,
		"programming at 0x08000000: flash write failed"},
	{"say:timeout~waiting~for~algorithm,~a~target~reset~is~recommended flash write",
		FAILURE_FLASH_PROGRAM, "timeout waiting"},
	{"say:error~reading~data:~No~such~device~(it~may~have~been~disconnected) flash write",
		FAILURE_PROBE_MISSING, "No such device"},
	{"say:Failed~to~write~memory~at~0x20000000 flash write", FAILURE_SWD_LINK,
		"Failed to write"},
	{"stuck flash", FAILURE_FLASH_VERIFY, "0x08004005 holds 0x"},
	{"lie verify", FAILURE_SWD_LINK, "every byte of it reads right"},
};

static void test_work_fails(gconstpointer data)
{
	const Case *is = data;
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->fault, 30000);
	g_assert_false(program_at(&bench, 0x08000000, &error));
	assert_failed(error, is->code, is->text);
}

/* The log keeps the cause, not what follows from it. */
static void test_cause_before_consequence(void)
{
	static const char text[] = "Error: erase time-out or operation error sector 0\r\n"
				   "Error: error reading data: Input/Output Error\n"
				   "Error: failed erasing sectors 0 to 0\nError: half a li";
	g_autoptr(OpenocdLog) log = openocd_log_new();
	FailureCode code = FAILURE_STATION_INTERNAL;
	const char *line = NULL;
	openocd_log_feed(log, "Error: cannot find probe\n", 25);
	openocd_log_mark(log);
	g_assert_false(openocd_log_failure(log, FAILURE_FLASH_ERASE, &code, &line));
	g_assert_null(line);
	for (gsize i = 0; i < strlen(text); i++)
		openocd_log_feed(log, text + i, 1);
	g_assert_true(openocd_log_failure(log, FAILURE_FLASH_ERASE, &code, &line));
	g_assert_cmpint(code, ==, FAILURE_SWD_LINK);
	g_assert_cmpstr(line, ==, "error reading data: Input/Output Error");
	for (guint i = 0; i < 1000; i++)
		openocd_log_feed(log, "\x1b[2Jr\xff\n", 7);
	g_autofree char *tail = openocd_log_tail(log, 500);
	g_assert_null(strchr(tail, '\x1b'));
	g_assert_true(g_utf8_validate(tail, -1, NULL));
	g_assert_cmpuint(strlen(tail), <, 200 * 400);
}

/* ---- silence --------------------------------------------------------------------------------- */

static const Case silences[] = {
	{"mute start", FAILURE_STEP_DEADLINE, "starting OpenOCD"},
	{"mute adapter", FAILURE_STEP_DEADLINE, "connecting"},
	{"mute flash erase", FAILURE_STEP_DEADLINE, "erasing"},
	{"noise flash write", FAILURE_STEP_DEADLINE, "programming"},
	{"drip flash write", FAILURE_STEP_DEADLINE, "programming"},
};

static void test_silence(gconstpointer data)
{
	const Case *is = data;
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->fault, 1500);
	g_autoptr(Openocd) openocd = start(&bench, &error);
	g_autofree guint8 *image = image_new(IMAGE_SIZE);
	g_assert_true(openocd == NULL || !openocd_program(openocd, 0x08000000, image, IMAGE_SIZE,
						 &bench.watch, &error));
	assert_failed(error, is->code, is->text);
	g_assert_cmpfloat(seconds_of(&bench), <, 10);
	/* It is dead before anybody asks for its end. */
	assert_no_child(&bench);
}

static void test_stall(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "mute flash write_bank 0 \\S+ 0x4000", 30000);
	bench.watch.stall_us = G_USEC_PER_SEC;
	g_assert_false(program_at(&bench, 0x08000000, &error));
	assert_failed(error, FAILURE_STEP_STALL, "programming at 0x08004000");
	g_assert_cmpfloat(seconds_of(&bench), <, 10);
}

static gpointer stop_soon(gpointer data)
{
	Bench *bench = data;
	for (;;) {
		g_autofree char *told = bench_file(bench, "told");
		if (strstr(told, "erase_sector") != NULL)
			break;
		g_usleep(10000);
	}
	g_atomic_int_set(&bench->stop, 1);
	return NULL;
}

static void test_stop(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "mute flash erase", 20000);
	GThread *thread = g_thread_new("stop", stop_soon, &bench);
	g_assert_false(program_at(&bench, 0x08000000, &error));
	g_thread_join(thread);
	assert_failed(error, FAILURE_STOPPED, "erasing");
	g_assert_cmpfloat(seconds_of(&bench), <, 10);
}

/* After its death every call says so at once. */
static void test_after_death(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL, again = NULL;
	guint32 value = 0;
	bench_make(&bench, "die read_memory", 20000);
	g_autoptr(Openocd) openocd = start_well(&bench);
	g_assert_false(openocd_read(openocd, 0x1FF1E880, 16, 1, &value, &bench.watch, &error));
	assert_failed(error, FAILURE_OPENOCD_DIED, "it hurts");
	g_assert_false(openocd_dpidr(openocd, &value, &bench.watch, &again));
	assert_failed(again, FAILURE_OPENOCD_DIED, "not running");
	g_autofree char *log = openocd_log(openocd, 50);
	g_assert_nonnull(strstr(log, "it hurts"));
}

/* ---- trying again ---------------------------------------------------------------------------- */

static guint count_of(const char *text, const char *part)
{
	guint count = 0;
	for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
		count++;
	return count;
}

static void test_retry(void)
{
	g_auto(Bench) bench;
	bench_make(&bench, "say:Error~connecting~DP:~cannot~read~IDR adapter", 20000);
	setenv("STANDIN_TIMES", "2", 1);
	g_autoptr(Openocd) openocd = start_well(&bench);
	g_assert_nonnull(strstr(openocd_trouble(openocd), "attempt 2: "));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_cmpuint(count_of(told, "adapter speed 4000; init"), ==, 2);
	g_assert_cmpuint(count_of(told, "adapter speed 1000; init"), ==, 1);
}

static void test_no_retry(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "say:unable~to~find~a~matching~CMSIS-DAP~device adapter", 20000);
	setenv("STANDIN_TIMES", "1", 1);
	g_autoptr(Openocd) openocd = start(&bench, &error);
	g_assert_null(openocd);
	assert_failed(error, FAILURE_PROBE_MISSING, "unable");
}

/* ---- outliving --------------------------------------------------------------------------------- */

/* A job that is killed takes its OpenOCD with it. */
static void test_killed_with_parent(void)
{
	g_auto(Bench) bench;
	bench_make(&bench, "mute reset halt", 20000);
	pid_t job = fork();
	if (job == 0) {
		g_autoptr(GError) error = NULL;
		_exit(program_at(&bench, 0x08000000, &error) ? 0 : 1);
	}
	g_autofree char *told = NULL;
	while (told == NULL || strstr(told, "reset halt") == NULL) {
		g_free(told);
		told = bench_file(&bench, "told");
		g_assert_cmpfloat(seconds_of(&bench), <, 15);
		g_usleep(5000);
	}
	kill(job, SIGKILL);
	g_assert_cmpint(waitpid(job, NULL, 0), ==, job);
	pid_t openocd = (pid_t)atoi(strstr(told, "pid ") + 4);
	/* Its new parent reaps it when it likes: gone, or a zombie, but not running. */
	for (;;) {
		g_autofree char *path = g_strdup_printf("/proc/%d/stat", (int)openocd);
		g_autofree char *stat = NULL;
		if (!g_file_get_contents(path, &stat, NULL, NULL) || strstr(stat, ") Z ") != NULL)
			break;
		g_assert_cmpfloat(seconds_of(&bench), <, 15);
		g_usleep(5000);
	}
	g_autofree char *file = g_build_filename(bench.dir, "told", NULL);
	g_remove(file);
}

static void add_cases(const char *name, const Case *cases, gsize count, GTestDataFunc func)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *path =
			g_strdup_printf("/openocd/%s/%zu %s", name, i + 1, cases[i].fault);
		g_strdelimit(path + strlen("/openocd/") + strlen(name) + 1, "/", '.');
		g_test_add_data_func(path, &cases[i], func);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	/* `make check` runs tests from the top of the tree. */
	g_autofree char *bin = g_canonicalize_filename("tests/bin", NULL);
	g_autofree char *path = g_strdup_printf("%s:%s", bin, g_getenv("PATH"));
	setenv("PATH", path, 1);
	g_test_add_func("/openocd/version", test_version);
	g_test_add_func("/openocd/missing", test_missing);
	g_test_add_func("/openocd/reading", test_reading);
	g_test_add_func("/openocd/programming", test_programming);
	g_test_add_func("/openocd/bad-place", test_bad_place);
	g_test_add_func("/openocd/serials", test_serials);
	g_test_add_func("/openocd/no-value-is-tcl", test_no_value_is_tcl);
	g_test_add_func("/openocd/probe-find", test_probe_find);
	add_cases("start", starts, G_N_ELEMENTS(starts), test_start_fails);
	add_cases("work", works, G_N_ELEMENTS(works), test_work_fails);
	add_cases("silence", silences, G_N_ELEMENTS(silences), test_silence);
	g_test_add_func("/openocd/cause-before-consequence", test_cause_before_consequence);
	g_test_add_func("/openocd/stall", test_stall);
	g_test_add_func("/openocd/stop", test_stop);
	g_test_add_func("/openocd/after-death", test_after_death);
	g_test_add_func("/openocd/retry", test_retry);
	g_test_add_func("/openocd/no-retry", test_no_retry);
	g_test_add_func("/openocd/killed-with-parent", test_killed_with_parent);
	return g_test_run();
}

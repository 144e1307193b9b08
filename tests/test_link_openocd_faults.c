/*
 * OpenOCD as a child: what becomes of every way in which it may fail, in bounded time and without
 * a process left behind. tests/bin/openocd stands in for it.
 */
#include "lib/openocd_bench.h"
#include "link/openocd_log.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

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
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->fault, 30000);
	g_autoptr(Openocd) openocd = bench_start(&bench, &error);
	g_assert_null(openocd);
	assert_failure(error, is->code, is->text);
}

/* In the middle of the work. */
static const Case works[] = {
	{"die flash erase", FAILURE_OPENOCD_DIED, "status 3: it hurts"},
	{"abort flash write", FAILURE_OPENOCD_DIED, "signal 6"},
	{"close verify", FAILURE_OPENOCD_DIED, "verifying at 0x08000000: OpenOCD was killed"},
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
		FAILURE_SWD_LINK, "timeout waiting"},
	{"say:error~reading~data:~No~such~device~(it~may~have~been~disconnected) flash write",
		FAILURE_PROBE_MISSING, "No such device"},
	{"say:Failed~to~write~memory~at~0x20000000 flash write", FAILURE_SWD_LINK,
		"Failed to write"},
	{"stuck flash", FAILURE_FLASH_VERIFY, "0x08004005 holds 0x"},
	{"lie verify", FAILURE_SWD_LINK, "every byte of it reads right"},
};

static void assert_work_fails(OpenocdBench *bench, const Case *is)
{
	g_autoptr(GError) error = NULL;
	bench_make(bench, is->fault, 30000);
	g_assert_false(bench_program(bench, 0x08000000, &error));
	assert_failure(error, is->code, is->text);
}

static void test_work_fails(gconstpointer data)
{
	g_auto(OpenocdBench) bench;
	assert_work_fails(&bench, data);
}

/* A loader that makes no progress tells nothing of the flash, unless that says of itself that it is busy. */
static void test_flash_hangs(void)
{
	static const struct {
		const char *status;
		FailureCode code;
		const char *text;
	} cases[] = {
		{"0x52002010=0x5", FAILURE_FLASH_PROGRAM, "FLASH_SR 0x00000005: the flash"},
		{"0x52002010=0x4", FAILURE_FLASH_PROGRAM, "FLASH_SR 0x00000004: the flash"},
		{"0x52002010=0x10000", FAILURE_SWD_LINK, "timeout waiting for algorithm"},
		{"0x52002110=0x5", FAILURE_SWD_LINK, "timeout waiting for algorithm"},
	};
	const char *fault = "say:timeout~waiting~for~algorithm flash write";

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Case is = {fault, cases[i].code, cases[i].text};
		g_auto(OpenocdBench) bench;
		setenv("STANDIN_MEMORY", cases[i].status, 1);
		assert_work_fails(&bench, &is);
		unsetenv("STANDIN_MEMORY");
	}
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

/* ---- power ------------------------------------------------------------------------------------ */

/* Nothing of what a board did that lost its power, or came since, is taken for the work of the one that was halted. */
static const Case losses[] = {
	{"forget flash erase", FAILURE_POWER_LOST, "erasing the sector at 0x08000000: the mark"},
	{"forget flash write_bank 0 \\S+ 0x4000", FAILURE_POWER_LOST, "programming at 0x08004000"},
	{"forget verify", FAILURE_POWER_LOST, "its RAM does not hold"},
	{"dip flash write", FAILURE_POWER_LOST,
		"its RAM has kept what was left there; RCC_RSR 0x00A00000"},
	{"lose:timeout~waiting~for~algorithm flash write", FAILURE_POWER_LOST,
		"timeout waiting for algorithm; then "},
	{"lose:checksum~mismatch verify", FAILURE_POWER_LOST, "verifying at 0x08000000"},
	{"lose:Failed~to~read~memory~at~0x20010000 flash erase", FAILURE_POWER_LOST, "erasing"},
	{"forget reset halt; resume", FAILURE_POWER_LOST, "resetting the chip to run"},
};

static void test_power_lost(gconstpointer data)
{
	const Case *is = data;
	g_auto(OpenocdBench) bench;
	assert_work_fails(&bench, is);
	/* It was the last that OpenOCD was told, but for a look at the mark. */
	g_autofree char *told = bench_file(&bench, "told");
	const char *where = strchr(is->fault, ' ') + 1;
	g_autofree char *pattern = g_strdup_printf(
		"(?s)%s[^\n]*\n(read_memory 0x(20010000 32 2|580244D0 32 1)\n)*(shutdown\n)?$",
		where);
	g_assert_true(g_regex_match_simple(pattern, told, 0, 0));
}

/* What is compared may be the next board's: nothing is learnt of it. */
static void test_power_lost_comparing(gconstpointer data)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	guint same = 0;
	bench_make(&bench, data, 30000);
	/* So that it finds them alike, up to the CRC. */
	g_autofree guint8 *image = g_malloc(BENCH_IMAGE_SIZE);
	memset(image, 0x5A, BENCH_IMAGE_SIZE);
	g_autoptr(Openocd) openocd = bench_start_halted(&bench);
	g_assert_false(openocd_same(
		openocd, 0x08000000, image, BENCH_IMAGE_SIZE, &same, &bench.watch, &error));
	assert_failure(error, FAILURE_POWER_LOST, "is another one");
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
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, is->fault, 1500);
	g_autoptr(Openocd) openocd = bench_start(&bench, &error);
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	g_assert_true(openocd == NULL || !openocd_reset_halt(openocd, &bench.watch, &error) ||
		      !openocd_program(openocd, 0x08000000, image, BENCH_IMAGE_SIZE, 0,
			      &bench.watch, &error));
	assert_failure(error, is->code, is->text);
	g_assert_cmpfloat(bench_seconds(&bench), <, 10);
	/* It is dead before anybody asks for its end. */
	bench_assert_no_child(&bench);
}

static void test_stall(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "mute flash write_bank 0 \\S+ 0x4000", 30000);
	bench.watch.stall_us = G_USEC_PER_SEC;
	g_assert_false(bench_program(&bench, 0x08000000, &error));
	assert_failure(error, FAILURE_STEP_STALL, "programming at 0x08004000");
	g_assert_cmpfloat(bench_seconds(&bench), <, 10);
}

static gpointer stop_soon(gpointer data)
{
	OpenocdBench *bench = data;
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
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "mute flash erase", 20000);
	GThread *thread = g_thread_new("stop", stop_soon, &bench);
	g_assert_false(bench_program(&bench, 0x08000000, &error));
	g_thread_join(thread);
	assert_failure(error, FAILURE_STOPPED, "erasing");
	g_assert_cmpfloat(bench_seconds(&bench), <, 10);
}

/* After its death every call says so at once. */
static void test_after_death(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL, again = NULL;
	guint32 value = 0;
	bench_make(&bench, "die read_memory", 20000);
	g_autoptr(Openocd) openocd = bench_start_well(&bench);
	g_assert_false(openocd_read(openocd, 0x1FF1E880, 16, 1, &value, &bench.watch, &error));
	assert_failure(error, FAILURE_OPENOCD_DIED, "it hurts");
	g_assert_false(openocd_dpidr(openocd, &value, &bench.watch, &again));
	assert_failure(again, FAILURE_OPENOCD_DIED, "not running");
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
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "say:Error~connecting~DP:~cannot~read~IDR adapter", 20000);
	setenv("STANDIN_TIMES", "2", 1);
	g_autoptr(Openocd) openocd = bench_start_well(&bench);
	g_assert_nonnull(strstr(openocd_trouble(openocd), "attempt 2: "));
	g_autofree char *told = bench_file(&bench, "told");
	g_assert_cmpuint(count_of(told, "adapter speed 4000; init"), ==, 2);
	g_assert_cmpuint(count_of(told, "adapter speed 1000; init"), ==, 1);
}

static void test_no_retry(void)
{
	g_auto(OpenocdBench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench, "say:unable~to~find~a~matching~CMSIS-DAP~device adapter", 20000);
	setenv("STANDIN_TIMES", "1", 1);
	g_autoptr(Openocd) openocd = bench_start(&bench, &error);
	g_assert_null(openocd);
	assert_failure(error, FAILURE_PROBE_MISSING, "unable");
}

/*
 * A bootloader that hands over by a reset, between two looks of a station that is slow: the chip runs. One that is
 * seen to have been reset at each look does not.
 */
static void test_resets(void)
{
	static const struct {
		const char *times;
		gboolean runs;
	} cases[] = {{"1", TRUE}, {"2", TRUE}, {"3", TRUE}, {"99", FALSE}};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(OpenocdBench) bench;
		g_autoptr(GError) error = NULL;
		bench_make(&bench, "resets read_memory 0xE000EDF0", 30000);
		setenv("STANDIN_TIMES", cases[i].times, 1);
		g_autoptr(Openocd) openocd = bench_start_well(&bench);
		g_assert_cmpint(
			openocd_reset_run(openocd, &bench.watch, &error), ==, cases[i].runs);
		if (!cases[i].runs)
			assert_failure(error, FAILURE_SWD_LINK, "keeps resetting");
	}
}

/* ---- outliving --------------------------------------------------------------------------------- */

/* A job that is killed takes its OpenOCD with it. */
static void test_killed_with_parent(void)
{
	g_auto(OpenocdBench) bench;
	bench_make(&bench, "mute reset halt", 20000);
	pid_t job = fork();
	if (job == 0) {
		g_autoptr(GError) error = NULL;
		_exit(bench_program(&bench, 0x08000000, &error) ? 0 : 1);
	}
	g_autofree char *told = NULL;
	while (told == NULL || strstr(told, "reset halt") == NULL) {
		g_free(told);
		told = bench_file(&bench, "told");
		g_assert_cmpfloat(bench_seconds(&bench), <, 15);
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
		g_assert_cmpfloat(bench_seconds(&bench), <, 15);
		g_usleep(5000);
	}
	g_autofree char *file = g_build_filename(bench.dir, "told", NULL);
	g_remove(file);
}

static void add_cases(const char *name, const Case *cases, gsize count, GTestDataFunc func)
{
	for (gsize i = 0; i < count; i++) {
		g_autofree char *path =
			g_strdup_printf("/openocd-faults/%s/%zu %s", name, i + 1, cases[i].fault);
		g_strdelimit(path + strlen("/openocd-faults/") + strlen(name) + 1, "/", '.');
		g_test_add_data_func(path, &cases[i], func);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	bench_path();
	add_cases("start", starts, G_N_ELEMENTS(starts), test_start_fails);
	add_cases("work", works, G_N_ELEMENTS(works), test_work_fails);
	g_test_add_func("/openocd-faults/work/flash-hangs", test_flash_hangs);
	add_cases("power-lost", losses, G_N_ELEMENTS(losses), test_power_lost);
	g_test_add_data_func(
		"/openocd-faults/power-lost/comparing", "forget verify", test_power_lost_comparing);
	g_test_add_data_func("/openocd-faults/power-lost/comparing/unreadable",
		"lose:Failed~to~read~memory read_memory 0x08", test_power_lost_comparing);
	add_cases("silence", silences, G_N_ELEMENTS(silences), test_silence);
	g_test_add_func("/openocd-faults/cause-before-consequence", test_cause_before_consequence);
	g_test_add_func("/openocd-faults/stall", test_stall);
	g_test_add_func("/openocd-faults/stop", test_stop);
	g_test_add_func("/openocd-faults/after-death", test_after_death);
	g_test_add_func("/openocd-faults/retry", test_retry);
	g_test_add_func("/openocd-faults/no-retry", test_no_retry);
	g_test_add_func("/openocd-faults/resets", test_resets);
	g_test_add_func("/openocd-faults/killed-with-parent", test_killed_with_parent);
	return g_test_run();
}

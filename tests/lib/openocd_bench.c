#include "lib/openocd_bench.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

void bench_path(void)
{
	g_autofree char *bin = g_canonicalize_filename("tests/bin", NULL);
	g_autofree char *path = g_strdup_printf("%s:%s", bin, g_getenv("PATH"));
	setenv("PATH", path, 1);
}

static void on_progress(const char *phase, guint64 done, guint64 total, gpointer data)
{
	OpenocdBench *bench = data;
	g_assert_cmpuint(done, <=, total);
	if (done == total)
		g_string_append_printf(bench->phases, "%s ", phase);
}

void bench_make(OpenocdBench *bench, const char *fault, guint deadline_ms)
{
	*bench = (OpenocdBench){.dir = g_dir_make_tmp("flashline-openocd-XXXXXX", NULL)};
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

char *bench_file(const OpenocdBench *bench, const char *name)
{
	g_autofree char *path = g_build_filename(bench->dir, name, NULL);
	char *bytes = NULL;
	g_file_get_contents(path, &bytes, NULL, NULL);
	return bytes == NULL ? g_strdup("") : bytes;
}

/* Every process that the stand-in ever was is gone, and none is left for us to reap. */
void bench_assert_no_child(const OpenocdBench *bench)
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

void bench_clear(OpenocdBench *bench)
{
	bench_assert_no_child(bench);
	remove_all(bench->dir);
	g_free(bench->dir);
	g_free(bench->work);
	g_string_free(bench->phases, TRUE);
}

Openocd *bench_start(OpenocdBench *bench, GError **error)
{
	return openocd_start("PROBE-0001", 4000, bench->work, &bench->watch, error);
}

Openocd *bench_start_well(OpenocdBench *bench)
{
	g_autoptr(GError) error = NULL;
	Openocd *openocd = bench_start(bench, &error);
	g_assert_no_error(error);
	return openocd;
}

Openocd *bench_start_halted(OpenocdBench *bench)
{
	g_autoptr(GError) error = NULL;
	Openocd *openocd = bench_start_well(bench);
	gboolean halted = openocd_reset_halt(openocd, &bench->watch, &error);
	g_assert_no_error(error);
	g_assert_true(halted);
	return openocd;
}

guint8 *bench_image(gsize length)
{
	guint8 *image = g_malloc(length);
	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)(i * 7 + i / 251);
	return image;
}

gboolean bench_program(OpenocdBench *bench, guint32 address, GError **error)
{
	g_autoptr(Openocd) openocd = bench_start_well(bench);
	g_autofree guint8 *image = bench_image(BENCH_IMAGE_SIZE);
	return openocd_reset_halt(openocd, &bench->watch, error) &&
	       openocd_program(
		       openocd, address, image, BENCH_IMAGE_SIZE, 0, &bench->watch, error) &&
	       openocd_reset_run(openocd, &bench->watch, error);
}

void assert_failure(const GError *error, FailureCode code, const char *text)
{
	g_assert_error(error, FAILURE, (int)code);
	if (strstr(error->message, text) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, text);
}

double bench_seconds(const OpenocdBench *bench)
{
	return (double)(g_get_monotonic_time() - bench->watch.begin_us) / G_USEC_PER_SEC;
}

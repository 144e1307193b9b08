#include "lib/steps_bench.h"

#include <glib/gstdio.h>
#include <string.h>

void steps_bench_path(void)
{
	g_autofree char *bin = g_canonicalize_filename("tests/bin", NULL);
	g_autofree char *path = g_strdup_printf("%s:%s", bin, g_getenv("PATH"));
	setenv("PATH", path, 1);
}

static void emit(const Event *event, gpointer data)
{
	StepsBench *bench = data;
	if (event->kind == EVENT_VALUE && event->text != NULL)
		g_string_append_printf(bench->values, "%s=%s\n", event->name, event->text);
	else if (event->kind == EVENT_VALUE)
		g_string_append_printf(
			bench->values, "%s=%g %s\n", event->name, event->value, event->unit);
}

static gboolean identify(const char *uid, gpointer data, GError **error)
{
	StepsBench *bench = data;
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

void steps_bench_make(StepsBench *bench, const char *memory)
{
	*bench = (StepsBench){.dir = g_dir_make_tmp("flashline-steps-XXXXXX", NULL)};
	bench->values = g_string_new(NULL);
	bench->recipe = (Recipe){.name = "test",
		.chip_device = 0x450,
		.chip_revisions = list_of(0x2003),
		.chip_roms = list_of(0),
		.chip_flash_kib = 2048,
		.images = g_ptr_array_new(),
		.keep = g_ptr_array_new()};
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

void steps_bench_clear(StepsBench *bench)
{
	static const char *const files[] = {
		"told", "flash", "chunk.bin", "image.bin", "back.bin", "boot.bin", "boot.hex"};
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
	g_ptr_array_unref(bench->recipe.keep);
	g_string_free(bench->values, TRUE);
	g_free(bench->asked);
	g_free(bench->dir);
}

gboolean steps_run(StepsBench *bench, const StepKind *kind, const char *args, GError **error)
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

void steps_assert_failed(const GError *error, FailureCode code, const char *text)
{
	g_assert_error(error, FAILURE, (int)code);
	if (strstr(error->message, text) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, text);
}

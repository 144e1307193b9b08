/* What has become of a drive whose power was cut, in words that are true. */
#include "core/failure.h"
#include "steps/drive_state.h"

#include <string.h>

/* A volume of "/path=contents" words. */
static FatVolume *volume_new(guint32 id, const char *words)
{
	g_auto(GStrv) files = g_strsplit(words, " ", -1);
	FatVolume *volume = g_new0(FatVolume, 1);

	volume->volume_id = id;
	volume->files = g_ptr_array_new();
	volume->findings = g_ptr_array_new();
	volume->extents = g_array_new(FALSE, FALSE, sizeof(FatExtent));
	volume->directories = g_array_new(FALSE, FALSE, sizeof(FatExtent));
	for (guint i = 0; files[i] && *files[i]; i++) {
		g_auto(GStrv) parts = g_strsplit(files[i], "=", 2);
		FatFile *file = g_new0(FatFile, 1);

		file->path = g_strdup(parts[0]);
		file->directory = !parts[1];
		file->sha256 = g_strdup(parts[1]);
		g_ptr_array_add(volume->files, file);
	}
	return volume;
}

static void volume_free(FatVolume *volume)
{
	for (guint i = 0; i < volume->files->len; i++) {
		FatFile *file = volume->files->pdata[i];

		g_free(file->path);
		g_free(file->sha256);
		g_free(file);
	}
	fat_volume_free(volume);
}

typedef struct {
	const char *name;
	const char *before, *placed, *put; /* before the put, the paths it placed, after it */
	guint32 id;                        /* after the cut; it was 1 */
	const char *now;                   /* after the cut */
	gboolean settled;
	int code; /* -1: kept */
	const char *says;
} Case;

#define DEFAULTS "/main.py=d /README.txt=r /.openmv_disk=0"
#define PUT      "/main.py=p /README.txt=r /.openmv_disk=0 /lib /lib/a.py=a /config.json=c"
#define PLACED   "/main.py /lib/a.py /config.json"

static const Case cases[] = {
	{"kept", DEFAULTS, PLACED, PUT, 1, PUT, TRUE, -1, NULL},
	{"kept, in other letters", DEFAULTS, PLACED, PUT, 1,
		"/MAIN.PY=p /README.TXT=r /.OPENMV_DISK=0 /LIB /LIB/A.PY=a /CONFIG.JSON=c", TRUE,
		-1, NULL},
	{"the firmware's marker is new", "/main.py=d", "/main.py", "/main.py=p", 1,
		"/main.py=p /.openmv_disk=1", TRUE, -1, NULL},
	{"the self-test has removed itself", DEFAULTS " /selftest.py=s", "/main.py",
		"/main.py=p /selftest.py=s", 1, "/main.py=p", TRUE, -1, NULL},
	{"a new volume", DEFAULTS, PLACED, PUT, 2, DEFAULTS, TRUE, FAILURE_DRIVE_REFORMATTED,
		"volume id 00000001 before the power was cut, 00000002 after it"},
	{"a new volume with the same files", DEFAULTS, PLACED, PUT, 2, PUT, TRUE,
		FAILURE_DRIVE_REFORMATTED, "volume id"},
	{"a camera without a clock", DEFAULTS, PLACED, PUT, 1, DEFAULTS, TRUE,
		FAILURE_DRIVE_REFORMATTED, "the firmware's own are there (main.py, README.txt"},
	{"the same on a drive without defaults", "/x=1", PLACED, "/x=1 " PUT, 1, DEFAULTS, FALSE,
		FAILURE_DRIVE_FILE_MISSING, "/x was there"},
	{"a cache that had no time", DEFAULTS, PLACED, PUT, 1, DEFAULTS, FALSE,
		FAILURE_DRIVE_NOT_FLUSHED, "as it was before anything was written"},
	{"not flushed, with another product's files", "/old.py=o", PLACED, PUT, 1, "/old.py=o",
		TRUE, FAILURE_DRIVE_NOT_FLUSHED, NULL},
	{"one missing", DEFAULTS, PLACED, PUT, 1,
		"/main.py=p /README.txt=r /.openmv_disk=0 /lib /lib/a.py=a", TRUE,
		FAILURE_DRIVE_FILE_MISSING, "/config.json was there"},
	{"one changed", DEFAULTS, PLACED, PUT, 1,
		"/main.py=p /README.txt=r /.openmv_disk=0 /lib /lib/a.py=a /config.json=X", TRUE,
		FAILURE_DRIVE_FILE_CHANGED, "/config.json is X after"},
	{"the default main.py alone is back", DEFAULTS, PLACED, PUT, 1,
		"/main.py=d /README.txt=r /.openmv_disk=0 /lib /lib/a.py=a /config.json=c", TRUE,
		FAILURE_DRIVE_FILE_CHANGED, "/main.py is d after"},
	{"a file of another is gone", DEFAULTS, PLACED, PUT, 1,
		"/main.py=p /.openmv_disk=0 /lib /lib/a.py=a /config.json=c", TRUE,
		FAILURE_DRIVE_FILE_MISSING, "/README.txt"},
	{"the firmware has left a complaint", DEFAULTS, PLACED, PUT, 1, PUT " /ERROR.LOG=e", TRUE,
		FAILURE_DRIVE_FILE_UNEXPECTED, "/ERROR.LOG is there"},
	{"a folder became a file", DEFAULTS, PLACED, PUT, 1,
		"/main.py=p /README.txt=r /.openmv_disk=0 /lib=x /lib/a.py=a /config.json=c", TRUE,
		FAILURE_DRIVE_FILE_CHANGED, "before it was a folder"},
	{"nothing was put, and all is there", NULL, NULL, "/own.py=o", 1, "/own.py=o", TRUE, -1,
		NULL},
	{"nothing was put, and the defaults are back", NULL, NULL, "/own.py=o", 1, DEFAULTS, TRUE,
		FAILURE_DRIVE_REFORMATTED, NULL},
	{"an empty drive", DEFAULTS, PLACED, PUT, 1, "", TRUE, FAILURE_DRIVE_REFORMATTED, NULL},
};

static DriveState *state_new(const Case *c)
{
	FatVolume *first = volume_new(1, c->before ? c->before : c->put);
	FatVolume *second = volume_new(1, c->put);
	DriveState *state = g_new0(DriveState, 1);

	state->files = drive_entries(first);
	state->volume_id = 1;
	state->heads = g_ptr_array_new();
	if (c->before) {
		g_auto(GStrv) words = g_strsplit(c->placed, " ", -1);
		g_autoptr(GPtrArray) paths = g_ptr_array_new();

		for (guint i = 0; words[i]; i++)
			g_ptr_array_add(paths, words[i]);
		drive_state_placed(state, second, paths);
	}
	volume_free(first);
	volume_free(second);
	return state;
}

static void test_case(gconstpointer data)
{
	const Case *c = data;
	g_autoptr(DriveState) state = state_new(c);
	FatVolume *now = volume_new(c->id, c->now);
	g_autoptr(GError) error = NULL;
	gboolean kept = drive_state_kept(state, now, NULL, c->settled, &error);

	volume_free(now);
	if (c->code < 0) {
		g_assert_no_error(error);
		g_assert_true(kept);
		return;
	}
	g_assert_false(kept);
	g_assert_error(error, FAILURE, c->code);
	if (c->says && !strstr(error->message, c->says))
		g_test_fail_printf("'%s' does not say '%s'", error->message, c->says);
}

static void test_may_change(void)
{
	const Case *complaint = &cases[14];
	g_autoptr(DriveState) state = state_new(complaint);
	FatVolume *now = volume_new(1, complaint->now);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(paths, (gpointer) "/error.log");
	g_assert_true(drive_state_kept(state, now, paths, TRUE, &error));
	g_assert_no_error(error);
	volume_free(now);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/steps/drive-kept/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_case);
	}
	g_test_add_func("/steps/drive-kept/may change", test_may_change);
	return g_test_run();
}

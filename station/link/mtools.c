#include "link/mtools.h"

#include "core/failure.h"
#include "link/tool.h"

#include <string.h>

enum { BOUND_MS = 20000 }; /* a file of 64 MiB onto a slow disk */

static char **environment_new(void)
{
	char **environment = g_get_environ();

	environment = g_environ_setenv(environment, "MTOOLSRC", "/dev/null", TRUE);
	/* A firmware's geometry is its own. */
	environment = g_environ_setenv(environment, "MTOOLS_SKIP_CHECK", "1", TRUE);
	environment = g_environ_setenv(environment, "SOURCE_DATE_EPOCH", "1577836800", TRUE);
	environment = g_environ_setenv(environment, "TZ", "UTC", TRUE);
	return g_environ_setenv(environment, "LC_ALL", "C", TRUE);
}

static gboolean run(const Mtools *mtools, const char *const *argv, GError **error)
{
	g_auto(GStrv) environment = environment_new();
	g_autofree char *said = NULL;
	int status;
	Tool tool = {.argv = argv, .environment = environment, .bound_ms = BOUND_MS};

	said = tool_run(&tool, &status, mtools->watch, error);
	if (!said)
		return FALSE;
	if (status == 0)
		return TRUE;
	g_strdelimit(g_strchomp(said), "\n", ' ');
	g_set_error(error, FAILURE,
		strstr(said, "Disk full") || strstr(said, "No directory slots")
			? FAILURE_DRIVE_FULL
			: FAILURE_TOOL_FAILED,
		"%s ended with status %d: %s", argv[0], status, *said ? said : "it said nothing");
	return FALSE;
}

/* "::" is what `-i` names. */
static char *on_volume(const char *path)
{
	return g_strconcat("::", path, NULL);
}

gboolean mtools_make_folder(const Mtools *mtools, const char *path, GError **error)
{
	g_autofree char *target = on_volume(path);
	const char *argv[] = {"mmd", "-i", mtools->volume, target, NULL};

	return run(mtools, argv, error);
}

gboolean mtools_remove(const Mtools *mtools, const char *path, GError **error)
{
	g_autofree char *target = on_volume(path);
	const char *argv[] = {"mdel", "-i", mtools->volume, target, NULL};

	return run(mtools, argv, error);
}

gboolean mtools_copy(const Mtools *mtools, const char *from, const char *path, GError **error)
{
	g_autofree char *target = on_volume(path);
	const char *argv[] = {"mcopy", "-Q", "-i", mtools->volume, from, target, NULL};

	return run(mtools, argv, error);
}

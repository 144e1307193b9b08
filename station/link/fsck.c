#include "link/fsck.h"

#include "link/tool.h"

#include <string.h>

enum {
	BOUND_MS = 60000, /* a FAT of 4 million clusters */
	STATUS_CLEAN = 0,
	STATUS_FOUND = 1,
};

/* dosfstools 4.2, with -n. */
static const char *const harmless[] = {
	"^$",
	"^fsck\\.fat [0-9.]+ \\([0-9-]+\\)$",
	"^There is no label in boot sector, but there is volume label '.*' stored in root dir.*$",
	"^  Auto-copying volume label from root directory to boot sector\\.$",
	"^Free cluster summary uninitialized \\(should be [0-9]+\\)$",
	"^Leaving filesystem unchanged\\.$",
	"^.*: [0-9]+ files, [0-9]+/[0-9]+ clusters$",
	/* of the machine, one without the C library's character sets, and not of the volume */
	"^Cannot initialize conversion from codepage [0-9]+ to .*: Invalid argument$",
	"^Cannot initialize conversion from .* to codepage [0-9]+: Invalid argument$",
	"^Using internal CP850 conversion table$",
};

static gboolean is_harmless(const char *line)
{
	for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++)
		if (g_regex_match_simple(harmless[i], line, G_REGEX_DOLLAR_ENDONLY, 0))
			return TRUE;
	return FALSE;
}

static gboolean all_harmless(const char *said)
{
	g_auto(GStrv) lines = g_strsplit(said, "\n", -1);

	for (guint i = 0; lines[i]; i++)
		if (!is_harmless(lines[i]))
			return FALSE;
	return TRUE;
}

gboolean fsck_volume(const char *path, Fsck *fsck, Watch *watch, GError **error)
{
	const char *argv[] = {"fsck.fat", "-n", path, NULL};
	g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "LC_ALL", "C", TRUE);
	int status;

	*fsck = (Fsck){0};
	fsck->said =
		tool_run(&(Tool){.argv = argv, .environment = environment, .bound_ms = BOUND_MS},
			&status, watch, error);
	if (!fsck->said)
		return FALSE;
	/* Its last line is there whenever it came to its end; it does not where it takes this for no FAT
	 * volume at all. */
	fsck->sound = (status == STATUS_CLEAN || status == STATUS_FOUND) &&
		      strstr(fsck->said, " clusters\n") && all_harmless(fsck->said);
	return TRUE;
}

void fsck_clear(Fsck *fsck)
{
	g_clear_pointer(&fsck->said, g_free);
}

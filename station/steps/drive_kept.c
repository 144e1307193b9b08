/* What has become of the files on a drive whose power was cut. */
#include "steps/drive_state.h"

#include "core/failure.h"

/* What the firmware makes when it formats, and what it makes or removes at any boot. */
static const char *const defaults[] = {
	"/main.py", "/README.txt", "/.openmv_disk", "/selftest.py", NULL};
static const char *const its_own[] = {"/.openmv_disk", "/selftest.py", NULL};

static gboolean is_among(const char *const *paths, const char *path)
{
	for (; *paths; paths++)
		if (drive_same_path(*paths, path))
			return TRUE;
	return FALSE;
}

static gboolean may_change(const GPtrArray *paths, const char *path)
{
	for (guint i = 0; paths && i < paths->len; i++)
		if (drive_same_path(paths->pdata[i], path))
			return TRUE;
	return is_among(its_own, path);
}

/* A file whose presence tells that this is the volume that was written: one that the recipe has placed
 * and the firmware would not have made. Without any, whatever is no default file. */
static gboolean is_ours(const DriveState *state, const DriveEntry *entry)
{
	if (!entry->sha256)
		return FALSE;
	if (state->before)
		return entry->placed && !drive_entry_there(state->before, entry);
	return !is_among(defaults, entry->path);
}

/* There were files of ours, and none of them is there. */
static gboolean ours_are_gone(const DriveState *state, const GPtrArray *now)
{
	guint ours = 0;

	for (guint i = 0; i < state->files->len; i++) {
		const DriveEntry *entry = state->files->pdata[i];

		if (!is_ours(state, entry))
			continue;
		if (drive_entry_there(now, entry))
			return FALSE;
		ours++;
	}
	return ours > 0;
}

static gboolean only_defaults(const GPtrArray *now)
{
	for (guint i = 0; i < now->len; i++) {
		const DriveEntry *entry = now->pdata[i];

		if (!is_among(defaults, entry->path))
			return FALSE;
	}
	return TRUE;
}

/* All of these are there, as they were; those that may change, or not. */
static gboolean all_there(const GPtrArray *files, const GPtrArray *now, const GPtrArray *paths)
{
	for (guint i = 0; i < files->len; i++) {
		const DriveEntry *entry = files->pdata[i];

		if (!may_change(paths, entry->path) && !drive_entry_there(now, entry))
			return FALSE;
	}
	return TRUE;
}

/* The names of the files that are there now, a few of them; newly allocated. */
static char *names(const GPtrArray *now)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < now->len && i < 6; i++) {
		const DriveEntry *entry = now->pdata[i];

		g_string_append_printf(text, "%s%s", i ? ", " : "", entry->path + 1);
	}
	if (now->len > 6)
		g_string_append_printf(text, " and %u more", now->len - 6);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean reformatted(
	const DriveState *state, const FatVolume *now, const GPtrArray *files, GError **error)
{
	g_autofree char *there = names(files);

	if (state->volume_id != now->volume_id)
		g_set_error(error, FAILURE, FAILURE_DRIVE_REFORMATTED,
			"volume id %08X before the power was cut, %08X after it; on it now: %s",
			state->volume_id, now->volume_id, there);
	else
		g_set_error(error, FAILURE, FAILURE_DRIVE_REFORMATTED,
			"after the power was cut the recipe's files are gone, and the firmware's "
			"own are there (%s)",
			there);
	return FALSE;
}

static const char *contents(const DriveEntry *entry)
{
	return entry->sha256 ? entry->sha256 : "a folder";
}

static gboolean compare_files(
	const DriveState *state, const GPtrArray *now, const GPtrArray *paths, GError **error)
{
	for (guint i = 0; i < state->files->len; i++) {
		const DriveEntry *wanted = state->files->pdata[i];
		const DriveEntry *there = drive_entry_find(now, wanted->path);

		if (may_change(paths, wanted->path) || drive_entry_there(now, wanted))
			continue;
		if (!there)
			g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_MISSING,
				"%s was there before the power was cut, and is not now",
				wanted->path);
		else
			g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_CHANGED,
				"%s is %s after the power was cut; before it was %s", wanted->path,
				contents(there), contents(wanted));
		return FALSE;
	}
	for (guint i = 0; i < now->len; i++) {
		const DriveEntry *there = now->pdata[i];

		if (may_change(paths, there->path) || drive_entry_find(state->files, there->path))
			continue;
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_UNEXPECTED,
			"%s is there, and was not before the power was cut", there->path);
		return FALSE;
	}
	return TRUE;
}

gboolean drive_state_kept(const DriveState *state, const FatVolume *volume, const GPtrArray *paths,
	gboolean settled, GError **error)
{
	g_autoptr(GPtrArray) now = drive_entries(volume);
	gboolean gone = ours_are_gone(state, now);

	if (state->volume_id != volume->volume_id)
		return reformatted(state, volume, now, error);
	/* A clock that begins anew at each start gives a new volume the id of the old one. */
	if (gone && settled && only_defaults(now))
		return reformatted(state, volume, now, error);
	if (gone && state->before && all_there(state->before, now, paths)) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_NOT_FLUSHED,
			"after the power was cut the drive is as it was before anything was "
			"written to it");
		return FALSE;
	}
	return compare_files(state, now, paths, error);
}

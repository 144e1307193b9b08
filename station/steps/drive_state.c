#include "steps/drive_state.h"

#include "core/failure.h"

#include <string.h>

enum { HEAD_BYTES = 32, BLOCK = 512 };

gboolean drive_same_path(const char *a, const char *b)
{
	g_autofree char *left = g_utf8_casefold(a, -1), *right = g_utf8_casefold(b, -1);

	return strcmp(left, right) == 0;
}

/* ---- lists ----------------------------------------------------------------------------------- */

static void entry_free(gpointer data)
{
	DriveEntry *entry = data;

	g_free(entry->path);
	g_free(entry->sha256);
	g_free(entry);
}

GPtrArray *drive_entries(const FatVolume *volume)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(entry_free);

	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];
		DriveEntry *entry = g_new0(DriveEntry, 1);

		entry->path = g_strdup(file->path);
		entry->sha256 = g_strdup(file->sha256);
		g_ptr_array_add(files, entry);
	}
	return files;
}

const DriveEntry *drive_entry_find(const GPtrArray *files, const char *path)
{
	for (guint i = 0; i < files->len; i++) {
		const DriveEntry *entry = files->pdata[i];

		if (drive_same_path(entry->path, path))
			return entry;
	}
	return NULL;
}

gboolean drive_entry_there(const GPtrArray *files, const DriveEntry *wanted)
{
	const DriveEntry *entry = drive_entry_find(files, wanted->path);

	return entry && g_strcmp0(entry->sha256, wanted->sha256) == 0;
}

/* ---- the state ------------------------------------------------------------------------------- */

static char *head_line(DriveCopy *copy, guint32 number)
{
	const guint8 *block = drive_copy_block(copy, number);
	g_autofree char *sha256 = NULL;
	g_autoptr(GString) line = g_string_new(NULL);

	g_string_append_printf(line, "block %u: ", number);
	if (!block) {
		g_string_append(line, "not read");
		return g_string_free(g_steal_pointer(&line), FALSE);
	}
	sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, block, BLOCK);
	g_string_append_printf(line, "SHA-256 %.16s, begins", sha256);
	for (guint i = 0; i < HEAD_BYTES; i++)
		g_string_append_printf(line, " %02X", block[i]);
	return g_string_free(g_steal_pointer(&line), FALSE);
}

GPtrArray *drive_heads(const FatVolume *volume, DriveCopy *copy)
{
	GPtrArray *heads = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(heads, head_line(copy, 0));
	if (volume->first_block)
		g_ptr_array_add(heads, head_line(copy, volume->first_block));
	if (!volume->clusters)
		return heads;
	g_ptr_array_add(heads, head_line(copy, volume->tables.first));
	if (volume->directories->len)
		g_ptr_array_add(heads,
			head_line(copy, g_array_index(volume->directories, FatExtent, 0).first));
	return heads;
}

DriveState *drive_state_new(const FatVolume *volume, DriveCopy *copy)
{
	DriveState *state = g_new0(DriveState, 1);

	state->files = drive_entries(volume);
	state->volume_id = volume->volume_id;
	state->heads = drive_heads(volume, copy);
	return state;
}

void drive_state_free(DriveState *state)
{
	if (!state)
		return;
	g_clear_pointer(&state->before, g_ptr_array_unref);
	g_ptr_array_unref(state->files);
	g_ptr_array_unref(state->heads);
	g_free(state);
}

void drive_state_placed(DriveState *state, const FatVolume *volume, const GPtrArray *paths)
{
	GPtrArray *was = state->files;

	state->files = drive_entries(volume);
	for (guint i = 0; i < state->files->len; i++) {
		DriveEntry *entry = state->files->pdata[i];
		const DriveEntry *old = drive_entry_find(was, entry->path);

		entry->placed = old && old->placed;
		for (guint j = 0; j < paths->len && !entry->placed; j++)
			entry->placed = drive_same_path(paths->pdata[j], entry->path);
	}
	if (state->before)
		g_ptr_array_unref(was);
	else
		state->before = was;
}

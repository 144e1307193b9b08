/* A walk over a FAT volume, and what comes of it. */
#include "link/fat_parts.h"

#include "core/text.h"

#include <string.h>

enum { FINDINGS_MAX = 100 };

guint16 fat_get16(const guint8 *at)
{
	return (guint16)(at[0] | at[1] << 8);
}

guint32 fat_get32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

/* ---- what was found -------------------------------------------------------------------------- */

static void finding_free(gpointer data)
{
	FatFinding *finding = data;

	g_free(finding->text);
	g_free(finding);
}

static void file_free(gpointer data)
{
	FatFile *file = data;

	g_free(file->path);
	g_free(file->sha256);
	g_free(file);
}

void fat_volume_free(FatVolume *volume)
{
	if (!volume)
		return;
	g_ptr_array_unref(volume->files);
	g_ptr_array_unref(volume->findings);
	g_array_unref(volume->extents);
	g_array_unref(volume->directories);
	g_free(volume->label);
	g_free(volume);
}

const FatFile *fat_file(const FatVolume *volume, const char *path)
{
	g_autofree char *wanted = g_utf8_casefold(path, -1);

	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];
		g_autofree char *name = g_utf8_casefold(file->path, -1);

		if (strcmp(name, wanted) == 0)
			return file;
	}
	return NULL;
}

void fat_note(FatWalk *walk, const char *code, guint32 cluster, const char *format, ...)
{
	FatFinding *finding;
	g_autofree char *text = NULL;
	va_list args;

	if (walk->volume->findings->len >= FINDINGS_MAX)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	finding = g_new0(FatFinding, 1);
	finding->code = code;
	finding->cluster = cluster;
	finding->text = text_clean(text, -1);
	g_ptr_array_add(walk->volume->findings, finding);
}

/* ---- the walk -------------------------------------------------------------------------------- */

static gboolean walk_volume(FatWalk *walk, GError **error)
{
	gboolean usable;

	if (!fat_boot(walk, &usable, error))
		return FALSE;
	if (!usable)
		return TRUE;
	if (!fat_table(walk, error) || !fat_tree(walk, error))
		return FALSE;
	/* When the walk was ended early, what is left over says nothing. */
	if (!walk->full)
		fat_table_leftovers(walk);
	return TRUE;
}

FatVolume *fat_walk(FatRead read, gpointer data, guint32 drive_blocks, GError **error)
{
	g_autoptr(FatVolume) volume = g_new0(FatVolume, 1);
	FatWalk walk = {.read = read, .data = data, .drive_blocks = drive_blocks, .volume = volume};
	gboolean done;

	volume->files = g_ptr_array_new_with_free_func(file_free);
	volume->findings = g_ptr_array_new_with_free_func(finding_free);
	volume->extents = g_array_new(FALSE, FALSE, sizeof(FatExtent));
	volume->directories = g_array_new(FALSE, FALSE, sizeof(FatExtent));
	done = walk_volume(&walk, error);
	fat_extents(&walk);
	g_free(walk.table);
	g_free(walk.owner);
	return done ? g_steal_pointer(&volume) : NULL;
}

#include "steps/drive_place.h"

#include "core/failure.h"
#include "link/drive_change.h"
#include "link/mtools.h"
#include "steps/drive_stage.h"
#include "steps/drive_state.h"

#include <math.h>
#include <string.h>

typedef struct {
	Job *job;
	Drive *drive;
	GPtrArray *files; /* of StagedFile* */
	char *image;      /* the volume's file */
	guint32 blocks;   /* written */
} Put;

/* ---- what is there --------------------------------------------------------------------------- */

static guint32 clusters_of(const FatVolume *volume, guint32 size)
{
	return (guint32)(((guint64)size + volume->cluster_size - 1) / volume->cluster_size);
}

/* Where the drive has something else of this name: a folder where a file shall be. */
static gboolean find_old(const Put *put, StagedFile *file, const FatFile **old, GError **error)
{
	*old = fat_file(put->drive->volume, file->path);
	file->placed = *old && g_strcmp0((*old)->sha256, file->sha256) == 0;
	if (!*old || !(*old)->directory)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_UNEXPECTED,
		"%s is a folder on the drive, the recipe has a file of this name", file->path);
	return FALSE;
}

/* Clusters that the folders on the way need at most: each a new one, and its names. */
static guint32 folder_clusters(const FatVolume *volume, const char *path)
{
	guint32 count = 0;

	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		g_autofree char *folder = g_strndup(path, (gsize)(at - path));

		count += fat_file(volume, folder) ? 0 : 1;
	}
	return count;
}

static gboolean check_space(const Put *put, GError **error)
{
	const FatVolume *volume = put->drive->volume;
	guint64 needed = 0, room = volume->free_clusters;

	for (guint i = 0; i < put->files->len; i++) {
		StagedFile *file = put->files->pdata[i];
		const FatFile *old;

		if (!find_old(put, file, &old, error))
			return FALSE;
		if (file->placed)
			continue;
		needed += clusters_of(volume, file->size) + folder_clusters(volume, file->path);
		room += old ? clusters_of(volume, old->size) : 0;
	}
	if (needed <= room)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DRIVE_FULL,
		"the recipe's files need %" G_GUINT64_FORMAT
		" bytes on the drive, %" G_GUINT64_FORMAT " are free",
		needed * volume->cluster_size, room * volume->cluster_size);
	return FALSE;
}

/* ---- the two changes ------------------------------------------------------------------------- */

static gboolean save(const Put *put, GError **error)
{
	const FatVolume *volume = put->drive->volume;

	return drive_copy_save(
		put->drive->copy, volume->first_block, volume->blocks, put->image, error);
}

/* The volume is walked anew: its blocks count from the drive's first again. */
static gboolean bring(Put *put, GError **error)
{
	guint32 first = put->drive->volume->first_block;
	gint64 begin_us = g_get_monotonic_time();
	DriveChange change;

	if (!drive_change(put->drive->copy, first, put->image, &change, error))
		return FALSE;
	fat_volume_free(change.volume);
	put->blocks += change.blocks;
	if (change.blocks) {
		DriveState *state = put->job->drive;

		if (!state->first_write_us)
			state->first_write_us = begin_us;
		state->last_write_us = g_get_monotonic_time();
	}
	g_clear_pointer(&put->drive->volume, fat_volume_free);
	put->drive->volume =
		fat_walk(drive_copy_read, put->drive->copy, put->drive->scsi.blocks, error);
	return put->drive->volume != NULL;
}

static gboolean remove_old(Put *put, const Mtools *mtools, GError **error)
{
	guint removed = 0;

	if (!save(put, error))
		return FALSE;
	for (guint i = 0; i < put->files->len; i++) {
		const StagedFile *file = put->files->pdata[i];
		const FatFile *old = fat_file(put->drive->volume, file->path);

		if (file->placed || !old)
			continue;
		if (!mtools_remove(mtools, old->path, error))
			return FALSE;
		removed++;
	}
	return !removed || bring(put, error);
}

/* The folders on the way to a file; `made` are those that exist by now. */
static gboolean make_folders(const FatVolume *volume, const Mtools *mtools, const char *path,
	GHashTable *made, GError **error)
{
	for (const char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
		g_autofree char *folder = g_strndup(path, (gsize)(at - path));
		g_autofree char *folded = g_utf8_casefold(folder, -1);

		if (fat_file(volume, folder) || g_hash_table_contains(made, folded))
			continue;
		if (!mtools_make_folder(mtools, folder, error))
			return FALSE;
		g_hash_table_add(made, g_steal_pointer(&folded));
	}
	return TRUE;
}

static gboolean copy_new(Put *put, const Mtools *mtools, GError **error)
{
	g_autoptr(GHashTable) made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint copied = 0;

	if (!save(put, error))
		return FALSE;
	for (guint i = 0; i < put->files->len; i++) {
		const StagedFile *file = put->files->pdata[i];

		if (file->placed)
			continue;
		if (!make_folders(put->drive->volume, mtools, file->path, made, error) ||
			!mtools_copy(mtools, file->from, file->path, error))
			return FALSE;
		copied++;
	}
	return !copied || bring(put, error);
}

/* ---- the proof ------------------------------------------------------------------------------- */

static gboolean check_placed(const Put *put, GError **error)
{
	for (guint i = 0; i < put->files->len; i++) {
		const StagedFile *file = put->files->pdata[i];
		const FatFile *there = fat_file(put->drive->volume, file->path);

		if (there && g_strcmp0(there->sha256, file->sha256) == 0)
			continue;
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"%s was put on the drive and is not there", file->path);
		return FALSE;
	}
	return TRUE;
}

static void record(Put *put)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	Job *job = put->job;

	for (guint i = 0; i < put->files->len; i++) {
		const StagedFile *file = put->files->pdata[i];
		g_autofree char *name = g_strconcat("drive.put.", file->path + 1, NULL);

		g_ptr_array_add(paths, file->path);
		job_text(job, name, file->sha256);
	}
	drive_state_placed(job->drive, put->drive->volume, paths);
	g_ptr_array_unref(job->drive->heads);
	job->drive->heads = drive_heads(put->drive->volume, put->drive->copy);
	job_value(job, "drive.put_blocks", put->blocks, "1", NAN, NAN);
	if (put->blocks)
		job_note(job, "drive: %u blocks written in %.0f ms", put->blocks,
			(double)(job->drive->last_write_us - job->drive->first_write_us) / 1e3);
}

gboolean drive_place(Job *job, Drive *drive, GPtrArray *files, GError **error)
{
	g_autofree char *image = drive_work_file(job, "volume.img");
	Put put = {.job = job, .drive = drive, .files = files, .image = image};
	Mtools mtools = {.volume = image, .watch = &job->watch};

	if (!check_space(&put, error) || !remove_old(&put, &mtools, error) ||
		!copy_new(&put, &mtools, error) || !check_placed(&put, error))
		return FALSE;
	record(&put);
	return TRUE;
}

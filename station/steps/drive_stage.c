#include "steps/drive_stage.h"

#include "core/failure.h"
#include "steps/drive.h"
#include "core/template.h"

#include <string.h>

static void staged_free(gpointer data)
{
	StagedFile *file = data;

	g_free(file->path);
	g_free(file->from);
	g_free(file->sha256);
	g_free(file);
}

/* ---- values ---------------------------------------------------------------------------------- */

static const char *value_of(const char *name, gpointer data)
{
	const Job *job = data;

	if (strcmp(name, "serial") == 0)
		return job->serial;
	if (strcmp(name, "uid") == 0)
		return *job->uid ? job->uid : NULL;
	if (strcmp(name, "product") == 0)
		return job->recipe->product;
	if (strcmp(name, "revision") == 0)
		return job->recipe->revision;
	if (g_str_has_prefix(name, "measured."))
		return job_measured(job, name + strlen("measured."));
	return NULL;
}

static gboolean is_template(const Node *templates, const char *path)
{
	for (guint i = 0; templates && i < templates->items->len; i++) {
		const Node *item = templates->items->pdata[i];

		if (strcmp(item->text, path) == 0)
			return TRUE;
	}
	return FALSE;
}

/* ---- files ----------------------------------------------------------------------------------- */

static GBytes *contents(Job *job, const FolderFile *file, const Node *templates, GError **error)
{
	GBytes *filled;

	if (!is_template(templates, file->path))
		return g_bytes_ref(file->bytes);
	filled = template_fill(file->bytes, value_of, job, error);
	if (!filled)
		g_prefix_error(error, "%s: ", file->path);
	return filled;
}

static gboolean write_out(GBytes *bytes, const char *path, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gsize length;
	const char *data = g_bytes_get_data(bytes, &length);

	if (g_file_set_contents_full(
		    path, data ? data : "", (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, &cause))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s", cause->message);
	return FALSE;
}

static StagedFile *stage_file(Job *job, const FolderFile *file, const char *to, guint index,
	GBytes *bytes, GError **error)
{
	g_autofree char *name = g_strdup_printf("put-%u", index);
	StagedFile *staged = g_new0(StagedFile, 1);

	staged->path = g_build_path("/", "/", to, file->path, NULL);
	staged->from = drive_work_file(job, name);
	staged->size = (guint32)g_bytes_get_size(bytes);
	staged->sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	if (write_out(bytes, staged->from, error))
		return staged;
	staged_free(staged);
	return NULL;
}

GPtrArray *drive_stage(
	Job *job, const Folder *folder, const char *to, const Node *templates, GError **error)
{
	g_autoptr(GPtrArray) files = folder_files(folder, error);
	g_autoptr(GPtrArray) staged = g_ptr_array_new_with_free_func(staged_free);

	if (!files)
		return NULL;
	for (guint i = 0; i < files->len; i++) {
		g_autoptr(GBytes) bytes = contents(job, files->pdata[i], templates, error);
		StagedFile *file =
			bytes ? stage_file(job, files->pdata[i], to, i, bytes, error) : NULL;

		if (!file)
			return NULL;
		g_ptr_array_add(staged, file);
	}
	return g_steal_pointer(&staged);
}

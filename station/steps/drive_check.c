#include "core/failure.h"
#include "steps/drive.h"
#include "steps/drive_state.h"
#include "steps/kinds.h"

#include <string.h>

static const Field file_fields[] = {
	{"path", FIELD_TEXT, TRUE, .pattern = "^/.+$",
		.help = "where it is on the drive: /main.py"},
	{"sha256", FIELD_SHA256, .help = "what its contents must be"},
	{"size", FIELD_SIZE, .high = G_MAXUINT32, .help = "how many bytes it must have"},
	{"may_change", FIELD_BOOL, .fallback = "false",
		.help = "true: it may be there or not, with any contents"},
	{"must_not_exist", FIELD_BOOL, .fallback = "false", .help = "true: it must not be there"},
	{NULL},
};

static const Field file_item = {
	"", FIELD_MAP, .fields = file_fields, .help = "a file that must be there"};

static const char *const fats[] = {"FAT12", "FAT16", "FAT32", NULL};

static const Field fields[] = {
	{"label", FIELD_TEXT, .help = "the label that its volume must have"},
	{"fat", FIELD_WORD, .words = fats, .help = "the kind that its volume must be"},
	{"blocks", FIELD_INT, .low = 16, .high = 1 << 28,
		.help = "how many blocks of 512 bytes the drive must have"},
	{"files", FIELD_LIST, .item = &file_item, .help = "files that must be on it"},
	{"others", FIELD_BOOL, .fallback = "true",
		.help = "false: files that are not listed must not be there"},
	{NULL},
};

/* ---- the volume ------------------------------------------------------------------------------ */

static gboolean check_size(const Step *step, const Scsi *scsi, GError **error)
{
	gint64 blocks = step_int(step, "blocks");

	if (!blocks || blocks == scsi->blocks)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DRIVE_CAPACITY,
		"the drive has %u blocks, not %" G_GINT64_FORMAT, scsi->blocks, blocks);
	return FALSE;
}

static gboolean check_kind(const Step *step, const FatVolume *volume, GError **error)
{
	const char *wanted = step_text(step, "fat");
	g_autofree char *kind = g_strdup_printf("FAT%u", volume->bits);

	if (!wanted || strcmp(wanted, kind) == 0)
		return TRUE;
	g_set_error(
		error, FAILURE, FAILURE_DRIVE_CAPACITY, "its volume is %s, not %s", kind, wanted);
	return FALSE;
}

static gboolean check_label(const Step *step, const FatVolume *volume, GError **error)
{
	const char *label = step_text(step, "label");

	if (!label || g_strcmp0(label, volume->label) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_DRIVE_CORRUPT, "its label is %s%s%s, not '%s'",
		volume->label ? "'" : "", volume->label ? volume->label : "missing",
		volume->label ? "'" : "", label);
	return FALSE;
}

/* ---- the manifest ---------------------------------------------------------------------------- */

static gboolean check_contents(const FatFile *file, const Node *wanted, GError **error)
{
	const char *sha256 = schema_text(wanted, file_fields, "sha256");

	if (node_get(wanted, "size") && schema_int(wanted, file_fields, "size") != file->size) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_CHANGED, "%s has %u bytes, not %s",
			file->path, file->size, node_text(wanted, "size"));
		return FALSE;
	}
	if (sha256 && g_strcmp0(sha256, file->sha256) != 0) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_CHANGED,
			"%s (%u bytes) has SHA-256 %s, not %s", file->path, file->size,
			file->sha256, sha256);
		return FALSE;
	}
	return TRUE;
}

static gboolean check_file(const FatVolume *volume, const Node *wanted, GError **error)
{
	const char *path = schema_text(wanted, file_fields, "path");
	const FatFile *file = fat_file(volume, path);

	if (schema_bool(wanted, file_fields, "may_change"))
		return TRUE;
	if (schema_bool(wanted, file_fields, "must_not_exist")) {
		if (!file)
			return TRUE;
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_UNEXPECTED, "%s is there", path);
		return FALSE;
	}
	if (file && !file->directory)
		return check_contents(file, wanted, error);
	g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_MISSING, "%s is %s", path,
		file ? "a directory" : "not there");
	return FALSE;
}

static gboolean is_listed(const Node *files, const char *path)
{
	for (guint i = 0; files && i < files->items->len; i++)
		if (drive_same_path(node_text(files->items->pdata[i], "path"), path))
			return TRUE;
	return FALSE;
}

static gboolean check_others(const Node *files, const FatVolume *volume, GError **error)
{
	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];

		if (file->directory || is_listed(files, file->path))
			continue;
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_UNEXPECTED,
			"%s (%u bytes) is there, and the recipe does not list it", file->path,
			file->size);
		return FALSE;
	}
	return TRUE;
}

static gboolean check_files(const Step *step, const FatVolume *volume, GError **error)
{
	const Node *files = node_get(step->args, "files");

	for (guint i = 0; files && i < files->items->len; i++)
		if (!check_file(volume, files->items->pdata[i], error))
			return FALSE;
	return step_bool(step, "others") || check_others(files, volume, error);
}

/* ---- the step -------------------------------------------------------------------------------- */

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *files = node_get(step->args, "files");

	for (guint i = 0; files && i < files->items->len; i++) {
		const Node *file = files->items->pdata[i];
		guint pinned = !!node_get(file, "sha256") + !!node_get(file, "size");
		guint free = schema_bool(file, file_fields, "may_change") +
			     schema_bool(file, file_fields, "must_not_exist");

		if (free > 1 || (free && pinned))
			problems_add(problems, file->place,
				"'may_change', 'must_not_exist' and what a file must have "
				"('size', 'sha256') exclude one another");
	}
}

static gboolean examine(Job *job, const Step *step, Drive *drive, GError **error)
{
	return drive_open(job, drive, error) && check_size(step, &drive->scsi, error) &&
	       drive_walk(job, drive, error) && drive_check_sound(job, drive, error) &&
	       check_kind(step, drive->volume, error) && check_label(step, drive->volume, error) &&
	       check_files(step, drive->volume, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Drive drive;
	gboolean done = examine(job, step, &drive, error);

	drive_close(job, &drive);
	return done;
}

const StepKind step_drive_check = {
	.name = "drive.check",
	.summary = "Reads the camera's flash drive: its FAT volume must be sound, for fsck.fat "
		   "too, and hold these files.",
	.fields = fields,
	/* A drive of 24 MiB, full, at 1 MB/s (boards.md sections 2.1 and 5). */
	.deadline_ms = 60000,
	/* The firmware may be erasing and programming the drive's sector meanwhile: section 2.4. */
	.stall_ms = 10000,
	.inherits = TRUE,
	.check = check,
	.run = run,
};

#include "core/failure.h"
#include "link/fat.h"
#include "link/scsi.h"
#include "steps/job.h"
#include "steps/kinds.h"

#include <math.h>
#include <string.h>

enum { FINDINGS_TOLD = 3, FINDINGS_NOTED = 10 };

static const Field file_fields[] = {
	{"path", FIELD_TEXT, TRUE, .pattern = "^/.+$",
		.help = "where it is on the drive: /main.py"},
	{"sha256", FIELD_SHA256, .help = "what its contents must be"},
	{"size", FIELD_SIZE, .high = G_MAXUINT32, .help = "how many bytes it must have"},
	{NULL},
};

static const Field file_item = {
	"", FIELD_MAP, .fields = file_fields, .help = "a file that must be there"};

static const Field fields[] = {
	{"label", FIELD_TEXT, .help = "the label that its volume must have"},
	{"files", FIELD_LIST, .item = &file_item,
		.help = "files that must be on it; others may be"},
	{NULL},
};

/* ---- the drive ------------------------------------------------------------------------------- */

/* The device that a usb.await left open, or else whatever is on the port. */
static gboolean open_device(Job *job, GError **error)
{
	Usb *usb = job_usb(job, error);

	if (usb && !job->device)
		job->device = usb_await(usb, job->slot->usb, (UsbId){0}, &job->watch, error);
	return job->device != NULL;
}

static gboolean open_drive(Job *job, Scsi *scsi, GError **error)
{
	const guint8 *configuration;
	g_autofree char *model = NULL;
	gsize length;

	if (!open_device(job, error))
		return FALSE;
	*scsi = (Scsi){.pipe = usb_pipe(job->device), .watch = &job->watch};
	configuration = usb_configuration(job->device, &length);
	if (!scsi_parse(configuration, length, scsi, error) ||
		!usb_claim(job->device, scsi->interface, error) || !scsi_open(scsi, error))
		return FALSE;
	model = g_strdup_printf("%s %s %s", scsi->vendor, scsi->product, scsi->revision);
	job_text(job, "drive.model", model);
	job_value(job, "drive.blocks", scsi->blocks, "1", NAN, NAN);
	return TRUE;
}

static gboolean read_blocks(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	return scsi_read(data, block, count, into, error);
}

/* ---- what is on it --------------------------------------------------------------------------- */

static void record(Job *job, const FatVolume *volume)
{
	g_autofree char *id = g_strdup_printf("%08X", volume->volume_id);

	job_value(job, "drive.files", volume->files->len, "1", NAN, NAN);
	job_value(job, "drive.free", (double)volume->free_clusters * volume->cluster_size, "B", NAN,
		NAN);
	job_text(job, "drive.volume_id", id);
	if (volume->label)
		job_text(job, "drive.label", volume->label);
}

static gboolean check_sound(Job *job, const FatVolume *volume, GError **error)
{
	g_autoptr(GString) told = g_string_new(NULL);
	guint count = volume->findings->len;

	for (guint i = 0; i < count; i++) {
		const FatFinding *finding = volume->findings->pdata[i];
		g_autoptr(GString) line = g_string_new(finding->code);

		if (finding->cluster)
			g_string_append_printf(line, " at cluster %u", finding->cluster);
		g_string_append_printf(line, ": %s", finding->text);
		if (i < FINDINGS_TOLD)
			g_string_append_printf(told, "%s%s", i ? "; " : "", line->str);
		if (i < FINDINGS_NOTED)
			job_note(job, "drive: %s", line->str);
	}
	if (!count)
		return TRUE;
	if (count > FINDINGS_TOLD)
		g_string_append_printf(told, "; and %u more", count - FINDINGS_TOLD);
	g_set_error_literal(error, FAILURE, FAILURE_DRIVE_CORRUPT, told->str);
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

static gboolean check_file(const FatVolume *volume, const Node *wanted, GError **error)
{
	const char *path = schema_text(wanted, file_fields, "path");
	const char *sha256 = schema_text(wanted, file_fields, "sha256");
	const FatFile *file = fat_file(volume, path);

	if (!file || file->directory) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_MISSING, "%s is %s", path,
			file ? "a directory" : "not there");
		return FALSE;
	}
	if (node_get(wanted, "size") && schema_int(wanted, file_fields, "size") != file->size) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_CHANGED, "%s has %u bytes, not %s",
			path, file->size, node_text(wanted, "size"));
		return FALSE;
	}
	if (sha256 && g_strcmp0(sha256, file->sha256) != 0) {
		g_set_error(error, FAILURE, FAILURE_DRIVE_FILE_CHANGED,
			"%s (%u bytes) has SHA-256 %s, not %s", path, file->size, file->sha256,
			sha256);
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
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_autoptr(FatVolume) volume = NULL;
	Scsi scsi;

	if (!open_drive(job, &scsi, error))
		return FALSE;
	volume = fat_walk(read_blocks, &scsi, scsi.blocks, error);
	if (!volume)
		return FALSE;
	record(job, volume);
	return check_sound(job, volume, error) && check_label(step, volume, error) &&
	       check_files(step, volume, error);
}

const StepKind step_drive_check = {
	.name = "drive.check",
	.summary = "Reads the camera's flash drive: its FAT volume must be sound and hold these "
		   "files.",
	.fields = fields,
	/* A drive of 24 MiB, full, at 1 MB/s (boards.md sections 2.1 and 5). */
	.deadline_ms = 60000,
	/* The firmware may be erasing and programming the drive's sector meanwhile: section 2.4. */
	.stall_ms = 10000,
	.run = run,
};

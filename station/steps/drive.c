#include "steps/drive.h"

#include "core/failure.h"

#include <math.h>

gboolean drive_open(Job *job, Drive *drive, GError **error)
{
	Scsi *scsi = &drive->scsi;
	const guint8 *configuration;
	g_autofree char *model = NULL;
	gsize length;

	*drive = (Drive){0};
	if (!job_open_device(job, error))
		return FALSE;
	*scsi = (Scsi){.pipe = usb_pipe(job->device), .watch = &job->watch};
	configuration = usb_configuration(job->device, &length);
	if (!scsi_parse(configuration, length, scsi, error) ||
		!usb_claim(job->device, scsi->interface, error) || !scsi_open(scsi, error))
		return FALSE;
	model = g_strdup_printf("%s %s %s", scsi->vendor, scsi->product, scsi->revision);
	job_text(job, "drive.model", model);
	job_value(job, "drive.blocks", scsi->blocks, "1", NAN, NAN);
	drive->copy = drive_copy_new(scsi, error);
	return drive->copy != NULL;
}

void drive_close(Job *job, Drive *drive)
{
	if (drive->scsi.bytes_read)
		job_value(job, "drive.bytes_read", (double)drive->scsi.bytes_read, "B", NAN, NAN);
	if (drive->scsi.bytes_written)
		job_value(job, "drive.bytes_written", (double)drive->scsi.bytes_written, "B", NAN,
			NAN);
	if (drive->scsi.broken_writes)
		job_note(job,
			"drive: %u writes ended in a reset of the transport, and had been done",
			drive->scsi.broken_writes);
	g_clear_pointer(&drive->volume, fat_volume_free);
	g_clear_pointer(&drive->copy, drive_copy_free);
}

static void record(Job *job, const FatVolume *volume)
{
	g_autofree char *id = g_strdup_printf("%08X", volume->volume_id);
	g_autofree char *kind = g_strdup_printf("FAT%u", volume->bits);

	job_value(job, "drive.files", volume->files->len, "1", NAN, NAN);
	job_value(job, "drive.free", (double)volume->free_clusters * volume->cluster_size, "B", NAN,
		NAN);
	job_text(job, "drive.volume_id", id);
	if (volume->bits)
		job_text(job, "drive.fat", kind);
	if (volume->label)
		job_text(job, "drive.label", volume->label);
}

gboolean drive_walk(Job *job, Drive *drive, GError **error)
{
	g_clear_pointer(&drive->volume, fat_volume_free);
	drive->volume = fat_walk(drive_copy_read, drive->copy, drive->scsi.blocks, error);
	if (!drive->volume)
		return FALSE;
	record(job, drive->volume);
	return TRUE;
}

char *drive_work_file(const Job *job, const char *name)
{
	return g_build_filename(job->work_dir, name, NULL);
}

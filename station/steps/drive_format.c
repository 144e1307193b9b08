/*
 * A new, empty volume where the old one was, as the firmware would make it (boards.md section 2.1): another
 * geometry would be replaced by the firmware's own at its next formatting, and could not be told from
 * damage until then. The volume id is made of the serial, which the firmware's never is: whoever formats
 * the drive later is found out.
 */
#include "core/failure.h"
#include "link/drive_change.h"
#include "link/tool.h"
#include "steps/drive.h"
#include "steps/drive_state.h"
#include "steps/kinds.h"

#include <math.h>

enum { FORMAT_MS = 20000 };

/* What FatFs makes of a partition of so many blocks: one FAT, 512 entries in the root directory. */
static const struct {
	guint32 blocks;
	const char *bits, *cluster_blocks;
} geometries[] = {
	{256, "12", "1"},   /* OPENMV4: 128 KiB */
	{49152, "16", "4"}, /* OPENMV4P: 24 MiB */
	{65536, "16", "8"}, /* OPENMV4P of before v4.6: 32 MiB */
};

static const char *volume_id(const Job *job, char id[9])
{
	g_autofree char *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, job->serial, -1);

	g_strlcpy(id, sha256, 9);
	return id;
}

static gboolean make_volume(
	Job *job, const Step *step, guint geometry, const char *path, GError **error)
{
	const char *label = step_text(step, "label");
	char id[9];
	const char *argv[] = {"mkfs.fat", "--invariant", "-a", "-f", "1", "-r", "512", "-R", "1",
		"-F", geometries[geometry].bits, "-s", geometries[geometry].cluster_blocks, "-i",
		volume_id(job, id), "-n", label, path, NULL};
	g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "LC_ALL", "C", TRUE);
	Tool tool = {.argv = argv, .environment = environment, .bound_ms = FORMAT_MS};
	g_autofree char *said = NULL;
	int status;

	said = tool_run(&tool, &status, &job->watch, error);
	if (said && status != 0)
		g_set_error(error, FAILURE, FAILURE_TOOL_FAILED,
			"mkfs.fat ended with status %d: %s", status,
			g_strdelimit(g_strchomp(said), "\n", ' '));
	return said && status == 0;
}

static gboolean find_geometry(const FatVolume *volume, guint *geometry, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(geometries); i++)
		if (volume->first_block && volume->blocks == geometries[i].blocks) {
			*geometry = i;
			return TRUE;
		}
	g_set_error(error, FAILURE, FAILURE_DRIVE_CAPACITY,
		"a partition of %u blocks at block %u: no OpenMV camera has one", volume->blocks,
		volume->first_block);
	return FALSE;
}

static gboolean format(Job *job, const Step *step, Drive *drive, GError **error)
{
	g_autofree char *path = drive_work_file(job, "volume.img");
	DriveChange change = {0};
	guint geometry;
	guint32 first;

	/* What is wrong with the old volume is why it is formatted. */
	if (!drive_open(job, drive, error) || !drive_walk(job, drive, error) ||
		!find_geometry(drive->volume, &geometry, error))
		return FALSE;
	first = drive->volume->first_block;
	if (!drive_copy_save(drive->copy, first, geometries[geometry].blocks, path, error) ||
		!make_volume(job, step, geometry, path, error) ||
		!drive_change(drive->copy, first, path, &change, error))
		return FALSE;
	fat_volume_free(change.volume);
	job_value(job, "drive.format_blocks", change.blocks, "1", NAN, NAN);
	job_forget_drive(job);
	return drive_walk(job, drive, error) && drive_check_sound(job, drive, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	Drive drive = {0};
	gboolean done = format(job, step, &drive, error);

	drive_close(job, &drive);
	return done;
}

static const Field fields[] = {
	{"label", FIELD_TEXT, .pattern = "^[A-Z0-9_]{1,11}$", .fallback = "OPENMV",
		.help = "the new volume's label: capital letters, digits and '_', at most 11"},
	{NULL},
};

const StepKind step_drive_format = {
	.name = "drive.format",
	.summary = "Makes a new, empty volume on the camera's flash drive, as its firmware would; "
		   "all files are lost.",
	.fields = fields,
	.deadline_ms = 60000,
	.stall_ms = 15000,
	.destructive = TRUE,
	.run = run,
};

/* Is the volume sound? Two walkers are asked, and have to agree. */
#include "steps/drive.h"

#include "core/failure.h"
#include "link/fsck.h"

enum { FINDINGS_TOLD = 3, FINDINGS_NOTED = 10, LINES_NOTED = 20 };

/* What fsck.fat does not look at (trust.md section 3, and what `make fat-differ` counts), so that its
 * silence is no disagreement. */
static const char *const only_ours[] = {"fat-signature", "fat-after-end", "fat-long-name", NULL};

/* Nothing to be walked, and so nothing for fsck.fat. */
static gboolean is_walkable(const FatVolume *volume)
{
	return volume->clusters > 0;
}

static void append_finding(GString *text, const FatFinding *finding)
{
	g_string_append(text, finding->code);
	if (finding->cluster)
		g_string_append_printf(text, " at cluster %u", finding->cluster);
	g_string_append_printf(text, ": %s", finding->text);
}

static void note_findings(Job *job, const FatVolume *volume)
{
	for (guint i = 0; i < volume->findings->len && i < FINDINGS_NOTED; i++) {
		g_autoptr(GString) line = g_string_new(NULL);

		append_finding(line, volume->findings->pdata[i]);
		job_note(job, "drive: %s", line->str);
	}
}

/* The first few, in one line; newly allocated. */
static char *tell_findings(const FatVolume *volume)
{
	g_autoptr(GString) told = g_string_new(NULL);
	guint count = volume->findings->len;

	for (guint i = 0; i < count && i < FINDINGS_TOLD; i++) {
		if (i)
			g_string_append(told, "; ");
		append_finding(told, volume->findings->pdata[i]);
	}
	if (count > FINDINGS_TOLD)
		g_string_append_printf(told, "; and %u more", count - FINDINGS_TOLD);
	return g_string_free(g_steal_pointer(&told), FALSE);
}

static void note_fsck(Job *job, const Fsck *fsck)
{
	g_auto(GStrv) lines = g_strsplit(fsck->said, "\n", -1);

	for (guint i = 0, noted = 0; lines[i] && noted < LINES_NOTED; i++)
		if (*lines[i]) {
			job_note(job, "fsck.fat: %s", lines[i]);
			noted++;
		}
}

static gboolean all_only_ours(const FatVolume *volume)
{
	for (guint i = 0; i < volume->findings->len; i++) {
		const FatFinding *finding = volume->findings->pdata[i];

		if (!g_strv_contains(only_ours, finding->code))
			return FALSE;
	}
	return TRUE;
}

static gboolean ask_fsck(Job *job, const Drive *drive, Fsck *fsck, GError **error)
{
	const FatVolume *volume = drive->volume;
	g_autofree char *path = drive_work_file(job, "opinion.img");

	return drive_copy_save(drive->copy, volume->first_block, volume->blocks, path, error) &&
	       fsck_volume(path, fsck, &job->watch, error);
}

static gboolean doubt(
	Job *job, const FatVolume *volume, const Fsck *fsck, const char *told, GError **error)
{
	note_fsck(job, fsck);
	g_set_error(error, FAILURE, FAILURE_DRIVE_DOUBT, "fsck.fat %s; our own walk finds %s",
		fsck->sound ? "finds nothing" : "finds fault with the volume (see the notes)",
		volume->findings->len ? told : "nothing");
	return FALSE;
}

gboolean drive_check_sound(Job *job, const Drive *drive, GError **error)
{
	const FatVolume *volume = drive->volume;
	g_autofree char *told = tell_findings(volume);
	gboolean sound = volume->findings->len == 0;
	g_auto(Fsck) fsck = {0};

	note_findings(job, volume);
	if (is_walkable(volume)) {
		if (!ask_fsck(job, drive, &fsck, error))
			return FALSE;
		if (sound != fsck.sound && (sound || !all_only_ours(volume)))
			return doubt(job, volume, &fsck, told, error);
		if (sound)
			return TRUE;
		note_fsck(job, &fsck);
	}
	if (sound)
		return TRUE;
	g_set_error_literal(error, FAILURE, FAILURE_DRIVE_CORRUPT, told);
	return FALSE;
}

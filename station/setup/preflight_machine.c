/* The computer: its disk, its clock, the programs that Flashline starts. */
#include "setup/preflight.h"

#include "core/text.h"
#include "journal/query.h"
#include "link/openocd.h"

#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

enum {
	/* A run is some 10 KiB in the journal; SQLite's log, images and reports come on top. */
	DISK_FAIL_MIB = 256,
	DISK_WARN_MIB = 1024,
	QUERY_MS = 10000,
};
/* Flashline is younger: 2025-01-01T00:00:00Z. A clock without its battery says 1970 or 2000. */
#define CLOCK_EARLIEST_US (G_GINT64_CONSTANT(1735689600) * G_USEC_PER_SEC)

/* ---- disk -------------------------------------------------------------------------------------- */

/* The journal's folder, or the nearest one above it that is there already. */
static char *folder_of(const char *path)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	char *folder = g_path_get_dirname(absolute);

	while (!g_file_test(folder, G_FILE_TEST_IS_DIR) && strlen(folder) > 1) {
		char *above = g_path_get_dirname(folder);

		g_free(folder);
		folder = above;
	}
	return folder;
}

void preflight_disk(Preflight *preflight)
{
	g_autofree char *folder = folder_of(preflight->journal);
	g_autofree char *shown = text_clean(folder, -1);
	struct statvfs disk;
	guint64 mib;
	Grade grade;

	if (statvfs(folder, &disk) != 0) {
		preflight_find(preflight, GRADE_FAIL, "disk", "Look at the disk of the journal.",
			"cannot look at %s", shown);
		return;
	}
	mib = (guint64)disk.f_bavail * disk.f_frsize >> 20;
	grade = mib < DISK_FAIL_MIB ? GRADE_FAIL : mib < DISK_WARN_MIB ? GRADE_WARN : GRADE_OK;
	preflight_find(preflight, grade, "disk",
		grade == GRADE_OK ? NULL
				  : "Make room on the disk of the journal, or move the journal.",
		"%" G_GUINT64_FORMAT " MiB free at %s, where the journal is", mib, shown);
}

/* ---- clock ------------------------------------------------------------------------------------- */

/* When the newest run began or ended, as the journal writes times; NULL: no run, or no journal. */
static char *newest_run(const Preflight *preflight)
{
	g_autoptr(Journal) journal = NULL;
	g_autoptr(Table) table = NULL;

	if (g_file_test(preflight->journal, G_FILE_TEST_EXISTS))
		journal = journal_open_reader(preflight->journal, NULL);
	if (journal)
		table = journal_query(journal,
			"SELECT max(began, coalesce(ended, began)) FROM run"
			" WHERE began = (SELECT max(began) FROM run) LIMIT 1",
			NULL, 0, QUERY_MS, NULL);
	return table && table_rows(table) ? cell_text(table_cell(table, 0, 0)) : NULL;
}

static char *say_time(gint64 us)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(us / G_USEC_PER_SEC);

	return g_date_time_format(time, "%Y-%m-%dT%H:%M:%S.000Z");
}

/* A clock that stepped back is a fault even where the year is right: trust.md section 4, row 18. */
void preflight_clock(Preflight *preflight)
{
	static const char advice[] = "Set the clock, and let it be set by the network (NTP); "
				     "replace the computer's battery if it forgets.";
	g_autofree char *now = say_time(preflight->now_us), *newest = newest_run(preflight);

	if (preflight->now_us < CLOCK_EARLIEST_US)
		preflight_find(preflight, GRADE_FAIL, "clock", advice,
			"the clock says %s, which cannot be", now);
	else if (newest && strcmp(now, newest) < 0 && strncmp(now, newest, 19) != 0)
		preflight_find(preflight, GRADE_FAIL, "clock", advice,
			"the clock says %s, and the newest run in the journal is from %s", now,
			newest);
	else
		preflight_find(preflight, GRADE_OK, "clock", NULL, "%s, after the newest run", now);
}

/* ---- programs ---------------------------------------------------------------------------------- */

static void check_sqlite(Preflight *preflight)
{
	const char *version = journal_sqlite_version();
	guint major = 0, minor = 0;
	gboolean fine = sscanf(version, "%u.%u", &major, &minor) == 2 &&
			(major > 3 || (major == 3 && minor >= 37));

	/* STRICT tables came with 3.37. */
	preflight_find(preflight, fine ? GRADE_OK : GRADE_FAIL, "sqlite",
		fine ? NULL : "Install SQLite 3.37 or newer (Debian 12 has 3.40).", "SQLite %s",
		version);
}

static void check_openocd(Preflight *preflight)
{
	g_autofree char *version = openocd_version();
	guint major = 0, minor = 0;

	if (!version || sscanf(version, "%u.%u", &major, &minor) != 2)
		preflight_find(preflight, GRADE_FAIL, "openocd",
			"Install it: apt install openocd; and look at the PATH of whoever starts "
			"Flashline.",
			"no OpenOCD can be started");
	else if (major == 0 && minor < 12)
		preflight_find(preflight, GRADE_FAIL, "openocd",
			"Install OpenOCD 0.12, as Debian 12 has it.", "OpenOCD %s is too old",
			version);
	else if (major > 0 || minor > 12)
		preflight_find(preflight, GRADE_WARN, "openocd",
			"Qualify it with known boards first, or use 0.12.",
			"OpenOCD %s: Flashline was tested with 0.12", version);
	else
		preflight_find(preflight, GRADE_OK, "openocd", NULL, "OpenOCD %s", version);
}

/* Debian keeps dosfstools in /usr/sbin, which is not in every user's PATH. */
static gboolean there_is(const char *program)
{
	g_autofree char *in_path = g_find_program_in_path(program);
	g_autofree char *in_sbin = g_build_filename("/usr/sbin", program, NULL);

	return in_path || g_file_test(in_sbin, G_FILE_TEST_IS_EXECUTABLE);
}

static void check_programs(Preflight *preflight)
{
	static const struct {
		const char *program, *advice;
	} programs[] = {
		{"mcopy", "Install it: apt install mtools"},
		{"fsck.fat", "Install it: apt install dosfstools"},
		{"mkfs.fat", "Install it: apt install dosfstools"},
	};
	guint missing = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(programs); i++)
		if (!there_is(programs[i].program)) {
			missing++;
			preflight_find(preflight, GRADE_FAIL, "program-missing", programs[i].advice,
				"no %s on this computer", programs[i].program);
		}
	if (!missing)
		preflight_find(
			preflight, GRADE_OK, "programs", NULL, "mtools and dosfstools are there");
}

void preflight_tools(Preflight *preflight)
{
	check_sqlite(preflight);
	check_openocd(preflight);
	check_programs(preflight);
}

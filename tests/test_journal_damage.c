/* Files that are not a whole journal, disks that do not take one: refused with a sentence, and left
 * as they are. */
#include "core/failure.h"
#include "journal/database.h"
#include "lib/scratch.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE   4096
#define NOBODY 65534

/* A closed journal with some runs in it. */
static void fill(const Scratch *scratch)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = scratch_open(scratch);
	for (guint i = 0; i < 10; i++) {
		gint64 run = scratch_begin(journal, i % 2 ? "4711" : "4712");
		scratch_step(journal, run, 0);
		g_assert_true(
			scratch_end(journal, run, i % 3 ? VERDICT_PASS : VERDICT_FAIL, &error));
	}
	g_assert_no_error(error);
}

static void expect_refused(const char *path, gboolean reader, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal =
		reader ? journal_open_reader(path, &error) : journal_open(path, &error);
	g_assert_null(journal);
	g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_test_message("%s", error->message);
	if (words)
		g_assert_nonnull(strstr(error->message, words));
}

/* Refused by writer and reader, and not one byte of it changed. */
static void expect_left_alone(const Scratch *scratch, gboolean reader_too, const char *words)
{
	g_autoptr(GBytes) before = scratch_bytes(scratch->path);
	expect_refused(scratch->path, FALSE, words);
	if (reader_too)
		expect_refused(scratch->path, TRUE, NULL);
	g_autoptr(GBytes) after = scratch_bytes(scratch->path);
	g_assert_true(g_bytes_equal(before, after));
}

static void test_foreign(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	scratch_write(scratch.path, "serial,verdict\n4711,PASS\n", 25);
	expect_left_alone(&scratch, TRUE, "not a journal");
	scratch_write(scratch.path, "", 0);
	expect_left_alone(&scratch, TRUE, "empty");
	g_assert_cmpint(scratch_sql(scratch.path, "CREATE TABLE run (id INTEGER)"), ==, SQLITE_OK);
	expect_left_alone(&scratch, TRUE, "not a journal of Flashline");
	expect_refused(scratch.folder, FALSE, "is not a file");
	expect_refused(scratch.folder, TRUE, "is not a file");
	expect_refused("/dev/null", TRUE, "is not a file");
}

static void test_other_versions(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	fill(&scratch);
	g_assert_cmpint(scratch_sql(scratch.path, "PRAGMA user_version = 99"), ==, SQLITE_OK);
	expect_left_alone(&scratch, TRUE, "a newer flashline");
	g_assert_cmpint(scratch_sql(scratch.path, "PRAGMA user_version = 0"), ==, SQLITE_OK);
	expect_left_alone(&scratch, TRUE, "not a journal of Flashline");
	g_assert_cmpint(
		scratch_sql(scratch.path, "PRAGMA user_version = 1; PRAGMA application_id = 7"), ==,
		SQLITE_OK);
	expect_left_alone(&scratch, TRUE, "not a journal of Flashline");
}

static void test_truncated(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	fill(&scratch);
	g_autoptr(GBytes) whole = scratch_bytes(scratch.path);
	gsize length;
	const guint8 *bytes = g_bytes_get_data(whole, &length);
	for (guint i = 0; i < 40; i++) {
		gsize cut = (gsize)g_test_rand_int_range(0, (gint32)length);
		g_test_message("cut to %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, cut, length);
		scratch_write(scratch.path, bytes, cut);
		expect_left_alone(&scratch, FALSE, NULL);
	}
	for (gsize cut = PAGE; cut < length; cut += PAGE) {
		scratch_write(scratch.path, bytes, cut);
		expect_left_alone(&scratch, FALSE, NULL);
	}
}

/* A page of noise or of zeros, as a disk may give back. The tables' own pages all carry structure. */
static void test_corrupt(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	fill(&scratch);
	g_autoptr(GBytes) whole = scratch_bytes(scratch.path);
	gsize length;
	const guint8 *bytes = g_bytes_get_data(whole, &length);
	for (gsize page = 0; page < length; page += PAGE) {
		gboolean noise = g_test_rand_bit();
		g_autofree guint8 *damaged = g_memdup2(bytes, length);
		for (gsize i = 0; i < PAGE; i++)
			damaged[page + i] = noise ? (guint8)g_test_rand_int() : 0;
		scratch_write(scratch.path, damaged, length);
		expect_left_alone(&scratch, FALSE, NULL);
		/* A reader does not look at every page; it must only not crash. */
		g_autoptr(Journal) reader = journal_open_reader(scratch.path, NULL);
		json_t *unit = reader ? journal_unit(reader, "4711", NULL) : NULL;
		json_decref(unit);
	}
}

/* SQLite would start anew and throw the log away: the last runs would be gone without a word. */
static void test_missing_beside_its_log(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autofree char *log = g_strconcat(scratch.path, "-wal", NULL);
	scratch_write(log, "log", 3);
	expect_refused(scratch.path, FALSE, "is missing");
	g_assert_false(g_file_test(scratch.path, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(log, G_FILE_TEST_EXISTS));
}

/* What a creation that was cut off has left is no obstacle. */
static void test_half_created(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autofree char *fresh = g_strconcat(scratch.path, ".new", NULL);
	scratch_write(fresh, "half", 4);
	fill(&scratch);
	g_assert_false(g_file_test(fresh, G_FILE_TEST_EXISTS));
}

static void test_disk_full(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	gint64 begun = 0, found;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	JournalRun run = scratch_run("4711");
	/* A limit of SQLite's own gives the same error as a disk does (trust.md section 1). */
	g_assert_true(database_execute(journal, "limit it", "PRAGMA max_page_count = 60", NULL));
	while (begun < 10000 && journal_begin(journal, &run, &error))
		begun++;
	g_assert_cmpint(begun, >, 0);
	g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_assert_nonnull(strstr(error->message, "the disk is full"));
	g_test_message("after %" G_GINT64_FORMAT " runs: %s", begun, error->message);
	g_assert_true(database_int(journal, "SELECT count(*) FROM run", &found, NULL));
	g_assert_cmpint(found, ==, begun);
	/* There is room again: it goes on. */
	g_assert_true(database_execute(journal, "limit it", "PRAGMA max_page_count = 1000", NULL));
	scratch_begin(journal, "4711");
	g_clear_pointer(&journal, journal_close);
	journal = scratch_open(&scratch);
}

static void test_locked_by_another_program(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	JournalRun run = scratch_run("4711");
	sqlite3 *other = NULL;
	g_assert_cmpint(sqlite3_open(scratch.path, &other), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_busy_timeout(journal->db, 20);
	g_assert_cmpint(journal_begin(journal, &run, &error), ==, 0);
	g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_assert_nonnull(strstr(error->message, "another program keeps the file locked"));
	sqlite3_close(other);
	scratch_begin(journal, "4711");
}

/* Runs `check` as somebody for whom modes count; 77 where root may not become anybody else. */
static void as_nobody(void (*check)(const Scratch *), const Scratch *scratch)
{
	pid_t child = fork();
	int status;
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		if (geteuid() == 0 && setresuid(NOBODY, NOBODY, NOBODY) != 0)
			_exit(77);
		check(scratch);
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		g_test_skip("root cannot become another user here, and modes do not bind it");
	else
		g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void check_read_only(const Scratch *scratch)
{
	g_autofree char *fresh = g_build_filename(scratch->folder, "fresh.db", NULL);
	g_autoptr(GError) error = NULL;
	expect_refused(scratch->path, FALSE, "Permission denied");
	expect_refused(fresh, FALSE, "Permission denied");
	/* Reading works where nothing can be written beside it. */
	g_autoptr(Journal) reader = journal_open_reader(scratch->path, &error);
	g_assert_no_error(error);
	g_autofree char *code = scratch_run_text(reader, "4712", 0, "code");
	g_assert_cmpstr(code, ==, "flash-verify");
}

static void test_read_only_folder(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	fill(&scratch);
	g_autofree char *lock = g_strconcat(scratch.path, ".lock", NULL);
	g_remove(lock);
	g_chmod(scratch.path, 0444);
	g_chmod(scratch.folder, 0555);
	as_nobody(check_read_only, &scratch);
	g_chmod(scratch.folder, 0700);
}

static void check_read_only_file(const Scratch *scratch)
{
	expect_refused(scratch->path, FALSE, "read-only");
}

static void test_read_only_file(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	fill(&scratch);
	g_autofree char *lock = g_strconcat(scratch.path, ".lock", NULL);
	g_chmod(lock, 0666);
	g_chmod(scratch.path, 0444);
	g_chmod(scratch.folder, 0777);
	as_nobody(check_read_only_file, &scratch);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/damage/foreign", test_foreign);
	g_test_add_func("/journal/damage/other-versions", test_other_versions);
	g_test_add_func("/journal/damage/truncated", test_truncated);
	g_test_add_func("/journal/damage/corrupt", test_corrupt);
	g_test_add_func("/journal/damage/missing-beside-its-log", test_missing_beside_its_log);
	g_test_add_func("/journal/damage/half-created", test_half_created);
	g_test_add_func("/journal/damage/disk-full", test_disk_full);
	g_test_add_func("/journal/damage/locked", test_locked_by_another_program);
	g_test_add_func("/journal/damage/read-only-folder", test_read_only_folder);
	g_test_add_func("/journal/damage/read-only-file", test_read_only_file);
	return g_test_run();
}

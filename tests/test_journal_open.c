/* Who has the journal open, and what the next one finds: runs that nobody ended, its own file. */
#include "core/failure.h"
#include "journal/database.h"
#include "lib/scratch.h"
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void assert_cut_off(Journal *journal, gint64 run, gint cut)
{
	g_autoptr(GError) error = NULL;
	g_assert_cmpint(journal_cut_off(journal, "003900353138510d33383539", run, &error), ==, cut);
	g_assert_no_error(error);
}

/* By the newest one before it that did something to this chip. */
static void test_cut_off(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 first = scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_FAIL);
	assert_cut_off(journal, first, 0);
	gint64 removed = scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_ERROR);
	assert_cut_off(journal, removed, 0);
	/* Another serial's, of this chip: refused. */
	gint64 refused = scratch_begin(journal, "4712");
	g_assert_false(journal_bind(journal, refused, SCRATCH_CHIP, &error));
	g_clear_error(&error);
	g_assert_true(scratch_end(journal, refused, VERDICT_FAIL, &error));
	gint64 again = scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_PASS);
	assert_cut_off(journal, again, 1);
	gint64 open = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, open, SCRATCH_CHIP, &error));
	assert_cut_off(journal, open, 0);
	/* Nobody ended it: the station was. */
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 1);
	assert_cut_off(journal, open + 1, 1);
	g_assert_no_error(error);
}

/* Where no step reads a chip: by the newest one of the same serial. */
static void test_cut_off_serial(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 first = scratch_begin(journal, "4711");
	g_assert_cmpint(journal_cut_off(journal, NULL, first, &error), ==, 0);
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 1);
	gint64 again = scratch_begin(journal, "4711"), other = scratch_begin(journal, "4712");
	g_assert_cmpint(journal_cut_off(journal, NULL, again, &error), ==, 1);
	g_assert_cmpint(journal_cut_off(journal, NULL, other, &error), ==, 0);
	g_assert_true(scratch_end(journal, again, VERDICT_FAIL, &error));
	gint64 third = scratch_begin(journal, "4711");
	g_assert_cmpint(journal_cut_off(journal, NULL, third, &error), ==, 0);
	g_assert_no_error(error);
}

static void test_abort_open(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_PASS);
	scratch_begin(journal, "4712");
	scratch_begin(journal, "4713");
	g_clear_pointer(&journal, journal_close);

	journal = scratch_open(&scratch);
	scratch_verdict(journal, "4712", 0, "RUNNING");
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 2);
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 0);
	g_assert_no_error(error);
	scratch_verdict(journal, "4711", 0, "PASS");
	scratch_verdict(journal, "4712", 0, "ABORTED");
	g_autofree char *code = scratch_run_text(journal, "4713", 0, "code");
	g_assert_cmpstr(code, ==, "stopped");
}

static void test_second_writer(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autofree char *link = g_build_filename(scratch.folder, "link.db", NULL);
	g_autofree char *pid = g_strdup_printf("(pid %d)", getpid());
	g_autoptr(Journal) journal = scratch_open(&scratch);
	g_assert_cmpint(symlink(scratch.path, link), ==, 0);
	const char *const names[] = {scratch.path, link};
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(Journal) second = journal_open(names[i], &error);
		g_assert_null(second);
		g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
		g_assert_nonnull(strstr(error->message, "another flashline"));
		g_assert_nonnull(strstr(error->message, pid));
		g_clear_error(&error);
	}
	g_clear_pointer(&journal, journal_close);
	g_autoptr(Journal) next = scratch_open(&scratch);
	g_assert_nonnull(next);
}

static void test_reader(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) none = journal_open_reader(scratch.path, &error);
	g_assert_null(none);
	g_assert_error(error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_clear_error(&error);
	g_assert_false(g_file_test(scratch.path, G_FILE_TEST_EXISTS));

	g_autoptr(Journal) journal = scratch_open(&scratch);
	scratch_begin(journal, "4711");
	g_autoptr(Journal) reader = journal_open_reader(scratch.path, &error);
	g_assert_no_error(error);
	scratch_verdict(reader, "4711", 0, "RUNNING");
	/* A reader in the middle of something sees one moment, and holds nobody up. */
	{
		g_autoptr(Transaction) moment = transaction_begin_reading(reader, &error);
		gint64 before, after;
		g_assert_nonnull(moment);
		g_assert_true(database_int(reader, "SELECT count(*) FROM run", &before, &error));
		scratch_begin(journal, "4712");
		g_assert_true(database_int(reader, "SELECT count(*) FROM run", &after, &error));
		g_assert_cmpint(before, ==, 1);
		g_assert_cmpint(after, ==, 1);
	}
	scratch_verdict(reader, "4712", 0, "RUNNING");
	JournalRun run = scratch_run("4713");
	scratch_refused(journal_begin(reader, &run, &error) != 0, &error);
	g_assert_null(scratch_unit(reader, "unknown"));
}

/* The only path whose folder is made; nobody else may read what is in it. */
static void test_default_path(void)
{
	g_autoptr(GError) error = NULL;
	struct stat file, folder;
	g_autofree char *path = journal_default_path();
	g_autofree char *above = g_path_get_dirname(path);
	g_assert_true(g_str_has_suffix(path, "/flashline/journal.db"));
	g_autoptr(Journal) journal = journal_open(path, &error);
	g_assert_no_error(error);
	g_assert_cmpint(stat(path, &file), ==, 0);
	g_assert_cmpint(stat(above, &folder), ==, 0);
	g_assert_cmpint(file.st_mode & 0777, ==, 0600);
	g_assert_cmpint(folder.st_mode & 0777, ==, 0700);
	g_clear_pointer(&journal, journal_close);
	g_autofree char *lock = g_strconcat(path, ".lock", NULL);
	g_remove(path);
	g_remove(lock);
	g_rmdir(above);

	g_autofree char *mistyped = g_build_filename(above, "nowhere", "journal.db", NULL);
	g_autoptr(Journal) none = journal_open(mistyped, &error);
	scratch_refused(none != NULL, &error);
	g_setenv("FLASHLINE_JOURNAL", "/some/where.db", TRUE);
	g_autofree char *set = journal_default_path();
	g_assert_cmpstr(set, ==, "/some/where.db");
	g_unsetenv("FLASHLINE_JOURNAL");
}

int main(int argc, char **argv)
{
	g_auto(Scratch) state = {0};
	scratch_make(&state);
	g_setenv("XDG_STATE_HOME", state.folder, TRUE);
	g_unsetenv("FLASHLINE_JOURNAL");
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/cut-off", test_cut_off);
	g_test_add_func("/journal/cut-off-serial", test_cut_off_serial);
	g_test_add_func("/journal/abort-open", test_abort_open);
	g_test_add_func("/journal/second-writer", test_second_writer);
	g_test_add_func("/journal/reader", test_reader);
	g_test_add_func("/journal/default-path", test_default_path);
	return g_test_run();
}

/* The journal as its header promises it: what it keeps, and what it refuses. */
#include "core/failure.h"
#include "journal/database.h"
#include "lib/scratch.h"
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHIP_1 "003900353138510D33383539"
#define CHIP_2 "003900353138510D33383540"

static void copy(const char *from, const char *to)
{
	g_autoptr(GBytes) bytes = scratch_bytes(from);
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);
	scratch_write(to, data, length);
}

static json_t *unit_of(Journal *journal, const char *serial)
{
	g_autoptr(GError) error = NULL;
	json_t *unit = journal_unit(journal, serial, &error);
	g_assert_no_error(error);
	return unit;
}

static void put_values(Journal *journal, gint64 run)
{
	const JournalValue values[] = {
		{.name = "chip.revision", .text = "V"},
		{.step = 1, .name = "boot", .value = 412.5, .low = 0, .high = 900, .unit = "ms"},
		{.step = 1, .name = "boot", .value = 413, .low = NAN, .high = NAN},
		{.step = 1, .name = "broken", .value = NAN, .low = 0, .high = 1},
		{.step = 1, .name = "endless", .value = INFINITY, .low = NAN, .high = 1},
	};
	g_autoptr(GError) error = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		g_assert_true(journal_value(journal, run, &values[i], &error));
	g_assert_no_error(error);
}

static gint64 whole_run(Journal *journal, const char *serial, const char *uid, Verdict verdict)
{
	g_autoptr(GError) error = NULL;
	gint64 run = scratch_begin(journal, serial);
	g_assert_true(journal_bind(journal, run, uid, &error));
	scratch_step(journal, run, 0);
	put_values(journal, run);
	g_assert_true(scratch_end(journal, run, verdict, &error));
	g_assert_no_error(error);
	return run;
}

/* The files as they are while the writer still has them: what a power cut would leave. */
static void test_committed_survives(void)
{
	g_auto(Scratch) scratch = {0}, other = {0};
	scratch_make(&scratch);
	scratch_make(&other);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	whole_run(journal, "4711", CHIP_1, VERDICT_PASS);
	whole_run(journal, "4711", CHIP_1, VERDICT_FAIL);
	json_t *before = unit_of(journal, "4711");

	g_autofree char *log = g_strconcat(scratch.path, "-wal", NULL);
	g_autofree char *other_log = g_strconcat(other.path, "-wal", NULL);
	copy(scratch.path, other.path);
	copy(log, other_log);
	g_autoptr(Journal) again = scratch_open(&other);
	json_t *after = unit_of(again, "4711");
	g_assert_true(json_equal(before, after));
	g_assert_cmpuint(json_array_size(json_object_get(after, "runs")), ==, 2);
	json_decref(before);
	json_decref(after);
}

static void test_values(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	whole_run(journal, "4711", CHIP_1, VERDICT_PASS);
	json_t *unit = unit_of(journal, "4711");
	const json_t *run = json_array_get(json_object_get(unit, "runs"), 0);
	const json_t *values = json_object_get(run, "values");
	g_assert_cmpuint(json_array_size(values), ==, 5);
	g_assert_cmpstr(
		json_string_value(json_object_get(json_array_get(values, 0), "text")), ==, "V");
	const json_t *boot = json_array_get(values, 1);
	g_assert_cmpfloat(json_real_value(json_object_get(boot, "value")), ==, 412.5);
	g_assert_cmpfloat(json_real_value(json_object_get(boot, "high")), ==, 900);
	g_assert_true(json_is_null(json_object_get(json_array_get(values, 2), "low")));
	/* What is no number stands there as a word, never as one within its limits. */
	for (guint i = 3; i < 5; i++) {
		g_assert_true(json_is_null(json_object_get(json_array_get(values, i), "value")));
		g_assert_true(json_is_string(json_object_get(json_array_get(values, i), "text")));
		g_assert_cmpfloat(
			json_real_value(json_object_get(json_array_get(values, i), "high")), ==, 1);
	}
	g_assert_cmpint(json_integer_value(json_object_get(run, "ms")), ==, 12345);
	g_assert_cmpuint(json_array_size(json_object_get(run, "images")), ==, 2);
	json_decref(unit);
}

static void expect_refused(gboolean done, GError **error)
{
	g_assert_false(done);
	g_assert_error(*error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_test_message("%s", (*error)->message);
	g_clear_error(error);
}

static void assert_verdict(Journal *journal, const char *serial, guint index, const char *word)
{
	g_autofree char *verdict = scratch_run_text(journal, serial, index, "verdict");
	g_assert_cmpstr(verdict, ==, word);
}

/* An attempt is PASS only when that is what it ended with, and it ends once. */
static void test_ends_once(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 run = scratch_begin(journal, "4711");
	const JournalEnd running = {.verdict = VERDICT_RUNNING};
	const JournalEnd pass_with_code = {.verdict = VERDICT_PASS, .code = "usb-lost"};
	const JournalEnd fail_without = {.verdict = VERDICT_FAIL};
	expect_refused(journal_end(journal, run, &running, &error), &error);
	expect_refused(journal_end(journal, run, &pass_with_code, &error), &error);
	expect_refused(journal_end(journal, run, &fail_without, &error), &error);
	expect_refused(scratch_end(journal, run + 1, VERDICT_PASS, &error), &error);
	assert_verdict(journal, "4711", 0, "RUNNING");

	const JournalStep failed = {
		.index = 1, .id = "x", .verdict = VERDICT_ERROR, .code = "usb-lost"};
	g_assert_true(journal_step(journal, run, &failed, &error));
	expect_refused(journal_step(journal, run, &failed, &error), &error);
	expect_refused(scratch_end(journal, run, VERDICT_PASS, &error), &error);
	assert_verdict(journal, "4711", 0, "RUNNING");
	g_assert_true(scratch_end(journal, run, VERDICT_ERROR, &error));
	expect_refused(scratch_end(journal, run, VERDICT_ABORTED, &error), &error);
	assert_verdict(journal, "4711", 0, "ERROR");

	const JournalStep late = {.index = 2, .id = "late", .verdict = VERDICT_PASS};
	const JournalValue late_value = {.name = "late", .text = "1"};
	expect_refused(journal_step(journal, run, &late, &error), &error);
	expect_refused(journal_value(journal, run, &late_value, &error), &error);
	expect_refused(journal_bind(journal, run, CHIP_1, &error), &error);
}

/* With the file in hand and no flashline in the way: each of these must bounce, one by one. */
static void test_append_only(void)
{
	static const char *const attacks[] = {
		"UPDATE run SET verdict = 'PASS', code = NULL WHERE id = 2",
		"UPDATE run SET seen = 'nothing' WHERE id = 1",
		"UPDATE run SET slot = 9 WHERE id = 3", "UPDATE run SET rowid = 9 WHERE id = 3",
		"DELETE FROM run WHERE id = 3", "DELETE FROM run",
		"REPLACE INTO run SELECT * FROM run WHERE id = 2",
		"INSERT OR REPLACE INTO run (id, unit, slot, recipe, fixture, station, operator, "
		"began)"
		" VALUES (2, 1, 1, 1, 1, 1, '', '')",
		"INSERT INTO run (unit, slot, recipe, fixture, station, operator, began, ended, "
		"verdict)"
		" VALUES (1, 1, 1, 1, 1, '', '', '', 'PASS')",
		"UPDATE step SET ms = 0", "DELETE FROM step",
		"REPLACE INTO step SELECT * FROM step WHERE run = 1",
		"INSERT INTO step SELECT * FROM step WHERE run = 1"
		" ON CONFLICT DO UPDATE SET verdict = 'ERROR'",
		"INSERT INTO step (run, position, name, kind, offset_ms, ms, verdict)"
		" VALUES (1, 7, '', '', 0, 0, 'PASS')",
		"REPLACE INTO step SELECT * FROM step WHERE run = 3",
		"INSERT INTO step SELECT * FROM step WHERE run = 3"
		" ON CONFLICT DO UPDATE SET verdict = 'ERROR'",
		"REPLACE INTO value SELECT * FROM value WHERE run = 3",
		"REPLACE INTO run_image SELECT * FROM run_image WHERE run = 3",
		"UPDATE value SET number = 1", "DELETE FROM value",
		"REPLACE INTO value SELECT * FROM value WHERE run = 1",
		"INSERT INTO value (run, position, step, name, text) VALUES (1, 99, 0, 'x', 'y')",
		"UPDATE run_image SET image = 1", "DELETE FROM run_image",
		"UPDATE OR REPLACE run_image SET image = 1",
		"REPLACE INTO run_image SELECT * FROM run_image WHERE run = 1",
		"INSERT INTO run_image VALUES (1, 1)",
		"UPDATE unit SET uid = NULL, bound = NULL, bound_by = NULL WHERE id = 1",
		"UPDATE unit SET serial = '4713' WHERE id = 2",
		"UPDATE OR REPLACE unit SET uid = '" CHIP_1
		"', bound = '', bound_by = 1 WHERE id = 2",
		"UPDATE OR REPLACE unit SET id = 1 WHERE id = 2", "DELETE FROM unit WHERE id = 2",
		"REPLACE INTO unit (serial, since) VALUES ('4711', '')",
		"REPLACE INTO unit (serial, since, uid, bound, bound_by) VALUES ('4799', '', "
		"'" CHIP_1 "', '', 1)",
		"UPDATE recipe SET text = ''", "DELETE FROM recipe",
		"REPLACE INTO recipe SELECT * FROM recipe",
		"REPLACE INTO recipe (sha256, name, product, revision, text)"
		" SELECT sha256, name, product, revision, 'other' FROM recipe",
		"UPDATE fixture SET text = ''", "DELETE FROM fixture",
		"REPLACE INTO fixture SELECT * FROM fixture", "UPDATE image SET sha256 = ''",
		"DELETE FROM image", "REPLACE INTO image SELECT * FROM image",
		"UPDATE station SET name = ''", "DELETE FROM station",
		"REPLACE INTO station SELECT * FROM station"};
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	whole_run(journal, "4711", CHIP_1, VERDICT_PASS);
	whole_run(journal, "4711", CHIP_1, VERDICT_FAIL);
	gint64 open = scratch_begin(journal, "4712");
	scratch_step(journal, open, 0);
	put_values(journal, open);
	g_clear_pointer(&journal, journal_close);
	g_autofree char *before = scratch_dump(scratch.path);
	for (guint i = 0; i < G_N_ELEMENTS(attacks); i++) {
		g_assert_cmpint(scratch_sql(scratch.path, attacks[i]), ==, SQLITE_CONSTRAINT);
		g_autofree char *after = scratch_dump(scratch.path);
		g_assert_cmpstr(after, ==, before);
	}
}

static void expect_conflict(
	Journal *journal, gint64 run, const char *uid, gint code, const char *names)
{
	g_autoptr(GError) error = NULL;
	g_assert_false(journal_bind(journal, run, uid, &error));
	g_assert_error(error, FAILURE, code);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, names));
}

static void test_bind(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 first = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, first, "003900353138510d33383539", &error));
	/* Again the same, in whatever case: nothing new. It was aborted, and stays bound. */
	g_assert_true(journal_bind(journal, first, CHIP_1, &error));
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 1);

	gint64 retest = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, retest, CHIP_1, &error));
	expect_conflict(journal, retest, CHIP_2, FAILURE_SERIAL_BOUND, CHIP_1);
	gint64 other = scratch_begin(journal, "4712");
	expect_conflict(journal, other, CHIP_1, FAILURE_CHIP_BOUND, "4711");
	/* The conflict bound nothing, but the run says what it saw. */
	json_t *unit = unit_of(journal, "4712");
	g_assert_true(json_is_null(json_object_get(unit, "uid")));
	json_decref(unit);
	g_autofree char *seen = scratch_run_text(journal, "4712", 0, "uid");
	g_assert_cmpstr(seen, ==, CHIP_1);
	g_assert_true(journal_bind(journal, other, CHIP_2, &error));
	g_assert_no_error(error);

	static const char *const none[] = {"", "0039", "003900353138510D3338353G", CHIP_1 "0",
		"000000000000000000000000", "ffffffffffffffffffffffff", NULL};
	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_assert_false(journal_bind(journal, other, none[i], &error));
		g_assert_error(error, FAILURE, FAILURE_STATION_INTERNAL);
		g_clear_error(&error);
	}
}

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
	gint64 first = whole_run(journal, "4711", CHIP_1, VERDICT_FAIL);
	assert_cut_off(journal, first, 0);
	gint64 removed = whole_run(journal, "4711", CHIP_1, VERDICT_ERROR);
	assert_cut_off(journal, removed, 0);
	/* Another serial's, of this chip: refused. */
	gint64 refused = scratch_begin(journal, "4712");
	g_assert_false(journal_bind(journal, refused, CHIP_1, &error));
	g_clear_error(&error);
	g_assert_true(scratch_end(journal, refused, VERDICT_FAIL, &error));
	gint64 again = whole_run(journal, "4711", CHIP_1, VERDICT_PASS);
	assert_cut_off(journal, again, 1);
	gint64 open = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, open, CHIP_1, &error));
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
	whole_run(journal, "4711", CHIP_1, VERDICT_PASS);
	scratch_begin(journal, "4712");
	scratch_begin(journal, "4713");
	g_clear_pointer(&journal, journal_close);

	journal = scratch_open(&scratch);
	assert_verdict(journal, "4712", 0, "RUNNING");
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 2);
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 0);
	g_assert_no_error(error);
	assert_verdict(journal, "4711", 0, "PASS");
	assert_verdict(journal, "4712", 0, "ABORTED");
	g_autofree char *code = scratch_run_text(journal, "4713", 0, "code");
	g_assert_cmpstr(code, ==, "stopped");
}

/* What cannot be begun leaves nothing behind. */
static void test_begin_is_whole(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	JournalRun runs[] = {scratch_run(""), scratch_run("\xff\xfe"), scratch_run("4711"),
		scratch_run("4711"), scratch_run("4711")};
	const JournalImage twice[] = {{"a", "aa", 1}, {"a", "aa", 1}};
	runs[2].recipe_sha256 = "00";
	runs[3].fixture_text = "another";
	runs[4].images = twice;
	for (guint i = 0; i < G_N_ELEMENTS(runs); i++)
		expect_refused(journal_begin(journal, &runs[i], &error) != 0, &error);
	json_t *none = journal_runs(journal, 100, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(none), ==, 0);
	json_decref(none);
	g_assert_null(unit_of(journal, "4711"));
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
	assert_verdict(reader, "4711", 0, "RUNNING");
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
	assert_verdict(reader, "4712", 0, "RUNNING");
	JournalRun run = scratch_run("4713");
	expect_refused(journal_begin(reader, &run, &error) != 0, &error);
	g_assert_null(unit_of(reader, "unknown"));
}

static void test_newest_first(void)
{
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	for (guint i = 0; i < 5; i++)
		scratch_begin(journal, "4711");
	json_t *runs = journal_runs(journal, 3, &error), *run;
	size_t i;
	g_assert_cmpuint(json_array_size(runs), ==, 3);
	json_array_foreach(runs, i, run)
		g_assert_cmpint(json_integer_value(json_object_get(run, "run")), ==, 5 - (gint64)i);
	json_decref(runs);
}

static void test_similar(void)
{
	static const struct {
		const char *asked, *found;
	} cases[] = {{"4711", "[\"47110\", \"47111\"]"},
		{"4712", "[\"47110\", \"47111\", \"4719\"]"},
		{"471", "[\"47110\", \"47111\", \"4719\"]"}, {"X", "[]"}, {"", "[]"},
		{"CAM-0009", "[\"CAM-0001\"]"}, {"CXYZ", "[]"}};
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	static const char *const serials[] = {"47110", "47111", "4719", "CAM-0001"};
	for (guint i = 0; i < G_N_ELEMENTS(serials); i++)
		scratch_begin(journal, serials[i]);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *similar = journal_similar(journal, cases[i].asked, &error);
		g_assert_no_error(error);
		char *text = json_dumps(similar, 0);
		g_assert_cmpstr(text, ==, cases[i].found);
		free(text);
		json_decref(similar);
	}
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
	expect_refused(none != NULL, &error);
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
	g_test_add_func("/journal/committed-survives", test_committed_survives);
	g_test_add_func("/journal/values", test_values);
	g_test_add_func("/journal/ends-once", test_ends_once);
	g_test_add_func("/journal/append-only", test_append_only);
	g_test_add_func("/journal/bind", test_bind);
	g_test_add_func("/journal/cut-off", test_cut_off);
	g_test_add_func("/journal/cut-off-serial", test_cut_off_serial);
	g_test_add_func("/journal/abort-open", test_abort_open);
	g_test_add_func("/journal/begin-is-whole", test_begin_is_whole);
	g_test_add_func("/journal/second-writer", test_second_writer);
	g_test_add_func("/journal/reader", test_reader);
	g_test_add_func("/journal/newest-first", test_newest_first);
	g_test_add_func("/journal/similar", test_similar);
	g_test_add_func("/journal/default-path", test_default_path);
	return g_test_run();
}

/* What the journal refuses: a second end, a changed row, a chip that is another's. */
#include "core/failure.h"
#include "lib/scratch.h"
#include <sqlite3.h>
#include <string.h>

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
	scratch_refused(journal_end(journal, run, &running, &error), &error);
	scratch_refused(journal_end(journal, run, &pass_with_code, &error), &error);
	scratch_refused(journal_end(journal, run, &fail_without, &error), &error);
	scratch_refused(scratch_end(journal, run + 1, VERDICT_PASS, &error), &error);
	scratch_verdict(journal, "4711", 0, "RUNNING");

	const JournalStep failed = {
		.index = 1, .id = "x", .verdict = VERDICT_ERROR, .code = "usb-lost"};
	g_assert_true(journal_step(journal, run, &failed, &error));
	scratch_refused(journal_step(journal, run, &failed, &error), &error);
	scratch_refused(scratch_end(journal, run, VERDICT_PASS, &error), &error);
	scratch_verdict(journal, "4711", 0, "RUNNING");
	g_assert_true(scratch_end(journal, run, VERDICT_ERROR, &error));
	scratch_refused(scratch_end(journal, run, VERDICT_ABORTED, &error), &error);
	scratch_verdict(journal, "4711", 0, "ERROR");

	const JournalStep late = {.index = 2, .id = "late", .verdict = VERDICT_PASS};
	const JournalValue late_value = {.name = "late", .text = "1"};
	scratch_refused(journal_step(journal, run, &late, &error), &error);
	scratch_refused(journal_value(journal, run, &late_value, &error), &error);
	scratch_refused(journal_bind(journal, run, SCRATCH_CHIP, &error), &error);
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
		"UPDATE OR REPLACE unit SET uid = '" SCRATCH_CHIP
		"', bound = '', bound_by = 1 WHERE id = 2",
		"UPDATE OR REPLACE unit SET id = 1 WHERE id = 2", "DELETE FROM unit WHERE id = 2",
		"REPLACE INTO unit (serial, since) VALUES ('4711', '')",
		"REPLACE INTO unit (serial, since, uid, bound, bound_by) VALUES ('4799', '', "
		"'" SCRATCH_CHIP "', '', 1)",
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
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_PASS);
	scratch_whole_run(journal, "4711", SCRATCH_CHIP, VERDICT_FAIL);
	gint64 open = scratch_begin(journal, "4712");
	scratch_step(journal, open, 0);
	scratch_values(journal, open);
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
	g_assert_true(journal_bind(journal, first, SCRATCH_CHIP, &error));
	g_assert_cmpint(journal_abort_open(journal, &error), ==, 1);

	gint64 retest = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, retest, SCRATCH_CHIP, &error));
	expect_conflict(journal, retest, SCRATCH_OTHER_CHIP, FAILURE_SERIAL_BOUND, SCRATCH_CHIP);
	gint64 other = scratch_begin(journal, "4712");
	expect_conflict(journal, other, SCRATCH_CHIP, FAILURE_CHIP_BOUND, "4711");
	/* The conflict bound nothing, but the run says what it saw. */
	json_t *unit = scratch_unit(journal, "4712");
	g_assert_true(json_is_null(json_object_get(unit, "uid")));
	json_decref(unit);
	g_autofree char *seen = scratch_run_text(journal, "4712", 0, "uid");
	g_assert_cmpstr(seen, ==, SCRATCH_CHIP);
	g_assert_true(journal_bind(journal, other, SCRATCH_OTHER_CHIP, &error));
	g_assert_no_error(error);

	static const char *const none[] = {"", "0039", "003900353138510D3338353G", SCRATCH_CHIP "0",
		"000000000000000000000000", "ffffffffffffffffffffffff", NULL};
	for (guint i = 0; i < G_N_ELEMENTS(none); i++) {
		g_assert_false(journal_bind(journal, other, none[i], &error));
		g_assert_error(error, FAILURE, FAILURE_STATION_INTERNAL);
		g_clear_error(&error);
	}
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
		scratch_refused(journal_begin(journal, &runs[i], &error) != 0, &error);
	json_t *none = journal_runs(journal, 100, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(json_array_size(none), ==, 0);
	json_decref(none);
	g_assert_null(scratch_unit(journal, "4711"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/ends-once", test_ends_once);
	g_test_add_func("/journal/append-only", test_append_only);
	g_test_add_func("/journal/bind", test_bind);
	g_test_add_func("/journal/begin-is-whole", test_begin_is_whole);
	return g_test_run();
}

#include "lib/chain_pair.h"

#include "journal/database.h"

#include <glib/gstdio.h>

/* Six ended runs of three boards, steps, values, images, a correction; the writer is closed. */
static void fill(const Scratch *scratch)
{
	static const Verdict verdicts[] = {VERDICT_PASS, VERDICT_FAIL};
	g_autoptr(Journal) journal = scratch_open(scratch);

	for (guint i = 0; i < 6; i++) {
		g_autofree char *serial = g_strdup_printf("OMV%06u", i % 3);
		g_autofree char *uid = g_strdup_printf("%024X", 0x1000 + i % 3);
		const JournalValue value = {
			.name = "boot", .value = 412.25 + i, .low = 0, .high = 900, .unit = "ms"};
		const JournalValue text = {.name = "chip.revision", .text = "V"};
		const JournalStep step = {.index = 1,
			.id = "drive",
			.kind = "drive.check",
			.verdict = VERDICT_FAIL,
			.code = "drive-corrupt",
			.seen = "a loop at cluster 7"};
		gint64 run = scratch_begin(journal, serial);

		g_assert_true(journal_bind(journal, run, uid, NULL));
		scratch_step(journal, run, 0);
		g_assert_true(journal_value(journal, run, &value, NULL));
		g_assert_true(journal_value(journal, run, &text, NULL));
		g_assert_true(i % 2 == 0 || journal_step(journal, run, &step, NULL));
		g_assert_true(scratch_end(journal, run, verdicts[i % 2], NULL));
	}
	const JournalCorrection correction = {.run = 2,
		.who = "anna",
		.why = "wrong cable",
		.changes = TRUE,
		.verdict = VERDICT_ERROR};
	g_assert_true(journal_correct(journal, &correction, NULL));
	sqlite3_exec(journal->db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
}

char *chain_prove_with(const char *path, const JournalHead *anchor)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) anchors = g_ptr_array_new();
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	g_autoptr(JournalProof) proof = NULL;

	if (anchor)
		g_ptr_array_add(anchors, (gpointer)anchor);
	proof = journal ? journal_prove(journal, anchors, &error) : NULL;
	if (!proof)
		return g_strdup_printf("unreadable: %s", error->message);
	g_ptr_array_add(proof->findings, NULL);
	return g_strjoinv("\n", (char **)proof->findings->pdata);
}

char *chain_prove(const char *path)
{
	return chain_prove_with(path, NULL);
}

void chain_tamper(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	g_autoptr(GString) all = g_string_new("PRAGMA foreign_keys = OFF;"
					      "PRAGMA ignore_check_constraints = ON;");

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(
		sqlite3_prepare_v2(db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'", -1,
			&stmt, NULL),
		==, SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		g_string_append_printf(all, "DROP TRIGGER %s;", sqlite3_column_text(stmt, 0));
	sqlite3_finalize(stmt);
	g_string_append(all, sql);
	g_assert_cmpint(sqlite3_exec(db, all->str, NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_total_changes(db), >, 0);
	sqlite3_close(db);
}

void chain_pair_set_up(ChainPair *pair, gconstpointer unused)
{
	scratch_make(&pair->whole);
	scratch_make(&pair->broken);
	fill(&pair->whole);
}

void chain_pair_tear_down(ChainPair *pair, gconstpointer unused)
{
	scratch_clear(&pair->whole);
	scratch_clear(&pair->broken);
}

void chain_pair_copy(const ChainPair *pair)
{
	g_autoptr(GBytes) bytes = scratch_bytes(pair->whole.path);
	g_autofree char *wal = g_strconcat(pair->broken.path, "-wal", NULL);
	g_autofree char *shm = g_strconcat(pair->broken.path, "-shm", NULL);

	g_unlink(wal);
	g_unlink(shm);
	scratch_write(pair->broken.path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

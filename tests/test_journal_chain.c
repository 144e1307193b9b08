/* What was written stays as it was, or is found: every column, raw bytes, rows gone. */
#include "journal/database.h"
#include "lib/chain_pair.h"

#include <string.h>

static void expect(ChainPair *pair, const char *sql, const char *wanted)
{
	g_autofree char *found = NULL;

	chain_pair_copy(pair);
	chain_tamper(pair->broken.path, sql);
	found = chain_prove(pair->broken.path);
	g_test_message("%s -> %s", sql, found);
	g_assert_nonnull(strstr(found, wanted));
}

static void test_whole(ChainPair *pair, gconstpointer unused)
{
	g_autofree char *found = chain_prove(pair->whole.path);

	g_assert_cmpstr(found, ==, "");
}

/* Every column of every table: its value in one row becomes another one of its kind. */
static void test_columns(ChainPair *pair, gconstpointer unused)
{
	static const char *const tables[] = {"unit", "run", "step", "value", "run_image", "image",
		"recipe", "fixture", "station", "correction", "chain", "origin"};
	guint columns = 0;

	for (gsize t = 0; t < G_N_ELEMENTS(tables); t++) {
		g_autofree char *ask = g_strdup_printf("SELECT * FROM %s", tables[t]);
		sqlite3 *db = NULL;
		sqlite3_stmt *stmt = NULL;

		g_assert_cmpint(sqlite3_open(pair->whole.path, &db), ==, SQLITE_OK);
		g_assert_cmpint(sqlite3_prepare_v2(db, ask, -1, &stmt, NULL), ==, SQLITE_OK);
		for (int i = 0; i < sqlite3_column_count(stmt); i++, columns++) {
			const char *name = sqlite3_column_name(stmt, i);
			g_autofree char *sql = g_strdup_printf(
				"UPDATE OR IGNORE %s SET \"%s\" = CASE typeof(\"%s\")"
				" WHEN 'text' THEN CASE WHEN length(\"%s\") = 0 THEN 'x' ELSE"
				" char(unicode(\"%s\") + 1) || substr(\"%s\", 2) END"
				" WHEN 'null' THEN NULL ELSE \"%s\" + 97 END"
				" WHERE (%s) = (SELECT %s FROM %s WHERE \"%s\" IS NOT NULL LIMIT "
				"1)",
				tables[t], name, name, name, name, name, name, "rowid_or_key",
				"rowid_or_key", tables[t], name);
			const char *key = g_strcmp0(tables[t], "step") == 0 ||
							  g_strcmp0(tables[t], "value") == 0
						  ? "run, position"
					  : g_strcmp0(tables[t], "run_image") == 0 ? "run, image"
										   : "rowid";
			g_auto(GStrv) parts = g_strsplit(sql, "rowid_or_key", -1);
			g_autofree char *whole = g_strjoinv(key, parts);
			g_autofree char *found = NULL;

			chain_pair_copy(pair);
			chain_tamper(pair->broken.path, whole);
			found = chain_prove(pair->broken.path);
			g_test_message("%s.%s -> %s", tables[t], name, found);
			g_assert_cmpstr(found, !=, "");
		}
		sqlite3_finalize(stmt);
		sqlite3_close(db);
	}
	g_assert_cmpuint(columns, >, 70);
}

/* All rows as text; NULL where they cannot be read. */
static char *dump(const char *path)
{
	static const char *const asks[] = {"SELECT * FROM unit", "SELECT * FROM run",
		"SELECT * FROM step", "SELECT * FROM value", "SELECT * FROM run_image",
		"SELECT * FROM image", "SELECT * FROM recipe", "SELECT * FROM fixture",
		"SELECT * FROM station", "SELECT * FROM correction"};
	g_autoptr(GString) text = g_string_new(NULL);
	sqlite3 *db = NULL;
	int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(asks) && result == SQLITE_OK; i++) {
		sqlite3_stmt *stmt = NULL;

		result = sqlite3_prepare_v2(db, asks[i], -1, &stmt, NULL);
		while (result == SQLITE_OK && (result = sqlite3_step(stmt)) == SQLITE_ROW) {
			for (int c = 0; c < sqlite3_column_count(stmt); c++)
				g_string_append_printf(text, "%d:%s|", sqlite3_column_type(stmt, c),
					(const char *)sqlite3_column_text(stmt, c));
			result = SQLITE_OK;
		}
		if (result == SQLITE_DONE)
			result = SQLITE_OK;
		sqlite3_finalize(stmt);
	}
	sqlite3_close(db);
	return result == SQLITE_OK ? g_strdup(text->str) : NULL;
}

/* Bits of the file itself: whatever changes what it says is found. */
static void test_bits(ChainPair *pair, gconstpointer unused)
{
	g_autofree char *before = dump(pair->whole.path);
	g_autoptr(GBytes) bytes = scratch_bytes(pair->whole.path);
	guint changed = 0;

	g_assert_nonnull(before);
	for (guint i = 0; i < 400; i++) {
		gsize length = g_bytes_get_size(bytes);
		g_autofree guint8 *data = g_memdup2(g_bytes_get_data(bytes, NULL), length);
		gsize at = (gsize)g_test_rand_int_range(0, (gint32)length);
		guint bit = (guint)g_test_rand_int_range(0, 8);
		g_autofree char *after = NULL, *found = NULL;

		data[at] ^= (guint8)(1u << bit);
		chain_pair_copy(pair);
		scratch_write(pair->broken.path, data, length);
		after = dump(pair->broken.path);
		if (g_strcmp0(before, after) == 0)
			continue;
		changed++;
		found = chain_prove(pair->broken.path);
		g_test_message("byte %zu, bit %u: %s", at, bit, found);
		g_assert_cmpstr(found, !=, "");
	}
	g_assert_cmpuint(changed, >, 20);
}

static void test_named(ChainPair *pair, gconstpointer unused)
{
	expect(pair, "UPDATE run SET seen = 'nothing' WHERE id = 4;",
		"record 4 (run 4, serial OMV000000) is not as it was written");
	expect(pair, "UPDATE value SET number = 413 WHERE run = 5 AND position = 0;",
		"record 5 (run 5, serial OMV000001) is not as it was written");
	expect(pair, "DELETE FROM run WHERE id = 3;",
		"record 3 (run 3): what it stands for is gone");
	expect(pair, "DELETE FROM run WHERE id = 3;", "1 of the runs 1 to 6 are gone");
	expect(pair, "DELETE FROM chain WHERE n = 3; DELETE FROM run WHERE id = 3;",
		"record 3 is gone");
	expect(pair, "DELETE FROM chain WHERE n IN (2, 3);", "records 2 to 3 are gone");
	expect(pair,
		"INSERT OR REPLACE INTO run SELECT id, unit, slot, recipe, fixture, station, "
		"operator,"
		" began, uid, ended, ms, 'PASS', NULL, NULL, NULL, NULL, NULL, NULL, lot, purpose "
		"FROM run "
		"WHERE "
		"id = 2;",
		"record 2 (run 2, serial OMV000001) is not as it was written");
	expect(pair,
		"INSERT INTO run SELECT 7, unit, slot, recipe, fixture, station, operator, began, "
		"uid,"
		" ended, ms, verdict, blame, code, step, seen, advice, log, lot, purpose FROM run "
		"WHERE id "
		"= 1;",
		"run 7 has ended, but is in no record");
	expect(pair, "UPDATE recipe SET text = text || ' ';",
		"the text of recipe 1 is not as it was");
	expect(pair, "UPDATE unit SET uid = 'FFFFFFFFFFFFFFFFFFFFFFF0' WHERE id = 2;",
		"the chip of serial OMV000001 is not the one that run 2 saw");
	expect(pair, "DELETE FROM correction;",
		"record 7 (correction 1): what it stands for is gone");
}

static void test_correction(ChainPair *pair, gconstpointer unused)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = scratch_open(&pair->whole);
	const JournalCorrection none = {.run = 99, .who = "a", .why = "b"};
	const JournalCorrection nobody = {.run = 1, .who = "", .why = "b"};
	gint64 open = scratch_begin(journal, "OMV000009");
	const JournalCorrection early = {.run = open, .who = "a", .why = "b"};

	g_assert_false(journal_correct(journal, &none, NULL));
	g_assert_false(journal_correct(journal, &nobody, NULL));
	g_assert_false(journal_correct(journal, &early, &error));
	g_assert_nonnull(strstr(error->message, "has not ended"));
	g_assert_cmpint(scratch_sql(pair->whole.path, "UPDATE correction SET why = 'x'"), ==,
		SQLITE_CONSTRAINT);
	g_assert_cmpint(scratch_sql(pair->whole.path, "DELETE FROM chain"), ==, SQLITE_CONSTRAINT);
	g_assert_cmpint(
		scratch_sql(pair->whole.path, "INSERT OR REPLACE INTO chain SELECT * FROM chain"),
		==, SQLITE_CONSTRAINT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	chain_pair_test("/chain/whole", test_whole);
	chain_pair_test("/chain/columns", test_columns);
	chain_pair_test("/chain/bits", test_bits);
	chain_pair_test("/chain/named", test_named);
	chain_pair_test("/chain/correction", test_correction);
	return g_test_run();
}

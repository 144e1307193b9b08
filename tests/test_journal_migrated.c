/* Journals of older schemas, as their programs wrote them, in the hands of this one. */
#include "journal/database.h"
#include "lib/chain_pair.h"
#include "lib/scratch.h"

#include <string.h>

typedef struct {
	const char *file;
	guint records, open; /* the chain's; runs that were cut off */
	const char *added;   /* columns, as a dump tells them; "|" is between; NULL: none */
} OldJournal;

/* Each that a schema before this one wrote. */
static const OldJournal old_journals[] = {
	{"journal-v1.db", 3, 1, "lot=|purpose=production|"},
	{"journal-v2.db", 4, 0, NULL},
};

static char *without(const char *text, const char *part)
{
	g_auto(GStrv) parts = g_strsplit(text, part, -1);
	return g_strjoinv("", parts);
}

/* An old journal is brought to this schema when it is opened, gets its chain if it had none, and loses nothing. */
static void test_migrated(gconstpointer data)
{
	const OldJournal *was = data;
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	g_autofree char *built = g_test_build_filename(G_TEST_DIST, "data", was->file, NULL);
	g_autofree char *here = g_build_filename("tests", "data", was->file, NULL);
	g_autoptr(GBytes) bytes =
		scratch_bytes(g_file_test(built, G_FILE_TEST_EXISTS) ? built : here);
	g_autofree char *before = NULL, *found = NULL;

	scratch_make(&scratch);
	scratch_write(scratch.path, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	before = scratch_dump(scratch.path);
	{
		g_autoptr(Journal) journal = scratch_open(&scratch);
		g_auto(JournalHead) head = {0};

		g_assert_true(journal_head(journal, &head, &error));
		g_assert_cmpint(head.record, ==, was->records);
		g_autofree char *after = scratch_dump(scratch.path);
		g_autofree char *rest = was->added ? without(after, was->added) : g_strdup(after);
		g_assert_true(g_str_equal(before, rest));
		g_assert_cmpint(journal_abort_open(journal, &error), ==, was->open);
	}
	found = chain_prove(scratch.path);
	g_assert_cmpstr(found, ==, "");
	/* Every view is there, and knows what was corrected. */
	g_assert_cmpint(scratch_sql(scratch.path, "SELECT unit_id, recipe_id, fixture_id, "
						  "v_run.verdict FROM v_run, v_unit, v_step,"
						  " v_measurement, v_yield_daily"),
		==, SQLITE_OK);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/migrated/v1", &old_journals[0], test_migrated);
	g_test_add_data_func("/migrated/v2", &old_journals[1], test_migrated);
	return g_test_run();
}

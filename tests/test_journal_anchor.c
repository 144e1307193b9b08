/* What only an anchor shows, a tail that was cut off or another history; and whose anchor it is. */
#include "journal/anchor.h"
#include "lib/chain_pair.h"

#include <string.h>
#include <sys/stat.h>

/* What only an anchor shows. */
static void test_history(ChainPair *pair, gconstpointer unused)
{
	static const char cut[] =
		"DELETE FROM chain WHERE n > 5; DELETE FROM correction;"
		"DELETE FROM value WHERE run = 6; DELETE FROM step WHERE run = 6;"
		"DELETE FROM run_image WHERE run = 6; DELETE FROM run WHERE id = 6;";
	g_auto(JournalHead) head = {0};
	g_autoptr(Journal) journal = journal_open_reader(pair->whole.path, NULL);
	g_autofree char *whole = NULL, *blind = NULL, *found = NULL;

	g_assert_true(journal_head(journal, &head, NULL));
	g_assert_cmpint(head.record, ==, 7);
	whole = chain_prove_with(pair->whole.path, &head);
	g_assert_cmpstr(whole, ==, "");
	chain_pair_copy(pair);
	chain_tamper(pair->broken.path, cut);
	blind = chain_prove(pair->broken.path);
	g_assert_cmpstr(blind, ==, "");
	found = chain_prove_with(pair->broken.path, &head);
	g_assert_nonnull(strstr(found, "the journal ends with record 5, but at "));
	g_assert_nonnull(strstr(found, "it had record 7: its tail is gone"));

	/* Another history, of the same length, in the same journal. */
	g_free(head.hash);
	head.hash = g_strnfill(64, 'a');
	g_free(found);
	found = chain_prove_with(pair->whole.path, &head);
	g_assert_nonnull(strstr(found, "record 7 is another than the one anchored at"));
	g_free(head.journal);
	head.journal = g_strdup("another");
	g_free(found);
	found = chain_prove_with(pair->whole.path, &head);
	g_assert_nonnull(strstr(found, "belongs to journal another"));
}

static void test_signature(ChainPair *pair, gconstpointer unused)
{
	g_autofree char *path = g_build_filename(pair->broken.folder, "station.key", NULL);
	g_autofree char *other = g_build_filename(pair->broken.folder, "other.key", NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *public = anchor_key_new(path, &error);
	g_autofree char *stranger = anchor_key_new(other, &error);
	g_autoptr(Journal) journal = journal_open_reader(pair->whole.path, NULL);
	g_auto(JournalHead) head = {0}, read = {0};
	g_autofree char *line = NULL, *plain = NULL;
	struct stat file;

	g_assert_no_error(error);
	g_assert_null(anchor_key_new(path, NULL)); /* never over one that is there */
	g_assert_cmpint(stat(path, &file), ==, 0);
	g_assert_cmpint(file.st_mode & 0777, ==, 0600);
	g_assert_true(journal_head(journal, &head, NULL));
	line = anchor_write(&head, path, &error);
	plain = anchor_write(&head, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(anchor_read(line, public, &read, &error));
	g_assert_cmpint(read.record, ==, head.record);
	g_assert_cmpstr(read.hash, ==, head.hash);
	journal_head_clear(&read);

	g_assert_false(anchor_read(line, stranger, &read, &error));
	g_assert_error(error, ANCHOR_ERROR, ANCHOR_FORGED);
	g_clear_error(&error);
	g_assert_false(anchor_read(plain, public, &read, &error));
	g_assert_error(error, ANCHOR_ERROR, ANCHOR_FORGED);
	/* Any digit of it. */
	for (char *at = line; *at; at++) {
		g_auto(JournalHead) forged = {0};
		char was = *at;

		if (!g_ascii_isxdigit(was))
			continue;
		*at = was == '1' ? '2' : '1';
		g_assert_false(anchor_read(line, public, &forged, NULL));
		*at = was;
	}
	g_assert_false(anchor_read("{}", NULL, &read, NULL));
	g_assert_false(anchor_read("[", NULL, &read, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	chain_pair_test("/anchor/history", test_history);
	chain_pair_test("/anchor/signature", test_signature);
	return g_test_run();
}

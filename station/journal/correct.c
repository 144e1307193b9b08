/* A later word on a run: a row of its own, for what is written is never changed (trust.md section 1). */
#include "journal/chain.h"

static gint64 correction_row(Journal *journal, const JournalCorrection *correction, GError **error)
{
	g_autofree char *now = database_now();
	g_autoptr(Statement) insert = statement_new(journal, "write a correction",
		"INSERT INTO correction (run, at, who, why, verdict)"
		" VALUES (:run, :at, :who, :why, :verdict)");

	statement_put_int(insert, ":run", correction->run);
	statement_put_text(insert, ":at", now);
	statement_put_text(insert, ":who", correction->who);
	statement_put_text(insert, ":why", correction->why);
	statement_put_text(
		insert, ":verdict", correction->changes ? verdict_word(correction->verdict) : NULL);
	return statement_run(insert, error) ? sqlite3_last_insert_rowid(journal->db) : 0;
}

gboolean journal_correct(Journal *journal, const JournalCorrection *correction, GError **error)
{
	g_autoptr(Transaction) transaction = transaction_begin(journal, error);
	gint64 id = transaction ? correction_row(journal, correction, error) : 0;

	return id && chain_add_correction(journal, id, error) &&
	       transaction_commit(transaction, error);
}

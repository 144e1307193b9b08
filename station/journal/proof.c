#include "journal/proof.h"

#include "core/text.h"
#include "journal/chain.h"

#include <string.h>

enum { FINDINGS_MAX = 100 };

void journal_head_clear(JournalHead *head)
{
	g_clear_pointer(&head->journal, g_free);
	g_clear_pointer(&head->hash, g_free);
	g_clear_pointer(&head->at, g_free);
}

void journal_proof_free(JournalProof *proof)
{
	if (!proof)
		return;
	g_ptr_array_unref(proof->findings);
	g_ptr_array_unref(proof->remarks);
	g_free(proof);
}

G_GNUC_PRINTF(2, 3) static void find(JournalProof *proof, const char *format, ...)
{
	va_list args;

	if (proof->findings->len == FINDINGS_MAX) {
		proof->more++;
		return;
	}
	va_start(args, format);
	g_ptr_array_add(proof->findings, g_strdup_vprintf(format, args));
	va_end(args);
}

gboolean journal_head(Journal *journal, JournalHead *head, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read the chain",
		"SELECT journal, n, hash FROM origin LEFT JOIN"
		" (SELECT n, hash FROM chain ORDER BY n DESC LIMIT 1)");
	gint rows = statement_next(query, error);

	if (rows <= 0)
		return rows == 0 &&
		       database_refuse(
			       error, "journal %s has no origin: it is damaged", journal->path);
	head->journal = statement_text(query, 0);
	head->record = statement_int(query, 1);
	head->hash = statement_text(query, 2);
	head->at = database_now();
	if (!head->hash)
		head->hash = chain_origin(journal, error);
	return head->hash != NULL;
}

/* ---- the chain itself -------------------------------------------------------------------------- */

/* "record 17 (run 42, serial OMV000042)" */
static char *describe(Journal *journal, const ChainRecord *record)
{
	g_autoptr(Statement) query = statement_new(journal, "read a serial",
		"SELECT serial FROM run JOIN unit ON unit.id = run.unit WHERE run.id = :run");
	g_autofree char *serial = NULL, *clean = NULL;

	if (!record->run)
		return g_strdup_printf("record %" G_GINT64_FORMAT " (correction %" G_GINT64_FORMAT
				       ")",
			record->n, record->correction);
	statement_put_int(query, ":run", record->run);
	if (statement_next(query, NULL) > 0)
		serial = statement_text(query, 0);
	clean = serial ? text_clean(serial, -1) : NULL;
	return g_strdup_printf("record %" G_GINT64_FORMAT " (run %" G_GINT64_FORMAT "%s%s)",
		record->n, record->run, clean ? ", serial " : "", clean ? clean : "");
}

/* A record against the hash that stands before it; what it says goes on to the next one. */
static gboolean prove_record(Journal *journal, JournalProof *proof, const ChainRecord *record,
	const char *before, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *hash = chain_hash(journal, record, before, &failure);
	g_autofree char *name = NULL;

	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (hash && strcmp(hash, record->hash) == 0)
		return TRUE;
	name = describe(journal, record);
	find(proof, hash ? "%s is not as it was written" : "%s: what it stands for is gone", name);
	return TRUE;
}

static void find_gap(JournalProof *proof, gint64 expected, gint64 found)
{
	if (found - expected == 1)
		find(proof, "record %" G_GINT64_FORMAT " is gone", expected);
	else
		find(proof, "records %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT " are gone",
			expected, found - 1);
}

static gboolean prove_chain(Journal *journal, JournalProof *proof, GError **error)
{
	g_autoptr(Statement) query = statement_new(
		journal, "read the chain", "SELECT n, run, correction, hash FROM chain ORDER BY n");
	g_autofree char *before = chain_origin(journal, error);
	gint more;

	if (!before)
		return FALSE;
	while ((more = statement_next(query, error)) > 0) {
		g_autofree char *hash = statement_text(query, 3);
		ChainRecord record = {statement_int(query, 0), statement_int(query, 1),
			statement_int(query, 2), hash};

		/* Behind a gap the hash before is not known: that record is taken as it is. */
		if (record.n != proof->records + 1)
			find_gap(proof, proof->records + 1, record.n);
		else if (!prove_record(journal, proof, &record, before, error))
			return FALSE;
		proof->records = record.n;
		g_free(before);
		before = g_steal_pointer(&hash);
	}
	return more == 0;
}

/* ---- what stands around it --------------------------------------------------------------------- */

/* Each row of the answer is a finding. */
static gboolean find_rows(
	Journal *journal, GPtrArray *into, JournalProof *proof, const char *sql, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look at its tables", sql);
	gint more;

	while ((more = statement_next(query, error)) > 0) {
		g_autofree char *text = statement_text(query, 0);
		g_autofree char *clean = text_clean(text ? text : "", -1);

		if (into == proof->findings)
			find(proof, "%s", clean);
		else if (into->len < FINDINGS_MAX)
			g_ptr_array_add(into, g_steal_pointer(&clean));
	}
	return more == 0;
}

/* Rows that no record vouches for, and pointers that do not agree. */
static const char *const questions[] = {
	"SELECT 'run ' || id || ' has ended, but is in no record: something else wrote it' FROM run"
	" WHERE verdict <> 'RUNNING' AND NOT EXISTS (SELECT 1 FROM chain WHERE run = run.id)"
	" ORDER BY id",
	"SELECT 'correction ' || id || ' is in no record: something else wrote it'"
	" FROM correction"
	" WHERE NOT EXISTS (SELECT 1 FROM chain WHERE correction = correction.id) ORDER BY id",
	/* Ids are given one after the other, and a transaction that is undone gives its own back. */
	"SELECT (max(id) - count(*)) || ' of the runs 1 to ' || max(id) || ' are gone' FROM run"
	" HAVING max(id) > count(*)",
	"SELECT 'the chip of serial ' || serial || ' is not the one that run ' || bound_by || ' "
	"saw'"
	" FROM unit LEFT JOIN run ON run.id = bound_by AND run.unit = unit.id"
	" WHERE unit.uid IS NOT NULL AND unit.uid IS NOT run.uid ORDER BY unit.id",
};

static gboolean prove_tables(Journal *journal, JournalProof *proof, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(questions); i++)
		if (!find_rows(journal, proof->findings, proof, questions[i], error))
			return FALSE;
	return find_rows(journal, proof->remarks, proof,
		       "SELECT 'the clock stepped back between run ' || before || ' (' || was ||"
		       " ') and run ' || id || ' (' || began || ')' FROM (SELECT id, began,"
		       " lag(id) OVER w AS before, lag(began) OVER w AS was FROM run"
		       " WINDOW w AS (ORDER BY id)) WHERE began < was",
		       error) &&
	       database_int(journal, "SELECT count(*) FROM run", &proof->runs, error);
}

/* Recipes and fixtures stand in records by their SHA-256 only. */
static gboolean prove_texts(
	Journal *journal, JournalProof *proof, const char *what, const char *sql, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read its texts", sql);
	gint more;

	while ((more = statement_next(query, error)) > 0) {
		g_autofree char *text = statement_text(query, 1);
		g_autofree char *wanted = statement_text(query, 2);
		g_autofree char *sum =
			g_compute_checksum_for_string(G_CHECKSUM_SHA256, text ? text : "", -1);

		if (g_strcmp0(sum, wanted) != 0)
			find(proof, "the text of %s %" G_GINT64_FORMAT " is not as it was written",
				what, statement_int(query, 0));
	}
	return more == 0;
}

/* ---- anchors ----------------------------------------------------------------------------------- */

static gboolean prove_anchor(
	Journal *journal, JournalProof *proof, const JournalHead *anchor, GError **error)
{
	g_autofree char *id = database_text(journal, "SELECT journal FROM origin", error);
	g_autofree char *sql = g_strdup_printf(
		"SELECT hash FROM chain WHERE n = %" G_GINT64_FORMAT, anchor->record);
	g_autofree char *hash = NULL, *said = text_clean(anchor->at, -1);

	if (!id)
		return FALSE;
	if (strcmp(id, anchor->journal) != 0) {
		g_autofree char *other = text_clean(anchor->journal, -1);

		find(proof, "the anchor of %s belongs to journal %s, this one is %s", said, other,
			id);
		return TRUE;
	}
	hash = anchor->record ? database_text(journal, sql, error) : chain_origin(journal, error);
	if (!hash)
		return FALSE;
	if (anchor->record > proof->records)
		find(proof,
			"the journal ends with record %" G_GINT64_FORMAT
			", but at %s it had record "
			"%" G_GINT64_FORMAT ": its tail is gone",
			proof->records, said, anchor->record);
	else if (g_ascii_strcasecmp(hash, anchor->hash) != 0)
		find(proof,
			"record %" G_GINT64_FORMAT " is another than the one anchored at %s: "
			"what is before it was written anew",
			anchor->record, said);
	return TRUE;
}

JournalProof *journal_prove(Journal *journal, GPtrArray *anchors, GError **error)
{
	g_autoptr(Transaction) moment = transaction_begin_reading(journal, error);
	g_autoptr(JournalProof) proof = g_new0(JournalProof, 1);

	proof->findings = g_ptr_array_new_with_free_func(g_free);
	proof->remarks = g_ptr_array_new_with_free_func(g_free);
	if (!moment || !prove_chain(journal, proof, error) ||
		!prove_tables(journal, proof, error) ||
		!prove_texts(journal, proof, "recipe",
			"SELECT id, text, sha256 FROM recipe ORDER BY id", error) ||
		!prove_texts(journal, proof, "fixture",
			"SELECT id, text, sha256 FROM fixture ORDER BY id", error))
		return NULL;
	for (guint i = 0; anchors && i < anchors->len; i++)
		if (!prove_anchor(journal, proof, anchors->pdata[i], error))
			return NULL;
	return g_steal_pointer(&proof);
}

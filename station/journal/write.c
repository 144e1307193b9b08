/*
 * Writing: each call is one transaction, and has committed when it returns TRUE. Those that decide something (a run
 * begins, a serial is bound, a verdict) wait for the disk. Steps and values, some forty a run, do not: the next
 * of the others takes them along. A disk that is busy would else hold up all slots, forty times.
 */
#include "journal/chain.h"

#include "core/failure.h"
#include "journal/facts.h"
#include <math.h>
#include <string.h>

/* Of a job's diagnostics as much as a person reads. */
#define LOG_BYTES (64 * 1024)

const char *purpose_word(Purpose purpose)
{
	static const char *const words[PURPOSE_COUNT] = {"production", "selftest", "qualification"};

	return words[purpose];
}

static gint64 run_row(Journal *journal, const JournalRun *run, GError **error)
{
	g_autofree char *now = database_now();
	gint64 unit = facts_unit(journal, run->serial, now, error);
	gint64 recipe = unit ? facts_recipe(journal, run, error) : 0;
	gint64 fixture = recipe ? facts_fixture(journal, run, error) : 0;
	gint64 station = fixture ? facts_station(journal, run, error) : 0;
	if (!station)
		return 0;
	g_autoptr(Statement) insert = statement_new(journal, "write the run",
		"INSERT INTO run (unit, slot, recipe, fixture, station, operator, lot, "
		"purpose, began) VALUES (:unit, :slot, :recipe, :fixture, :station, :operator, "
		":lot, :purpose, :began)");
	statement_put_int(insert, ":unit", unit);
	statement_put_int(insert, ":slot", run->slot);
	statement_put_int(insert, ":recipe", recipe);
	statement_put_int(insert, ":fixture", fixture);
	statement_put_int(insert, ":station", station);
	statement_put_text(insert, ":operator", run->operator ? run->operator : "");
	statement_put_text(insert, ":lot", run->lot ? run->lot : "");
	statement_put_text(insert, ":purpose", purpose_word(run->purpose));
	statement_put_text(insert, ":began", now);
	return statement_run(insert, error) ? sqlite3_last_insert_rowid(journal->db) : 0;
}

static gboolean run_image_row(
	Journal *journal, gint64 run, const JournalImage *image, GError **error)
{
	gint64 id = facts_image(journal, image, error);
	if (!id)
		return FALSE;
	g_autoptr(Statement) insert = statement_new(journal, "write the run's images",
		"INSERT INTO run_image (run, image) VALUES (:run, :image)");
	statement_put_int(insert, ":run", run);
	statement_put_int(insert, ":image", id);
	return statement_run(insert, error);
}

gint64 journal_begin(Journal *journal, const JournalRun *run, GError **error)
{
	g_autoptr(Transaction) transaction = transaction_begin(journal, error);
	gint64 id = transaction ? run_row(journal, run, error) : 0;
	if (!id)
		return 0;
	for (gsize i = 0; i < run->image_count; i++)
		if (!run_image_row(journal, id, &run->images[i], error))
			return 0;
	return transaction_commit(transaction, error) ? id : 0;
}

gboolean journal_step(Journal *journal, gint64 run, const JournalStep *step, GError **error)
{
	g_autoptr(Statement) insert = statement_new(journal, "write a step",
		"INSERT INTO step (run, position, name, kind, offset_ms, ms, verdict, code, seen)"
		" VALUES (:run, :position, :name, :kind, :offset_ms, :ms, :verdict, :code, :seen)");
	statement_put_int(insert, ":run", run);
	statement_put_int(insert, ":position", step->index);
	statement_put_text(insert, ":name", step->id);
	statement_put_text(insert, ":kind", step->kind ? step->kind : "");
	statement_put_int(insert, ":offset_ms", step->offset_ms);
	statement_put_int(insert, ":ms", step->ms);
	statement_put_text(insert, ":verdict", verdict_word(step->verdict));
	statement_put_text(insert, ":code", step->code);
	statement_put_text(insert, ":seen", step->seen);
	return statement_run_soon(insert, error);
}

gboolean journal_value(Journal *journal, gint64 run, const JournalValue *value, GError **error)
{
	/* SQLite stores NaN as NULL, and JSON knows no infinity: such a number is kept as a word,
	 * with its limits, so that nobody takes it for a measurement within them. */
	char word[G_ASCII_DTOSTR_BUF_SIZE];
	const char *text = value->text;
	if (!text && !isfinite(value->value))
		text = g_ascii_dtostr(word, sizeof word, value->value);
	g_autoptr(Statement) insert = statement_new(journal, "write a value",
		"INSERT INTO value (run, position, step, name, text, number, low, high, unit)"
		" SELECT :run, coalesce(max(position) + 1, 0), :step, :name, :text, :number,"
		" :low, :high, :unit FROM value WHERE run = :run");
	statement_put_int(insert, ":run", run);
	statement_put_int(insert, ":step", value->step);
	statement_put_text(insert, ":name", value->name);
	statement_put_text(insert, ":text", text);
	statement_put_real(insert, ":number", text ? NAN : value->value);
	statement_put_real(insert, ":low", value->text ? NAN : value->low);
	statement_put_real(insert, ":high", value->text ? NAN : value->high);
	statement_put_text(insert, ":unit", value->unit);
	return statement_run_soon(insert, error);
}

/* ---- a run ends ---------------------------------------------------------------------------- */

static const char *tail(const char *log)
{
	gsize length = log ? strlen(log) : 0;
	return length > LOG_BYTES ? log + length - LOG_BYTES : log;
}

static void put_end(Statement *update, const JournalEnd *end)
{
	gboolean pass = end->verdict == VERDICT_PASS;
	statement_put_text(update, ":verdict", verdict_word(end->verdict));
	statement_put_text(
		update, ":blame", pass || end->blame == BLAME_NONE ? NULL : blame_word(end->blame));
	statement_put_text(update, ":code", end->code);
	statement_put_text(update, ":step", end->step);
	statement_put_text(update, ":seen", end->seen);
	statement_put_text(update, ":advice", end->advice);
	statement_put_text(update, ":log", tail(end->log));
}

/* FALSE without `error` where the run is not open. */
static gboolean end_run(
	Journal *journal, gint64 run, const JournalEnd *end, gboolean timed, GError **error)
{
	g_autofree char *now = database_now();
	g_autoptr(Statement) update = statement_new(journal, "write the run's outcome",
		"UPDATE run SET verdict = :verdict, blame = :blame, code = :code, step = :step,"
		" seen = :seen, advice = :advice, log = :log, ms = :ms, ended = :now"
		" WHERE id = :run AND verdict = 'RUNNING'");

	put_end(update, end);
	if (timed)
		statement_put_int(update, ":ms", end->ms);
	statement_put_text(update, ":now", now);
	statement_put_int(update, ":run", run);
	return statement_run(update, error) && sqlite3_changes(journal->db) == 1 &&
	       chain_add_run(journal, run, error);
}

gboolean journal_end(Journal *journal, gint64 run, const JournalEnd *end, GError **error)
{
	g_autoptr(Transaction) transaction = NULL;
	g_autoptr(GError) failure = NULL;

	if (end->verdict == VERDICT_RUNNING)
		return database_refuse(error,
			"run %" G_GINT64_FORMAT " cannot end RUNNING: that is no outcome", run);
	transaction = transaction_begin(journal, error);
	if (!transaction)
		return FALSE;
	if (end_run(journal, run, end, TRUE, &failure))
		return transaction_commit(transaction, error);
	if (!failure)
		return database_refuse(error,
			"run %" G_GINT64_FORMAT " is not open: it has ended, or was never begun",
			run);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

/* The ids of all open runs, of gint64; NULL with `error`. */
static GArray *open_runs(Journal *journal, GError **error)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(Statement) query = statement_new(journal, "look for runs that were cut off",
		"SELECT id FROM run WHERE verdict = 'RUNNING' ORDER BY id");
	gint more;

	while ((more = statement_next(query, error)) > 0) {
		gint64 id = statement_int(query, 0);

		g_array_append_val(runs, id);
	}
	return more < 0 ? NULL : g_steal_pointer(&runs);
}

gint journal_abort_open(Journal *journal, GError **error)
{
	const Failure *stopped = failure_row(FAILURE_STOPPED);
	const JournalEnd end = {
		.verdict = VERDICT_ABORTED,
		.blame = stopped->blame,
		.code = stopped->word,
		.seen = "the station was cut off while this run was open; what it did after its "
			"last step is not known",
		.advice = stopped->advice,
	};
	g_autoptr(Transaction) transaction = transaction_begin(journal, error);
	g_autoptr(GArray) runs = transaction ? open_runs(journal, error) : NULL;

	/* How long they took, nobody knows: ms stays NULL. */
	for (guint i = 0; runs && i < runs->len; i++)
		if (!end_run(journal, g_array_index(runs, gint64, i), &end, FALSE, error))
			return -1;
	return runs && transaction_commit(transaction, error) ? (gint)runs->len : -1;
}

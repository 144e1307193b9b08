#include "lib/journal_made.h"

#include "journal/chain.h"
#include "journal/facts.h"

#include <math.h>

enum { RUNS_A_TRANSACTION = 2000 };

typedef enum { ADD_RUN, ADD_STEP, ADD_VALUE, END_RUN, ADD_COUNT } Add;

static const char *const sqls[ADD_COUNT] = {
	[ADD_RUN] =
		"INSERT INTO run (unit, slot, recipe, fixture, station, operator, lot, purpose, "
		"began) VALUES (:unit, :slot, :recipe, :fixture, :station, :operator, :lot, "
		":purpose, :began)",
	[ADD_STEP] = "INSERT INTO step (run, position, name, kind, offset_ms, ms, verdict, code, "
		     "seen) VALUES (:run, :position, :name, :kind, :offset, :ms, :verdict, :code, "
		     ":seen)",
	[ADD_VALUE] = "INSERT INTO value (run, position, step, name, text, number, low, high, unit)"
		      " VALUES (:run, :position, :step, :name, :text, :number, :low, :high, :unit)",
	[END_RUN] =
		"UPDATE run SET verdict = :verdict, blame = :blame, code = :code, step = :step, "
		"ms = :ms, ended = :ended WHERE id = :run",
};

struct JournalMade {
	Journal *journal;
	Statement *add[ADD_COUNT];
	GHashTable *facts; /* text -> id */
	guint runs;
	gboolean open; /* a transaction */
};

static void must(gboolean done, const GError *error)
{
	if (!done)
		g_error("%s", error ? error->message : "the journal cannot be made");
}

JournalMade *journal_made_open(const char *path)
{
	g_autoptr(GError) error = NULL;
	JournalMade *made = g_new0(JournalMade, 1);

	made->journal = journal_open(path, &error);
	must(made->journal != NULL, error);
	must(database_execute(made->journal, "make it fast",
		     "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = "
		     "-65536",
		     &error),
		error);
	made->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < ADD_COUNT; i++)
		made->add[i] = statement_new(made->journal, "make a run", sqls[i]);
	return made;
}

static void execute(JournalMade *made, const char *sql)
{
	g_autoptr(GError) error = NULL;

	must(database_execute(made->journal, "make a run", sql, &error), error);
	made->open = *sql == 'B';
}

static void add(JournalMade *made, Add which)
{
	g_autoptr(GError) error = NULL;

	must(statement_run(made->add[which], &error), error);
	sqlite3_reset(made->add[which]->stmt);
}

/* ---- what a run refers to ---- */

typedef gint64 (*FactFunc)(Journal *journal, const JournalRun *run, GError **error);

static gint64 fact(JournalMade *made, FactFunc func, const JournalRun *run, char *key)
{
	g_autoptr(GError) error = NULL;
	gpointer known = g_hash_table_lookup(made->facts, key);
	gint64 id;

	if (known) {
		g_free(key);
		return GPOINTER_TO_SIZE(known);
	}
	id = func(made->journal, run, &error);
	must(id > 0, error);
	g_hash_table_insert(made->facts, key, GSIZE_TO_POINTER(id));
	return id;
}

static gint64 unit_of(Journal *journal, const JournalRun *run, GError **error)
{
	return facts_unit(journal, run->serial, "2026-01-01T00:00:00.000Z", error);
}

static char *time_text(gint64 ms)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

	return g_strdup_printf("%s.%03dZ", seconds, (int)(ms % 1000));
}

static gint64 begin_run(JournalMade *made, const MadeRun *run)
{
	g_autofree char *text = g_strconcat("revision: ", run->revision, "\n", NULL);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_autofree char *began = time_text(run->began_ms);
	const JournalRun whole = {.serial = run->serial,
		.recipe = "made",
		.revision = run->revision,
		.product = run->product,
		.recipe_text = text,
		.recipe_sha256 = sum,
		.fixture = "eight-up",
		.fixture_text = text,
		.fixture_sha256 = sum,
		.station = run->station,
		.openocd_version = "0.12.0"};
	Statement *insert = made->add[ADD_RUN];

	statement_put_int(
		insert, ":unit", fact(made, unit_of, &whole, g_strconcat("u", run->serial, NULL)));
	statement_put_int(insert, ":recipe",
		fact(made, facts_recipe, &whole,
			g_strconcat("r", run->product, "\n", run->revision, NULL)));
	statement_put_int(insert, ":fixture",
		fact(made, facts_fixture, &whole, g_strconcat("f", run->revision, NULL)));
	statement_put_int(insert, ":station",
		fact(made, facts_station, &whole, g_strconcat("s", run->station, NULL)));
	statement_put_int(insert, ":slot", run->slot);
	statement_put_text(insert, ":operator", run->operator);
	statement_put_text(insert, ":lot", run->lot);
	statement_put_text(insert, ":purpose", purpose_word(run->purpose));
	statement_put_text(insert, ":began", began);
	add(made, ADD_RUN);
	return sqlite3_last_insert_rowid(made->journal->db);
}

/* How long all of them took. */
static gint64 add_steps(JournalMade *made, gint64 id, const MadeRun *run)
{
	Statement *insert = made->add[ADD_STEP];
	gint64 offset = 0;

	for (guint i = 0; i < run->step_count; i++) {
		gboolean failed = run->code && i + 1 == run->step_count;

		statement_put_int(insert, ":run", id);
		statement_put_int(insert, ":position", i);
		statement_put_text(insert, ":name", run->steps[i].id);
		statement_put_text(insert, ":kind", run->steps[i].kind);
		statement_put_int(insert, ":offset", offset);
		statement_put_int(insert, ":ms", run->steps[i].ms);
		statement_put_text(
			insert, ":verdict", failed ? verdict_word(run->verdict) : "PASS");
		statement_put_text(insert, ":code", failed ? run->code : NULL);
		statement_put_text(insert, ":seen", failed ? "made" : NULL);
		add(made, ADD_STEP);
		offset += run->steps[i].ms;
	}
	return offset;
}

static void add_values(JournalMade *made, gint64 id, const MadeRun *run)
{
	Statement *insert = made->add[ADD_VALUE];

	for (guint i = 0; i < run->value_count; i++) {
		const MadeValue *value = &run->values[i];

		statement_put_int(insert, ":run", id);
		statement_put_int(insert, ":position", i);
		statement_put_int(insert, ":step", value->step);
		statement_put_text(insert, ":name", value->name);
		statement_put_text(insert, ":text", value->text);
		statement_put_real(insert, ":number", value->text ? NAN : value->value);
		statement_put_real(insert, ":low", value->text ? NAN : value->low);
		statement_put_real(insert, ":high", value->text ? NAN : value->high);
		statement_put_text(insert, ":unit", value->unit);
		add(made, ADD_VALUE);
	}
}

static void end_run(JournalMade *made, gint64 id, const MadeRun *run, gint64 ms)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *ended = time_text(run->began_ms + ms);
	Statement *update = made->add[END_RUN];

	statement_put_text(update, ":verdict", verdict_word(run->verdict));
	statement_put_text(update, ":blame",
		!run->code                     ? NULL
		: run->verdict == VERDICT_FAIL ? "board"
					       : "station");
	statement_put_text(update, ":code", run->code);
	statement_put_text(update, ":step",
		run->code && run->step_count ? run->steps[run->step_count - 1].id : NULL);
	statement_put_int(update, ":ms", ms);
	statement_put_text(update, ":ended", ended);
	statement_put_int(update, ":run", id);
	add(made, END_RUN);
	must(chain_add_run(made->journal, id, &error), error);
}

void journal_made_run(JournalMade *made, const MadeRun *run)
{
	gint64 id, ms;

	if (!made->open)
		execute(made, "BEGIN IMMEDIATE");
	id = begin_run(made, run);
	ms = add_steps(made, id, run);
	add_values(made, id, run);
	end_run(made, id, run, ms);
	if (++made->runs % RUNS_A_TRANSACTION == 0)
		execute(made, "COMMIT");
}

void journal_made_close(JournalMade *made)
{
	if (made->open)
		execute(made, "COMMIT");
	for (guint i = 0; i < ADD_COUNT; i++)
		statement_free(made->add[i]);
	g_hash_table_unref(made->facts);
	journal_close(made->journal);
	g_free(made);
}

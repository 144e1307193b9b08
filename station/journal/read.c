/* Reading: rows as JSON, their keys the columns' names. */
#include "journal/database.h"

#include <string.h>

/* All rows of a statement as an array; `extend` may add to each one. */
typedef gboolean (*Extend)(Journal *journal, json_t *row, GError **error);

static json_t *all_rows(Statement *query, Extend extend, GError **error)
{
	json_t *rows = json_array();
	gint more;
	while ((more = statement_next(query, error)) > 0) {
		json_t *row = statement_json(query);
		json_array_append_new(rows, row);
		if (extend && !extend(query->journal, row, error)) {
			json_decref(rows);
			return NULL;
		}
	}
	if (more == 0)
		return rows;
	json_decref(rows);
	return NULL;
}

/* Adds `key`: the rows that `sql` gives for this run. */
static gboolean add_rows(
	Journal *journal, json_t *run, const char *key, const char *sql, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read a run", sql);
	statement_put_int(query, ":run", json_integer_value(json_object_get(run, "run")));
	json_t *rows = all_rows(query, NULL, error);
	if (rows)
		json_object_set_new(run, key, rows);
	return rows != NULL;
}

static gboolean add_parts(Journal *journal, json_t *run, GError **error)
{
	return add_rows(journal, run, "images",
		       "SELECT name, sha256, size FROM run_image JOIN image ON image.id = image"
		       " WHERE run = :run ORDER BY image.id",
		       error) &&
	       add_rows(journal, run, "steps",
		       "SELECT position AS \"index\", name AS id, kind, offset_ms, ms, verdict, "
		       "code,"
		       " seen FROM step WHERE run = :run ORDER BY position",
		       error) &&
	       add_rows(journal, run, "corrections",
		       "SELECT at, who, why, verdict FROM correction WHERE run = :run ORDER BY id",
		       error) &&
	       add_rows(journal, run, "values",
		       "SELECT step, name, text, number AS value, low, high, unit FROM value"
		       " WHERE run = :run ORDER BY position",
		       error);
}

/* All that is known of runs; a condition goes on behind it. */
#define WHOLE_RUNS                                                                                 \
	"SELECT run.id AS run, serial, slot, began, ended, ms, verdict, blame, code, step, seen,"  \
	" advice, run.uid, operator, lot, purpose, station.name AS station,"                       \
	" recipe.name AS recipe, product, revision, recipe.sha256 AS recipe_sha256,"               \
	" fixture.name AS fixture, fixture.sha256 AS fixture_sha256,"                              \
	" flashline, openocd, sqlite, system, log"                                                 \
	" FROM unit JOIN run ON run.unit = unit.id JOIN recipe ON recipe.id = run.recipe"          \
	" JOIN fixture ON fixture.id = run.fixture JOIN station ON station.id = run.station"

static json_t *runs_of_unit(Journal *journal, const char *serial, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read a unit's runs",
		WHOLE_RUNS " WHERE serial = :serial ORDER BY run.id");
	statement_put_text(query, ":serial", serial);
	return all_rows(query, add_parts, error);
}

json_t *journal_run(Journal *journal, gint64 run, GError **error)
{
	g_autoptr(Statement) query =
		statement_new(journal, "read a run", WHOLE_RUNS " WHERE run.id = :run");
	json_t *rows, *whole = NULL;

	statement_put_int(query, ":run", run);
	rows = all_rows(query, add_parts, error);
	if (rows && json_array_size(rows))
		whole = json_incref(json_array_get(rows, 0));
	else if (rows)
		database_refuse(error, "there is no run %" G_GINT64_FORMAT, run);
	json_decref(rows);
	return whole;
}

json_t *journal_unit(Journal *journal, const char *serial, GError **error)
{
	g_autoptr(Transaction) moment = transaction_begin_reading(journal, error);
	if (!moment)
		return NULL;
	g_autoptr(Statement) query = statement_new(journal, "read a unit",
		"SELECT serial, since, uid, bound, bound_by FROM unit WHERE serial = :serial");
	statement_put_text(query, ":serial", serial);
	if (statement_next(query, error) <= 0)
		return NULL;
	json_t *unit = statement_json(query);
	json_t *runs = runs_of_unit(journal, serial, error);
	if (runs) {
		json_object_set_new(unit, "runs", runs);
		return unit;
	}
	json_decref(unit);
	return NULL;
}

json_t *journal_runs(Journal *journal, guint count, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "read the runs",
		"SELECT run.id AS run, began, ended, serial, run.uid AS uid, slot, purpose, "
		"recipe.name AS recipe,"
		" revision, station.name AS station, verdict, blame, code, step, ms"
		" FROM run JOIN unit ON unit.id = run.unit JOIN recipe ON recipe.id = run.recipe"
		" JOIN station ON station.id = run.station ORDER BY run.id DESC LIMIT :count");
	statement_put_int(query, ":count", count);
	return all_rows(query, NULL, error);
}

/* ---- serials like one that is not there ---------------------------------------------------- */

static glong common_characters(const char *a, const char *b)
{
	glong count = 0;
	while (*a && *b && g_utf8_get_char(a) == g_utf8_get_char(b)) {
		a = g_utf8_next_char(a);
		b = g_utf8_next_char(b);
		count++;
	}
	return count;
}

/* In the order of the index, those that begin alike are neighbours. */
static json_t *neighbours(Journal *journal, const char *serial, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look for serials like it",
		"SELECT * FROM (SELECT serial FROM unit WHERE serial < :serial"
		" ORDER BY serial DESC LIMIT 5)"
		" UNION ALL SELECT * FROM (SELECT serial FROM unit WHERE serial > :serial"
		" ORDER BY serial LIMIT 5) ORDER BY serial");
	statement_put_text(query, ":serial", serial);
	return all_rows(query, NULL, error);
}

json_t *journal_similar(Journal *journal, const char *serial, GError **error)
{
	g_autofree char *asked = g_utf8_make_valid(serial, -1);
	json_t *all = neighbours(journal, asked, error);
	if (!all)
		return NULL;
	glong best = MAX(1, (g_utf8_strlen(asked, -1) + 1) / 2);
	json_t *similar = json_array(), *row;
	size_t i;
	json_array_foreach(all, i, row)
	{
		json_t *other = json_object_get(row, "serial");
		glong common = common_characters(asked, json_string_value(other));
		if (common > best)
			json_array_clear(similar);
		if (common >= best)
			json_array_append(similar, other);
		best = MAX(best, common);
	}
	json_decref(all);
	return similar;
}

char *journal_clock_note(Journal *journal)
{
	g_autoptr(Statement) query = statement_new(
		journal, "read the last run", "SELECT id, began FROM run ORDER BY id DESC LIMIT 1");
	g_autofree char *now = database_now(), *began = NULL;

	/* A journal that cannot be read is told by who writes to it. */
	if (statement_next(query, NULL) <= 0)
		return NULL;
	began = statement_text(query, 1);
	if (!began || strcmp(began, now) <= 0)
		return NULL;
	return g_strdup_printf(
		"the clock says %s, but run %" G_GINT64_FORMAT
		" began at %s: it was set back. Runs are "
		"in the order of their numbers; reports by day are not right until the clock is",
		now, statement_int(query, 0), began);
}

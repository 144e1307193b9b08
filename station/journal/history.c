#include "journal/history.h"

#include "core/style.h"
#include "core/text.h"
#include "journal/journal.h"
#include "journal/say.h"
#include <string.h>

#define LOG_LINES 20 /* of a run's diagnostics; --json has all that are kept */

/* ---- one unit ------------------------------------------------------------------------------ */

/* "  recipe      openmv-h7, ..."; nothing where there is nothing to say. */
static void add_line(GString *out, const char *label, const char *text)
{
	if (*text)
		g_string_append_printf(out, "  %-10s  %s\n", label, text);
}

static const char *or_unknown(const char *text)
{
	return *text ? text : "not given";
}

/* What the last run that looked has read of the chip: its revision, its ROM, ... */
static void add_chip(GString *out, const json_t *runs)
{
	gboolean found = FALSE;
	for (size_t i = json_array_size(runs); i-- > 0 && !found;) {
		const json_t *values = json_object_get(json_array_get(runs, i), "values"), *value;
		size_t j;
		json_array_foreach(values, j, value)
		{
			g_autofree char *name = say_text(value, "name");
			if (!g_str_has_prefix(name, "chip.") || !strcmp(name, "chip.uid"))
				continue;
			g_autofree char *text = say_value(value);
			add_line(out, name + strlen("chip."), text);
			found = TRUE;
		}
	}
}

static void add_head(GString *out, const json_t *unit, const json_t *runs)
{
	g_autofree char *serial = say_text(unit, "serial");
	g_autofree char *uid = say_text(unit, "uid");
	g_autofree char *bound = say_time(unit, "bound");
	g_autofree char *since = say_time(unit, "since");
	g_autofree char *chip = *uid ? g_strdup_printf("%s since %s (run %" G_GINT64_FORMAT ")",
					       uid, bound, say_int(unit, "bound_by"))
				     : g_strdup("not read yet");
	g_autofree char *attempts = g_strdup_printf("%s, %" G_GSIZE_FORMAT " attempt%s", since,
		json_array_size(runs), json_array_size(runs) == 1 ? "" : "s");
	g_string_append_printf(out, "Unit %s\n", serial);
	add_line(out, "chip", chip);
	add_chip(out, runs);
	add_line(out, "first seen", attempts);
}

/* Said only where it is none of production. */
static void add_purpose(GString *out, const json_t *run)
{
	g_autofree char *purpose = say_text(run, "purpose");

	if (g_strcmp0(purpose, purpose_word(PURPOSE_PRODUCTION)) != 0)
		add_line(out, "purpose", purpose);
}

static void add_circumstances(GString *out, const json_t *run)
{
	g_autofree char *began = say_time(run, "began"), *took = say_seconds(run, "ms");
	g_autofree char *fixture = say_text(run, "fixture"), *station = say_text(run, "station");
	g_autofree char *worker = say_text(run, "operator"), *recipe = say_text(run, "recipe");
	g_autofree char *revision = say_text(run, "revision"), *product = say_text(run, "product");
	g_autofree char *hash = say_hash(run, "recipe_sha256"), *lot = say_text(run, "lot");
	g_autofree char *flashline = say_text(run, "flashline"), *uid = say_text(run, "uid");
	g_autofree char *openocd = say_text(run, "openocd"), *system = say_text(run, "system");
	g_autofree char *when = g_strdup_printf("%s, %s", began, took);
	g_autofree char *where = g_strdup_printf("slot %" G_GINT64_FORMAT
						 " of fixture %s, station %s, operator %s",
		say_int(run, "slot"), or_unknown(fixture), or_unknown(station), or_unknown(worker));
	g_autofree char *what = g_strdup_printf("%s, revision %s of %s, recipe hash %s",
		or_unknown(recipe), or_unknown(revision), or_unknown(product), hash);
	g_autofree char *with = g_strdup_printf(
		"flashline %s, OpenOCD %s, %s", flashline, or_unknown(openocd), or_unknown(system));
	add_line(out, "when", when);
	add_line(out, "where", where);
	add_line(out, "lot", lot);
	add_purpose(out, run);
	add_line(out, "recipe", what);
	add_line(out, "chip seen", uid);
	add_line(out, "versions", with);
}

static void add_images(GString *out, const json_t *images)
{
	const json_t *image;
	size_t i;
	json_array_foreach(images, i, image)
	{
		g_autofree char *name = say_text(image, "name");
		g_autofree char *hash = say_hash(image, "sha256");
		g_autofree char *text = g_strdup_printf(
			"%s %s, %" G_GINT64_FORMAT " bytes", name, hash, say_int(image, "size"));
		add_line(out, i ? "" : "images", text);
	}
}

static void add_steps(GString *out, const json_t *steps, gboolean colour)
{
	const json_t *step;
	size_t i;
	json_array_foreach(steps, i, step)
	{
		Verdict verdict = say_verdict(step, "verdict");
		g_autofree char *word = style_fit(verdict_word(verdict), 7);
		g_autofree char *id = say_text(step, "id"), *kind = say_text(step, "kind");
		g_autofree char *took = say_seconds(step, "ms"), *code = say_text(step, "code");
		g_autofree char *seen = say_text(step, "seen");
		g_autofree char *text = g_strdup_printf("%s%s %s%s %8s  %s (%s)%s%s%s%s",
			style_begin(verdict, colour), style_symbol(verdict), word,
			style_end(colour), took, id, kind, *code ? "  " : "", code,
			*seen ? ": " : "", seen);
		add_line(out, i ? "" : "steps", text);
	}
}

static void add_values(GString *out, const json_t *values)
{
	const json_t *value;
	size_t i;
	json_array_foreach(values, i, value)
	{
		g_autofree char *name = say_text(value, "name");
		g_autofree char *shown = say_value(value);
		g_autofree char *text = g_strdup_printf("%s = %s", name, shown);
		add_line(out, i ? "" : "values", text);
	}
}

/* The last lines of the diagnostics; a line feed is the only control character with a meaning. */
static void add_log(GString *out, const json_t *run)
{
	const char *log = json_string_value(json_object_get(run, "log"));
	g_auto(GStrv) lines = g_strsplit(log ? log : "", "\n", -1);
	guint count = g_strv_length(lines), first = count > LOG_LINES ? count - LOG_LINES : 0;
	for (guint i = first; i < count; i++) {
		g_autofree char *text = text_clean(lines[i], -1);
		add_line(out, i > first ? "" : "log", text);
	}
}

static void add_outcome(GString *out, const json_t *run)
{
	g_autofree char *step = say_text(run, "step"), *code = say_text(run, "code");
	g_autofree char *blame = say_text(run, "blame"), *seen = say_text(run, "seen");
	g_autofree char *advice = say_text(run, "advice");
	g_autofree char *blamed = *blame ? g_strdup_printf("the %s", blame) : g_strdup("");
	add_line(out, "failed at", step);
	add_line(out, "code", code);
	add_line(out, "blames", blamed);
	add_line(out, "seen", seen);
	add_line(out, "to do", advice);
}

static void add_corrections(GString *out, const json_t *corrections)
{
	const json_t *correction;
	size_t i;
	json_array_foreach(corrections, i, correction)
	{
		g_autofree char *at = say_time(correction, "at");
		g_autofree char *who = say_text(correction, "who");
		g_autofree char *why = say_text(correction, "why");
		g_autofree char *verdict = say_text(correction, "verdict");
		g_autofree char *text = g_strdup_printf(
			"%s  %s: %s%s%s", at, who, why, *verdict ? "  -> counts as " : "", verdict);
		add_line(out, i ? "" : "corrected", text);
	}
}

static void add_run(GString *out, const json_t *run, gboolean colour)
{
	g_autofree char *verdict = style_verdict(say_verdict(run, "verdict"), colour);
	g_autofree char *code = say_text(run, "code");
	g_string_append_printf(out, "\nRun %" G_GINT64_FORMAT "  %s%s%s\n", say_int(run, "run"),
		verdict, *code ? "  " : "", code);
	add_circumstances(out, run);
	add_images(out, json_object_get(run, "images"));
	add_steps(out, json_object_get(run, "steps"), colour);
	add_values(out, json_object_get(run, "values"));
	add_outcome(out, run);
	add_corrections(out, json_object_get(run, "corrections"));
	add_log(out, run);
}

char *history_unit(const json_t *unit, gboolean colour)
{
	const json_t *runs = json_object_get(unit, "runs"), *run;
	GString *out = g_string_new(NULL);
	size_t i;
	add_head(out, unit, runs);
	json_array_foreach(runs, i, run) add_run(out, run, colour);
	return g_string_free(out, FALSE);
}

/* ---- a table of runs ----------------------------------------------------------------------- */

/* A column is as wide as what stands in it; a longer text than its most is cut, so that each run is
 * one line. */
enum { TIME_WIDTH = 19, SERIAL_MOST = 20, RECIPE_MOST = 22, VERDICT_WIDTH = 7, CODE_MOST = 19 };

typedef struct {
	guint serial, recipe, code;
} Widths;

static guint column_width(const json_t *runs, const char *key, guint most)
{
	const json_t *run;
	guint width = (guint)strlen(key); /* the heading */
	size_t i;
	json_array_foreach(runs, i, run)
	{
		g_autofree char *text = say_text(run, key);
		width = MAX(width, style_width(text));
	}
	return MIN(width, most);
}

static void add_table_row(GString *out, const json_t *run, const Widths *widths, gboolean colour)
{
	Verdict verdict = say_verdict(run, "verdict");
	g_autofree char *began_text = say_time(run, "began"), *took = say_seconds(run, "ms");
	g_autofree char *began = style_fit(began_text, TIME_WIDTH);
	g_autofree char *serial_text = say_text(run, "serial"), *name = say_text(run, "recipe");
	g_autofree char *code_text = say_text(run, "code");
	g_autofree char *serial = style_fit(serial_text, widths->serial);
	g_autofree char *recipe = style_fit(name, widths->recipe);
	g_autofree char *word = style_fit(verdict_word(verdict), VERDICT_WIDTH);
	g_autofree char *code = style_fit(*code_text ? code_text : "-", widths->code);
	g_string_append_printf(out,
		"%6" G_GINT64_FORMAT "  %s  %s  %4" G_GINT64_FORMAT "  %s  %s%s %s%s  %s %9s\n",
		say_int(run, "run"), began, serial, say_int(run, "slot"), recipe,
		style_begin(verdict, colour), style_symbol(verdict), word, style_end(colour), code,
		took);
}

char *history_runs(const json_t *runs, gboolean colour)
{
	GString *out = g_string_new(NULL);
	const json_t *run;
	size_t i;
	const Widths widths = {column_width(runs, "serial", SERIAL_MOST),
		column_width(runs, "recipe", RECIPE_MOST), column_width(runs, "code", CODE_MOST)};
	if (json_array_size(runs) == 0)
		return g_string_free(g_string_append(out, "No runs yet.\n"), FALSE);
	g_string_append_printf(out, "%6s  %-*s  %-*s  %4s  %-*s  %-*s  %-*s %9s\n", "run",
		TIME_WIDTH, "time", (int)widths.serial, "serial", "slot", (int)widths.recipe,
		"recipe", VERDICT_WIDTH + 2, "verdict", (int)widths.code, "code", "seconds");
	json_array_foreach(runs, i, run) add_table_row(out, run, &widths, colour);
	return g_string_free(out, FALSE);
}

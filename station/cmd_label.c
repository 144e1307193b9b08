/* flashline label SERIAL: the label of a board that passed, where it did not come out, or once more. */
#include "cmd.h"
#include "core/text.h"
#include "journal/journal.h"
#include "line/labels.h"
#include "steps/steps.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Connecting, asking, sending, asking: 5 s each. */
#define PRINT_MS 25000

typedef struct {
	char *recipe, *fixture, *journal, *who, *why;
	gboolean reprint;
} Options;

static void options_clear(Options *options)
{
	g_free(options->recipe);
	g_free(options->fixture);
	g_free(options->journal);
	g_free(options->who);
	g_free(options->why);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static int usage(const char *why)
{
	fprintf(stderr, "flashline label: %s\n", why);
	return CMD_USAGE;
}

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* What counts after corrections; whether a label of this run has come out. */
static const char *look_at(const json_t *run, gboolean *printed)
{
	const char *verdict = text_of(run, "verdict");
	const json_t *corrections = json_object_get(run, "corrections"), *word;
	size_t i;

	*printed = FALSE;
	json_array_foreach(corrections, i, word)
	{
		if (text_of(word, "verdict"))
			verdict = text_of(word, "verdict");
		if (g_str_has_prefix(text_of(word, "why"), LABELS_PRINTED))
			*printed = TRUE;
	}
	return verdict;
}

static void on_told(const char *serial, gboolean printed, const char *sentence, gpointer data)
{
	*(gboolean *)data = printed;
	fprintf(printed ? stdout : stderr, "%s\n", sentence);
}

static int print(const Options *options, const json_t *unit, const json_t *run, Journal *journal,
	const Recipe *recipe, const Fixture *fixture)
{
	g_autofree char *date = g_strndup(text_of(run, "ended"), strlen("2026-11-22"));
	const LabelValues values = {.serial = text_of(unit, "serial"),
		.uid = text_of(unit, "uid"),
		.product = text_of(run, "product"),
		.revision = text_of(run, "revision"),
		.lot = text_of(run, "lot"),
		.operator= text_of(run, "operator"),
		.station = text_of(run, "station"),
		.date = date};
	gboolean printed = FALSE;
	g_autoptr(GError) error = NULL;
	g_autoptr(Labels) labels = labels_new(recipe, fixture, journal, on_told, &printed, &error);

	if (error)
		return cmd_refuse("label", CMD_STATION, error);
	if (!labels)
		return usage("it needs a recipe with a 'label' and a fixture with a 'printer'");
	labels_reprint(labels, json_integer_value(json_object_get(run, "run")), &values,
		options->who, options->why);
	labels_flush(labels, PRINT_MS);
	return printed ? CMD_PASS : CMD_STATION;
}

static int find(
	const Options *options, const char *serial, const Recipe *recipe, const Fixture *fixture)
{
	g_autofree char *usual = journal_default_path();
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal =
		journal_open(options->journal ? options->journal : usual, &error);
	g_autoptr(json_t) unit = journal ? journal_unit(journal, serial, &error) : NULL;
	const json_t *runs = json_object_get(unit, "runs"), *run;
	gboolean printed = FALSE;
	const char *verdict;

	if (error)
		return cmd_refuse("label", CMD_STATION, error);
	run = json_array_get(runs, json_array_size(runs) - 1);
	verdict = run ? look_at(run, &printed) : NULL;
	if (g_strcmp0(verdict, "PASS")) {
		g_autofree char *shown = text_clean(serial, -1);

		fprintf(stderr, "flashline label: %s has not passed: %s%s\n", shown,
			verdict ? "its last run is " : "there is no run of it",
			verdict ? verdict : "");
		return CMD_FAIL;
	}
	if (strcmp(text_of(run, "product"), recipe->product) != 0 ||
		strcmp(text_of(run, "revision"), recipe->revision) != 0)
		return usage(
			"this recipe is for another product or revision than the board passed");
	if (printed && !options->reprint)
		return usage("its label was printed already; --reprint prints it once more");
	return print(options, unit, run, journal, recipe, fixture);
}

int cmd_label(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = NULL;
	g_autoptr(Fixture) fixture = NULL;
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&options.journal),
		{"recipe", 'r', 0, G_OPTION_ARG_FILENAME, &options.recipe,
			"What the label looks like", "FILE"},
		{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &options.fixture, "Where the printer is",
			"FILE"},
		{"reprint", 0, 0, G_OPTION_ARG_NONE, &options.reprint,
			"Though one was printed already", NULL},
		{"who", 0, 0, G_OPTION_ARG_STRING, &options.who, "Who wants it", "NAME"},
		{"why", 0, 0, G_OPTION_ARG_STRING, &options.why, "And why, in a sentence", "TEXT"},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 1, 1))
		return CMD_USAGE;
	if (!options.recipe || !options.fixture)
		return usage("--recipe and --fixture are needed");
	if (!options.who || !*options.who || !options.why || !*options.why)
		return usage("a label needs --who and --why");
	/* A printer that hangs up is told in a sentence. */
	signal(SIGPIPE, SIG_IGN);
	recipe = recipe_load(options.recipe, step_kinds(), NULL, problems);
	fixture = fixture_load(options.fixture, problems);
	if (cmd_problems(problems))
		return CMD_USAGE;
	return find(&options, argv[1], recipe, fixture);
}

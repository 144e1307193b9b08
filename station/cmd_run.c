/* flashline run: one recipe on the boards of a fixture. */
#include "cmd.h"
#include "journal/journal.h"
#include "line/batch.h"
#include "line/serials.h"
#include "steps/steps.h"

#include <stdio.h>
#include <unistd.h>

typedef struct {
	char *recipe, *fixture, *journal, *slots, *serials, *station, *operator, * lot;
	gboolean json;
} RunArgs;

static gboolean parse(int *argc, char ***argv, RunArgs *args)
{
	const GOptionEntry entries[] = {{"recipe", 'r', 0, G_OPTION_ARG_FILENAME, &args->recipe,
						"What to do to the boards", "FILE"},
		{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &args->fixture, "Where they are",
			"FILE"},
		CMD_JOURNAL_OPTION(&args->journal),
		{"slots", 's', 0, G_OPTION_ARG_STRING, &args->slots, "Only these slots: 1-4,7",
			"LIST"},
		{"serials", 0, 0, G_OPTION_ARG_FILENAME, &args->serials,
			"A serial number a line; without it they are asked for", "FILE"},
		{"station", 0, 0, G_OPTION_ARG_STRING, &args->station,
			"This station's name (default: the host's)", "NAME"},
		{"lot", 0, 0, G_OPTION_ARG_STRING, &args->lot,
			"The production lot that these boards belong to", "NAME"},
		{"operator", 0, 0, G_OPTION_ARG_STRING, &args->operator,
			"Who works here (default: the user's name)", "NAME"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &args->json, "One event a line, for programs",
			NULL},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(argc, argv, entries, 0, 0))
		return FALSE;
	if (args->recipe && args->fixture)
		return TRUE;
	fputs("flashline run: --recipe and --fixture are needed\n", stderr);
	return FALSE;
}

static void args_clear(RunArgs *args)
{
	g_free(args->recipe);
	g_free(args->fixture);
	g_free(args->journal);
	g_free(args->slots);
	g_free(args->serials);
	g_free(args->station);
	g_free(args->operator);
	g_free(args->lot);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunArgs, args_clear)

static int print_problems(const Problems *problems)
{
	g_autofree char *text = problems_text(problems);

	fputs(text, stderr);
	return CMD_USAGE;
}

static GHashTable *get_serials(const RunArgs *args, GPtrArray *slots, const Recipe *recipe,
	Problems *problems, GError **error)
{
	/* With --json, standard output is for events alone. */
	FILE *prompt = args->json ? stderr : stdout;

	if (args->serials)
		return serials_read_file(args->serials, slots, recipe, problems);
	return serials_ask(stdin, prompt, isatty(STDIN_FILENO), slots, recipe, error);
}

static View *view_for(const RunArgs *args, guint boards)
{
	if (args->json)
		return view_json_new();
	return view_terminal_fits(boards) ? view_terminal_new() : view_plain_new();
}

static int run(const RunArgs *args, const Recipe *recipe, const Fixture *fixture, GPtrArray *slots,
	GHashTable *serials)
{
	g_autofree char *journal = args->journal ? g_strdup(args->journal) : journal_default_path();
	View *view = view_for(args, g_hash_table_size(serials));
	const BatchOptions options = {
		.station = {.recipe = recipe,
			.fixture = fixture,
			.slots = slots,
			.journal = journal,
			.name = args->station ? args->station : g_get_host_name(),
			.operator= args->operator
			? args->operator: g_get_user_name(),
			.lot = args->lot,
			.view = view },
			.serials = serials};
	g_autoptr(GError) error = NULL;
	Verdict verdict = batch_run(&options, &error);

	view->free(view);
	if (error) {
		const Failure *failure = failure_of(error);

		fprintf(stderr, "flashline: %s: %s\n%s\n", failure->word, error->message,
			failure->advice);
	}
	return verdict == VERDICT_PASS   ? CMD_PASS
	       : verdict == VERDICT_FAIL ? CMD_FAIL
					 : CMD_STATION;
}

static int refuse(const GError *error)
{
	fprintf(stderr, "flashline run: %s\n", error->message);
	return CMD_USAGE;
}

int cmd_run(int argc, char **argv)
{
	g_auto(RunArgs) args = {0};
	g_autoptr(GError) error = NULL;
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = NULL;
	g_autoptr(Fixture) fixture = NULL;
	g_autoptr(GPtrArray) slots = NULL;
	g_autoptr(GHashTable) serials = NULL;

	if (!parse(&argc, &argv, &args))
		return CMD_USAGE;
	/* Both are read whatever the other is like: every mistake in one pass. */
	recipe = recipe_load(args.recipe, step_kinds(), NULL, problems);
	fixture = fixture_load(args.fixture, problems);
	if (recipe && recipe->template)
		problems_add(problems, (Place){g_intern_string(args.recipe), 0, 0},
			"a template: it names no image files yet; run a recipe that extends it");
	if (fixture && !(slots = fixture_select(fixture, args.slots, &error)))
		return refuse(error);
	if (problems_count(problems))
		return print_problems(problems);
	serials = get_serials(&args, slots, recipe, problems, &error);
	if (error)
		return refuse(error);
	if (problems_count(problems))
		return print_problems(problems);
	if (!g_hash_table_size(serials)) {
		fputs("flashline: no slot has a serial number: nothing to do\n", stderr);
		return CMD_USAGE;
	}
	return run(&args, recipe, fixture, slots, serials);
}

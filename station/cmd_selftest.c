/* flashline selftest: does the fixture still know a good board from a bad one? */
#include "cmd.h"
#include "line/selftest.h"
#include "steps/steps.h"

#include <stdio.h>

typedef struct {
	char *fixture, *journal, *station, *operator;
	gboolean json;
} Args;

static void args_clear(Args *args)
{
	g_free(args->fixture);
	g_free(args->journal);
	g_free(args->station);
	g_free(args->operator);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Args, args_clear)

static const char *station_name(const Args *args)
{
	return args->station ? args->station : g_get_host_name();
}

static View *view_for(const Args *args)
{
	if (args->json)
		return view_json_new();
	return view_terminal_fits(1) ? view_terminal_new() : view_plain_new();
}

/* A recipe whose pattern its serial does not fit would refuse the board on the line too. */
static Recipe *read_recipe(const Golden *board)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = recipe_load(board->recipe, step_kinds(), NULL, problems);

	if (recipe && recipe->template)
		problems_add(problems, (Place){g_intern_string(board->recipe), 0, 0},
			"a template: it names no image files yet; name a recipe that extends it");
	return cmd_problems(problems) ? NULL : g_steal_pointer(&recipe);
}

static gboolean run_board(const Args *args, const Fixture *fixture, const char *journal,
	const Golden *board, int *status)
{
	g_autoptr(Recipe) recipe = read_recipe(board);
	g_autoptr(GError) error = NULL;
	StationOptions station = {.recipe = recipe,
		.fixture = fixture,
		.journal = journal,
		.name = station_name(args),
		.operator= args->operator
		? args->operator: g_get_user_name() };
	gboolean ran;

	if (!recipe) {
		*status = CMD_USAGE;
		return FALSE;
	}
	station.view = view_for(args);
	ran = selftest_run(&station, board, &error);
	station.view->free(station.view);
	if (!ran)
		*status = cmd_refuse("selftest", CMD_STATION, error);
	return ran;
}

/* Not its exit status but the journal says what came of it: that is what the line looks at too. */
static int tell(const Args *args, const Fixture *fixture, const char *path, const Golden *board)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	g_auto(SelftestResult) result = {0};
	FILE *out = args->json ? stderr : stdout;

	if (!journal ||
		!selftest_today(journal, fixture->name, station_name(args), board, &result, &error))
		return cmd_refuse("selftest", CMD_STATION, error);
	fprintf(out, "%s board %s in slot %u: %s %s, %s\n", result.word, board->serial, board->slot,
		result.run ? verdict_word(result.verdict) : "no run",
		result.code ? result.code : "", result.met ? "as it must be" : "WRONG");
	if (!result.met)
		fprintf(out,
			board->code ? "  it must FAIL %s: the fixture does not find this fault. Do "
				      "not begin.\n"
				    : "  it must PASS%s: slot, probe or station is at fault. Do "
				      "not begin.\n",
			board->code ? board->code : "");
	return result.met ? CMD_PASS : CMD_STATION;
}

static int run(const Args *args, const Fixture *fixture, const char *journal)
{
	const Golden *boards[] = {&fixture->selftest.golden, &fixture->selftest.bad};
	int worst = CMD_PASS;

	for (gsize i = 0; i < G_N_ELEMENTS(boards); i++) {
		int status = CMD_PASS;

		if (boards[i]->slot && run_board(args, fixture, journal, boards[i], &status))
			status = tell(args, fixture, journal, boards[i]);
		if (status == CMD_USAGE)
			return status;
		worst = MAX(worst, status);
	}
	return worst;
}

int cmd_selftest(int argc, char **argv)
{
	g_auto(Args) args = {0};
	const GOptionEntry entries[] = {
		{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &args.fixture,
			"With a 'selftest' in it that names its golden boards", "FILE"},
		CMD_JOURNAL_OPTION(&args.journal),
		{"station", 0, 0, G_OPTION_ARG_STRING, &args.station,
			"This station's name (default: the host's)", "NAME"},
		{"operator", 0, 0, G_OPTION_ARG_STRING, &args.operator,
			"Who works here (default: the user's name)", "NAME"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &args.json, "One event a line, for programs",
			NULL},
		G_OPTION_ENTRY_NULL};
	g_autoptr(Fixture) fixture = NULL;
	g_autofree char *journal = NULL;

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (!args.fixture) {
		fputs("flashline selftest: --fixture is needed\n", stderr);
		return CMD_USAGE;
	}
	if (!(fixture = cmd_fixture(args.fixture)))
		return CMD_USAGE;
	if (!fixture->selftest.golden.slot) {
		fputs("flashline selftest: the fixture names no golden board ('selftest')\n",
			stderr);
		return CMD_USAGE;
	}
	journal = args.journal ? g_strdup(args.journal) : journal_default_path();
	return run(&args, fixture, journal);
}

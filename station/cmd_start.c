#include "cmd_start.h"

#include "core/text.h"
#include "line/serials.h"
#include "steps/steps.h"

#include <stdio.h>
#include <unistd.h>

enum { OPTIONS_MAX = 24 };

void start_args_clear(StartArgs *args)
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

void start_clear(Start *start)
{
	g_clear_pointer(&start->serials, g_hash_table_unref);
	g_clear_pointer(&start->slots, g_ptr_array_unref);
	g_clear_pointer(&start->fixture, fixture_free);
	g_clear_pointer(&start->recipe, recipe_free);
	g_free(start->journal);
}

gboolean start_parse(int *argc, char ***argv, StartArgs *args, const GOptionEntry *more)
{
	GOptionEntry entries[OPTIONS_MAX] = {
		{"recipe", 'r', 0, G_OPTION_ARG_FILENAME, &args->recipe, "What to do to the boards",
			"FILE"},
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
			NULL}};
	const char *verb = (*argv)[0];
	guint count = 0;

	while (entries[count].long_name)
		count++;
	for (guint i = 0; more && more[i].long_name; i++) {
		g_assert(count < OPTIONS_MAX - 1);
		entries[count++] = more[i];
	}
	if (!cmd_options(argc, argv, entries, 0, 0))
		return FALSE;
	if (args->recipe && args->fixture)
		return TRUE;
	fprintf(stderr, "flashline %s: --recipe and --fixture are needed\n", verb);
	return FALSE;
}

/* Both are read whatever the other is like: every mistake in one pass. */
static gboolean read_all(const StartArgs *args, Start *start, Problems *problems, GError **error)
{
	start->recipe = recipe_load(args->recipe, step_kinds(), NULL, problems);
	start->fixture = fixture_load(args->fixture, problems);
	if (start->recipe && start->recipe->template)
		problems_add(problems, (Place){g_intern_string(args->recipe), 0, 0},
			"a template: it names no image files yet; run a recipe that extends it");
	if (start->fixture)
		start->slots = fixture_select(start->fixture, args->slots, error);
	return start->slots || !start->fixture;
}

static GHashTable *get_serials(
	const StartArgs *args, const Start *start, Problems *problems, GError **error)
{
	/* With --json, standard output is for events alone. */
	FILE *prompt = args->json ? stderr : stdout;

	if (args->serials)
		return serials_read_file(args->serials, start->slots, start->recipe, problems);
	return serials_ask(stdin, prompt, isatty(STDIN_FILENO), start->slots, start->recipe, error);
}

gboolean start_read_files(const StartArgs *args, const char *verb, Start *start)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Problems) problems = problems_new();

	start->journal = args->journal ? g_strdup(args->journal) : journal_default_path();
	if (read_all(args, start, problems, &error))
		return !cmd_problems(problems);
	cmd_refuse(verb, CMD_USAGE, error);
	return FALSE;
}

/* A clock that was set back (a flat battery, no network) is told before boards are flashed under its time. */
static void note_clock(const char *path)
{
	g_autoptr(Journal) journal = journal_open_reader(path, NULL);
	g_autofree char *note = journal ? journal_clock_note(journal) : NULL;
	g_autofree char *clean = note ? text_clean(note, -1) : NULL;

	if (clean)
		fprintf(stderr, "flashline: note: %s\n", clean);
}

gboolean start_read(const StartArgs *args, const char *verb, Start *start)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Problems) problems = problems_new();

	if (!start_read_files(args, verb, start))
		return FALSE;
	start->serials = get_serials(args, start, problems, &error);
	if (!error && cmd_problems(problems))
		return FALSE;
	if (error)
		cmd_refuse(verb, CMD_USAGE, error);
	else if (start->serials && !g_hash_table_size(start->serials))
		fputs("flashline: no slot has a serial number: nothing to do\n", stderr);
	if (error || !start->serials || !g_hash_table_size(start->serials))
		return FALSE;
	note_clock(start->journal);
	return TRUE;
}

gboolean start_can_label(const Start *start)
{
	g_autoptr(Problems) problems = problems_new();

	if (start->recipe->label && !desk_has_printer(&start->fixture->desk))
		problems_add(problems, node_get(start->recipe->tree, "label")->place,
			"'label' is printed for each PASS, but fixture '%s' has no 'printer'",
			start->fixture->name);
	return !cmd_problems(problems);
}

StationOptions start_station(const StartArgs *args, const Start *start)
{
	return (StationOptions){.recipe = start->recipe,
		.fixture = start->fixture,
		.slots = start->slots,
		.journal = start->journal,
		.name = args->station ? args->station : g_get_host_name(),
		.operator= args->operator
		? args->operator: g_get_user_name(),
		.lot = args->lot, };
}

View *start_view(const StartArgs *args, guint boards)
{
	if (args->json)
		return view_json_new();
	return view_terminal_fits(boards) ? view_terminal_new() : view_plain_new();
}

int start_status(Verdict verdict, const GError *error)
{
	if (error) {
		const Failure *failure = failure_of(error);

		fprintf(stderr, "flashline: %s: %s\n%s\n", failure->word, error->message,
			failure->advice);
	}
	return verdict == VERDICT_PASS   ? CMD_PASS
	       : verdict == VERDICT_FAIL ? CMD_FAIL
					 : CMD_STATION;
}

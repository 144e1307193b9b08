/* flashline job: one attempt on one board, as the controller starts it, or an engineer by hand. */
#include "cmd.h"
#include "line/job_main.h"
#include "steps/steps.h"

#include <stdio.h>

typedef struct {
	char *recipe, *fixture, *images, *keeper, *work, *serial;
	gint slot;
	gboolean ask;
} JobArgs;

static gboolean parse(int *argc, char ***argv, JobArgs *args)
{
	const GOptionEntry entries[] = {
		{"recipe", 0, 0, G_OPTION_ARG_FILENAME, &args->recipe, "What to do", "FILE"},
		{"fixture", 0, 0, G_OPTION_ARG_FILENAME, &args->fixture, "Where", "FILE"},
		{"images", 0, 0, G_OPTION_ARG_FILENAME, &args->images,
			"Take images from here, by the name of their SHA-256", "FOLDER"},
		{"keeper", 0, 0, G_OPTION_ARG_FILENAME, &args->keeper,
			"The socket of `flashline keeper` for this fixture", "SOCKET"},
		{"work", 0, 0, G_OPTION_ARG_FILENAME, &args->work, "A private folder", "FOLDER"},
		{"slot", 0, 0, G_OPTION_ARG_INT, &args->slot, "The slot's number", "N"},
		{"serial", 0, 0, G_OPTION_ARG_STRING, &args->serial, "The board's serial",
			"SERIAL"},
		{"ask", 0, 0, G_OPTION_ARG_NONE, &args->ask,
			"Ask on standard input whether this chip may be this serial", NULL},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(argc, argv, entries, 0, 0))
		return FALSE;
	if (args->recipe && args->fixture && args->keeper && args->work && args->serial &&
		args->slot > 0)
		return TRUE;
	fputs("flashline job: --recipe, --fixture, --keeper, --work, --slot and --serial are "
	      "needed\n",
		stderr);
	return FALSE;
}

static void args_clear(JobArgs *args)
{
	g_free(args->recipe);
	g_free(args->fixture);
	g_free(args->images);
	g_free(args->keeper);
	g_free(args->work);
	g_free(args->serial);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JobArgs, args_clear)

int cmd_job(int argc, char **argv)
{
	g_auto(JobArgs) args = {0};
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = NULL;
	g_autoptr(Fixture) fixture = NULL;
	JobOptions options;

	if (!parse(&argc, &argv, &args))
		return CMD_USAGE;
	recipe = recipe_load(args.recipe, step_kinds(), args.images, problems);
	fixture = fixture_load(args.fixture, problems);
	options = (JobOptions){.recipe = recipe,
		.fixture = fixture,
		.slot = fixture ? fixture_slot(fixture, (guint)args.slot) : NULL,
		.serial = args.serial,
		.keeper = args.keeper,
		.work_dir = args.work,
		.ask = args.ask};
	if (fixture && !options.slot)
		problems_add(problems, (Place){g_intern_string(args.fixture), 0, 0}, "no slot %d",
			args.slot);
	if (cmd_problems(problems))
		return CMD_USAGE;
	return job_main(&options);
}

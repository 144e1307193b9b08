#include "cmd.h"
#include "core/text.h"
#include "core/words.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

static const Verb verbs[] = {
	{"run", "--recipe FILE --fixture FILE", "flash the boards of a fixture", cmd_run},
	{"line", "--recipe FILE --fixture FILE",
		"flash boards as they come and go, until told to stop", cmd_line},
	{"show", "SERIAL", "one board's whole history", cmd_show},
	{"runs", "[--last N]", "the last runs", cmd_runs},
	{"report", "[NAME]", "yields, failures, times: what the journal says, counted", cmd_report},
	{"export", "--format FORMAT", "runs for other systems: CSV, JUnit, WSJF, OpenHTF",
		cmd_export},
	{"journal", "backup|export|import|vacuum FILE", "copies of the journal, proven",
		cmd_journal},
	{"qualify", "plan|run", "a new revision: how many units, and their cycles", cmd_qualify},
	{"verify", "[--anchor FILE]", "prove that the journal is as it was written", cmd_verify},
	{"anchor", "[--key FILE]", "print the journal's head, to be kept elsewhere", cmd_anchor},
	{"correct", "RUN --who NAME --why TEXT", "add a word to a run; nothing is overwritten",
		cmd_correct},
	{"label", "SERIAL --recipe FILE --fixture FILE", "print the label of a board that passed",
		cmd_label},
	{"devices", "[--fixture FILE]", "what is on the bus, and which slot claims it",
		cmd_devices},
	{"selftest", "--fixture FILE", "does the fixture know a good board from a bad one?",
		cmd_selftest},
	{"teach", "--fixture FILE", "make or complete a fixture file, from what answers",
		cmd_teach},
	{"preflight", "--fixture FILE", "is everything fit for a shift?", cmd_preflight},
	{"check", "FILE...", "check recipes and fixtures, and say every mistake in them",
		cmd_check},
	{"recipe", "show [--effective] FILE", "show what a recipe comes to", cmd_recipe},
	{"image", "show|make-dfu FILE...", "show what is in an image file, or make a .dfu file",
		cmd_image},
	{"steps", "", "the reference of step kinds", cmd_steps},
	{"schema", "recipe|fixture", "the JSON Schema of a file, for editors", cmd_schema},
	{"version", "", "print the version", cmd_version},
	{"help", "[VERB]", "this, or more about one verb", cmd_help},
	{"job", "", "one attempt on one board, as run starts it", cmd_job, .hidden = TRUE},
	{"keeper", "", "owns a fixture's pins, as run starts it", cmd_keeper, .hidden = TRUE},
};

const Verb *verb_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static void print_usage(FILE *out)
{
	fputs("Usage: flashline VERB [ARGUMENT...]\n\n", out);
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
		g_autofree char *left = g_strdup_printf("%s %s", verbs[i].name, verbs[i].args);

		if (!verbs[i].hidden)
			fprintf(out, "  %-32s %s\n", left, verbs[i].help);
	}
	fputs("\n'flashline help VERB' says more about one. Exit status: 0 all PASS, 1 any FAIL,\n"
	      "2 wrong usage, recipe or fixture, 3 the station is at fault.\n",
		out);
}

static int refuse_verb(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *clean = text_clean(name, -1);
	g_autofree char *hint = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (!verbs[i].hidden)
			g_ptr_array_add(names, (gpointer)verbs[i].name);
	g_ptr_array_add(names, NULL);
	hint = words_hint(name, (const char *const *)names->pdata);
	fprintf(stderr, "flashline: unknown verb '%s'%s; 'flashline help' lists them\n", clean,
		hint);
	return CMD_USAGE;
}

int cmd_help(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const Verb *verb = name ? verb_find(name) : NULL;
	char *help[] = {(char *)name, (char *)"--help", NULL};

	if (argc > 2) {
		fputs("flashline help: one verb at a time\n", stderr);
		return CMD_USAGE;
	}
	if (!name || !strcmp(name, "help") || !strcmp(name, "--help")) {
		print_usage(stdout);
		return CMD_PASS;
	}
	return verb ? verb->func(2, help) : refuse_verb(name);
}

static GOptionContext *context_new(const Verb *verb, const GOptionEntry *entries)
{
	GOptionContext *context = g_option_context_new(verb->args);
	g_autofree char *name = g_strdup_printf("flashline %s", verb->name);
	g_autofree char *summary = g_strdup_printf("%s: %s.", verb->name, verb->help);

	g_set_prgname(name);
	g_option_context_set_summary(context, summary);
	if (entries)
		g_option_context_add_main_entries(context, entries, NULL);
	return context;
}

gboolean cmd_options(int *argc, char ***argv, const GOptionEntry *entries, int least, int most)
{
	const Verb *verb = verb_find((*argv)[0]);
	g_autoptr(GOptionContext) context = context_new(verb, entries);
	g_autoptr(GError) error = NULL;

	if (!g_option_context_parse(context, argc, argv, &error)) {
		cmd_refuse(verb->name, CMD_USAGE, error);
		return FALSE;
	}
	/* "--" may be left in front. */
	if (*argc > 1 && !strcmp((*argv)[1], "--")) {
		memmove(*argv + 1, *argv + 2, sizeof(**argv) * (size_t)(*argc - 1));
		(*argc)--;
	}
	if (*argc - 1 >= least && *argc - 1 <= most)
		return TRUE;
	fprintf(stderr, "Usage: flashline %s %s\n", verb->name, verb->args);
	return FALSE;
}

int cmd_refuse(const char *verb, int status, const GError *error)
{
	g_autofree char *clean = text_clean(error->message, -1);

	fprintf(stderr, "flashline %s: %s\n", verb, clean);
	return status;
}

gboolean cmd_problems(const Problems *problems)
{
	g_autofree char *text = problems_text(problems);

	fputs(text, stderr);
	return problems_count(problems) > 0;
}

void cmd_print_json(const json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	putchar('\n');
}

Fixture *cmd_fixture(const char *path)
{
	g_autoptr(Problems) problems = problems_new();
	Fixture *fixture = fixture_load(path, problems);

	cmd_problems(problems);
	return fixture;
}

/* What could not be printed was not told: a full disk behind a pipe is no success. */
static int finish(int status)
{
	gboolean failed_before = ferror(stdout) != 0;

	if (fflush(stdout) == 0 && !failed_before)
		return status;
	fprintf(stderr, "flashline: cannot write the output: %s\n",
		failed_before ? "whoever read it has gone" : g_strerror(errno));
	return CMD_STATION;
}

int main(int argc, char **argv)
{
	const Verb *verb;

	/* Not LC_ALL: numbers keep their point in every language. */
	setlocale(LC_CTYPE, "");
	if (argc < 2) {
		print_usage(stderr);
		return CMD_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		argv[1] = (char *)"help";
	else if (!strcmp(argv[1], "--version"))
		argv[1] = (char *)"version";
	verb = verb_find(argv[1]);
	return finish(verb ? verb->func(argc - 1, argv + 1) : refuse_verb(argv[1]));
}

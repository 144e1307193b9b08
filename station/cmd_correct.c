/* flashline correct RUN: a later word on a run, as a record of its own. */
#include "cmd.h"
#include "journal/journal.h"

#include <stdio.h>

typedef struct {
	char *journal, *who, *why, *verdict;
} Options;

static void options_clear(Options *options)
{
	g_free(options->journal);
	g_free(options->who);
	g_free(options->why);
	g_free(options->verdict);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int usage(const char *why)
{
	fprintf(stderr, "flashline correct: %s\n", why);
	return CMD_USAGE;
}

static gboolean read_verdict(const char *word, Verdict *verdict)
{
	return verdict_from_word(word, verdict) && *verdict != VERDICT_RUNNING;
}

static int correct(const char *path, const JournalCorrection *correction)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open(path, &error);

	if (!journal || !journal_correct(journal, correction, &error))
		return cmd_refuse("correct", CMD_STATION, error);
	return CMD_PASS;
}

int cmd_correct(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autofree char *usual = journal_default_path();
	JournalCorrection correction = {0};
	guint64 run;
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&options.journal),
		{"who", 0, 0, G_OPTION_ARG_STRING, &options.who, "Who says so", "NAME"},
		{"why", 0, 0, G_OPTION_ARG_STRING, &options.why, "And why, in a sentence", "TEXT"},
		{"verdict", 0, 0, G_OPTION_ARG_STRING, &options.verdict,
			"What reports are to count instead: PASS, FAIL, ERROR or ABORTED", "WORD"},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 1, 1))
		return CMD_USAGE;
	if (!g_ascii_string_to_unsigned(argv[1], 10, 1, G_MAXINT64, &run, NULL))
		return usage("RUN is a run's number: 'flashline show SERIAL' tells it");
	if (!options.who || !*options.who || !options.why || !*options.why)
		return usage("a correction needs --who and --why");
	correction =
		(JournalCorrection){.run = (gint64)run, .who = options.who, .why = options.why};
	if (options.verdict && !read_verdict(options.verdict, &correction.verdict))
		return usage("--verdict is PASS, FAIL, ERROR or ABORTED");
	correction.changes = options.verdict != NULL;
	return correct(options.journal ? options.journal : usual, &correction);
}

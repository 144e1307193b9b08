/* flashline runs: the last runs, one line each, the newest last. */
#include "cmd.h"
#include "core/style.h"
#include "journal/history.h"
#include "journal/journal.h"

#include <stdio.h>
#include <unistd.h>

enum { LAST_USUAL = 20, LAST_MOST = 1000000 };

/* The journal gives the newest first; on a screen it belongs where the eye is: at the end. */
static json_t *reversed(const json_t *runs)
{
	json_t *result = json_array();

	for (size_t i = json_array_size(runs); i-- > 0;)
		json_array_append(result, json_array_get(runs, i));
	return result;
}

static void print_runs(const json_t *runs, gboolean as_json)
{
	if (as_json) {
		cmd_print_json(runs);
	} else {
		g_autofree char *text = history_runs(runs, style_has_colour(STDOUT_FILENO));

		fputs(text, stdout);
	}
}

static int list_runs(const char *path, guint last, gboolean as_json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	json_t *runs = journal ? journal_runs(journal, last, &error) : NULL;

	if (!runs)
		return cmd_refuse("runs", CMD_STATION, error);
	json_t *ordered = reversed(runs);
	print_runs(ordered, as_json);
	json_decref(ordered);
	json_decref(runs);
	return CMD_PASS;
}

int cmd_runs(int argc, char **argv)
{
	g_autofree char *given = NULL, *usual = journal_default_path();
	gint last = LAST_USUAL;
	gboolean as_json = FALSE;
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&given),
		{"last", 'n', 0, G_OPTION_ARG_INT, &last, "How many (default: 20)", "N"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON array, for programs", NULL},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (last < 1 || last > LAST_MOST) {
		fprintf(stderr, "flashline runs: --last must be 1 to %d\n", LAST_MOST);
		return CMD_USAGE;
	}
	return list_runs(given ? given : usual, (guint)last, as_json);
}

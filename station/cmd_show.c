/* flashline show SERIAL: all that the journal knows about one unit. */
#include "cmd.h"
#include "core/style.h"
#include "core/text.h"
#include "journal/history.h"
#include "journal/journal.h"

#include <stdio.h>
#include <unistd.h>

#define CMD_UNKNOWN CMD_FAIL /* 1: there is no such serial */

static int print_unit(const json_t *unit, gboolean as_json)
{
	if (as_json) {
		cmd_print_json(unit);
	} else {
		g_autofree char *text = history_unit(unit, style_has_colour(STDOUT_FILENO));

		fputs(text, stdout);
	}
	return CMD_PASS;
}

/* Not a word on stdout: a program that asks for JSON gets none. */
static int print_unknown(Journal *journal, const char *serial)
{
	g_autofree char *clean = text_clean(serial, -1);
	json_t *similar = journal_similar(journal, serial, NULL), *other;
	size_t i;

	fprintf(stderr, "flashline show: no unit has the serial '%s'", clean);
	json_array_foreach(similar, i, other)
	{
		g_autofree char *name = text_clean(json_string_value(other), -1);

		fprintf(stderr, "%s'%s'", i ? ", " : "; the nearest: ", name);
	}
	fputc('\n', stderr);
	json_decref(similar);
	return CMD_UNKNOWN;
}

static int show(const char *path, const char *serial, gboolean as_json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	json_t *unit = journal ? journal_unit(journal, serial, &error) : NULL;
	int status;

	if (error)
		return cmd_refuse("show", CMD_STATION, error);
	if (!unit)
		return print_unknown(journal, serial);
	status = print_unit(unit, as_json);
	json_decref(unit);
	return status;
}

int cmd_show(int argc, char **argv)
{
	g_autofree char *given = NULL, *usual = journal_default_path();
	gboolean as_json = FALSE;
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&given),
		{"json", 0, 0, G_OPTION_ARG_NONE, &as_json, "One JSON object, for programs", NULL},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 1, 1))
		return CMD_USAGE;
	return show(given ? given : usual, argv[1], as_json);
}

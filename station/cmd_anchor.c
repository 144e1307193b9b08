/* flashline anchor: the journal's head as a line, for a place where nobody at this station can change it. */
#include "cmd.h"
#include "journal/anchor.h"

#include <stdio.h>

static int new_key(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *public = anchor_key_new(path, &error);

	if (!public)
		return cmd_refuse("anchor", CMD_STATION, error);
	printf("%s is this station's secret key. What it signs is checked with\n"
	       "  flashline verify --anchor FILE --public-key %s\n",
		path, public);
	return CMD_PASS;
}

static int anchor(const char *path, const char *key)
{
	g_autoptr(GError) error = NULL;
	g_auto(JournalHead) head = {0};
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	g_autofree char *line = NULL;

	if (journal && journal_head(journal, &head, &error))
		line = anchor_write(&head, key, &error);
	if (!line)
		return cmd_refuse("anchor", CMD_STATION, error);
	fputs(line, stdout);
	return CMD_PASS;
}

int cmd_anchor(int argc, char **argv)
{
	g_autofree char *given = NULL, *key = NULL, *fresh = NULL, *usual = journal_default_path();
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&given),
		{"key", 'k', 0, G_OPTION_ARG_FILENAME, &key, "Sign it with this secret key",
			"FILE"},
		{"new-key", 0, 0, G_OPTION_ARG_FILENAME, &fresh,
			"Make a key instead, and print its public part", "FILE"},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	return fresh ? new_key(fresh) : anchor(given ? given : usual, key);
}

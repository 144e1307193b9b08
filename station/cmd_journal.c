/* flashline journal: copies of the journal, proven. */
#include "cmd.h"
#include "core/text.h"
#include "journal/copy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean write_line(const char *line, gpointer file, GError **error)
{
	if (fprintf(file, "%s\n", line) >= 0)
		return TRUE;
	g_set_error(
		error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot write: %s", g_strerror(errno));
	return FALSE;
}

/* A line holds a recipe's whole text at most, or a run's log. */
enum { LINE_MAX_BYTES = 16 * 1024 * 1024 };

static char *next_line(gpointer data, GError **error)
{
	FILE *file = data;
	g_autoptr(GString) line = g_string_new(NULL);
	int letter;

	while ((letter = getc_unlocked(file)) != EOF && letter != '\n') {
		g_string_append_c(line, (char)letter);
		if (line->len > LINE_MAX_BYTES) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				"a line is longer than %d bytes", LINE_MAX_BYTES);
			return NULL;
		}
	}
	if (ferror(file))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "cannot read: %s",
			g_strerror(errno));
	return ferror(file) || (letter == EOF && !line->len)
		       ? NULL
		       : g_string_free(g_steal_pointer(&line), FALSE);
}

static int print_head(const char *what, const char *path, const JournalHead *head)
{
	g_autofree char *clean = text_clean(path, -1);

	printf("%s %s: proven, %" G_GINT64_FORMAT " records, head %s\n", what, clean, head->record,
		head->hash);
	return CMD_PASS;
}

static int backup(const char *journal, const char *to)
{
	g_autoptr(GError) error = NULL;
	g_auto(JournalHead) head = {0};

	return journal_backup(journal, to, &head, &error)
		       ? print_head("backup", to, &head)
		       : cmd_refuse("journal backup", CMD_STATION, error);
}

static int refuse_file(const char *what, const char *path, int status)
{
	int cause = errno;
	g_autofree char *clean = text_clean(path, -1);

	fprintf(stderr, "flashline journal %s %s: %s\n", what, clean, g_strerror(cause));
	return status;
}

static int export(const char *path, const char *to)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = journal_open_reader(path, &error);
	FILE *file = journal && to ? fopen(to, "wex") : stdout;
	int status = CMD_PASS;

	if (!journal)
		return cmd_refuse("journal export", CMD_STATION, error);
	if (!file)
		return refuse_file("export: cannot create", to, CMD_STATION);
	if (!journal_export(journal, write_line, file, &error))
		status = cmd_refuse("journal export", CMD_STATION, error);
	if (to && fclose(file) != 0 && status == CMD_PASS)
		status = refuse_file("export: cannot write", to, CMD_STATION);
	/* A part is no copy, and would be in the way of the next. */
	if (to && status != CMD_PASS)
		unlink(to);
	return status;
}

static int import(const char *journal, const char *from)
{
	g_autoptr(GError) error = NULL;
	g_auto(JournalHead) head = {0};
	FILE *file = from ? fopen(from, "re") : stdin;
	gboolean done;

	if (!file)
		return refuse_file("import: cannot read", from, CMD_USAGE);
	done = journal_import(journal, next_line, file, &head, &error);
	if (from)
		fclose(file);
	return done ? print_head("journal", journal, &head)
		    : cmd_refuse("journal import", CMD_STATION, error);
}

static int vacuum(const char *journal)
{
	g_autoptr(GError) error = NULL;

	return journal_vacuum(journal, &error) ? CMD_PASS
					       : cmd_refuse("journal vacuum", CMD_STATION, error);
}

static int usage(void)
{
	fputs("Usage: flashline journal backup FILE     a copy, while the writer is at work; "
	      "proven\n"
	      "       flashline journal export [FILE]   everything, as lines of JSON\n"
	      "       flashline journal import [FILE]   such lines into a new --journal; proven\n"
	      "       flashline journal vacuum          give room back that nothing is in\n",
		stderr);
	return CMD_USAGE;
}

int cmd_journal(int argc, char **argv)
{
	g_autofree char *given = NULL, *path = NULL;
	const GOptionEntry entries[] = {CMD_JOURNAL_OPTION(&given), G_OPTION_ENTRY_NULL};
	const char *what, *file;

	if (!cmd_options(&argc, &argv, entries, 1, 2))
		return CMD_USAGE;
	path = given ? g_strdup(given) : journal_default_path();
	what = argv[1];
	file = argc > 2 ? argv[2] : NULL;
	if (!strcmp(what, "backup") && file)
		return backup(path, file);
	if (!strcmp(what, "export"))
		return export(path, file);
	if (!strcmp(what, "import"))
		return import(path, file);
	return !strcmp(what, "vacuum") && !file ? vacuum(path) : usage();
}

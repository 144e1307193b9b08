/* flashline export: runs for other people's systems. */
#include "cmd.h"
#include "report/export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FILTERS_MAX = 16 };

typedef struct {
	char *journal, *format, *out;
	char *filters[FILTERS_MAX];
} Options;

static void options_clear(Options *options)
{
	g_free(options->journal);
	g_free(options->format);
	g_free(options->out);
	for (guint i = 0; i < FILTERS_MAX; i++)
		g_free(options->filters[i]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean parse(int *argc, char ***argv, Options *options)
{
	GOptionEntry entries[FILTERS_MAX + 4] = {CMD_JOURNAL_OPTION(&options->journal),
		{"format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
			"long-csv, junit, wsjf or openhtf", "FORMAT"},
		{"out", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Into this file", "FILE"}};

	g_assert(g_strv_length((char **)report_filters) <= FILTERS_MAX);
	for (guint i = 0; report_filters[i]; i++)
		entries[3 + i] = (GOptionEntry){report_filters[i], 0, 0, G_OPTION_ARG_STRING,
			&options->filters[i],
			i < 2 ? "Runs from, or before, this local date or time" : "Only runs of it",
			"VALUE"};
	return cmd_options(argc, argv, entries, 0, 0);
}

static void put(const char *text, gpointer file)
{
	fputs(text, file);
}

static int fail(const char *path)
{
	fprintf(stderr, "flashline export: cannot write %s: %s\n", path, g_strerror(errno));
	return CMD_STATION;
}

static int run(const Options *options, const ExportFormat *format, FILE *file)
{
	g_autofree char *usual = journal_default_path();
	g_autoptr(GArray) arguments = g_array_new(FALSE, FALSE, sizeof(ReportArgument));
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = NULL;

	for (guint i = 0; report_filters[i]; i++) {
		ReportArgument argument = {report_filters[i], options->filters[i]};

		if (!argument.value)
			continue;
		if (!report_argument_is_valid(&argument, &error))
			return cmd_refuse("export", CMD_USAGE, error);
		g_array_append_val(arguments, argument);
	}
	journal = journal_open_reader(options->journal ? options->journal : usual, &error);
	if (!journal ||
		export_runs(format, journal, (const ReportArgument *)(const void *)arguments->data,
			arguments->len, put, file, &error) < 0)
		return cmd_refuse("export", CMD_STATION, error);
	return CMD_PASS;
}

/* Beside the file that it becomes when it is whole, unless that is a device or a pipe. */
static char *part_of(const char *path)
{
	gboolean stream =
		g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR);

	return stream ? g_strdup(path) : g_strconcat(path, ".part", NULL);
}

/* What is not on the disk was not exported: an older file of that name stays until the new one is there. */
static int run_into(const Options *options, const ExportFormat *format)
{
	g_autofree char *part = part_of(options->out);
	gboolean stream = g_str_equal(part, options->out);
	FILE *file = fopen(part, "we");
	gboolean written;
	int status;

	if (!file)
		return fail(part);
	status = run(options, format, file);
	written = fflush(file) == 0 && !ferror(file) && (stream || fsync(fileno(file)) == 0);
	written = fclose(file) == 0 && written;
	if (status == CMD_PASS && (!written || (!stream && rename(part, options->out) != 0)))
		status = fail(options->out);
	if (status != CMD_PASS && !stream)
		unlink(part);
	return status;
}

int cmd_export(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autofree char *names = export_names();
	const ExportFormat *format;

	if (!parse(&argc, &argv, &options))
		return CMD_USAGE;
	format = export_find(options.format);
	if (!format) {
		fprintf(stderr, "flashline export: --format is one of %s\n", names);
		return CMD_USAGE;
	}
	return options.out ? run_into(&options, format) : run(&options, format, stdout);
}

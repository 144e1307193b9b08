/* flashline report NAME: what the journal says, counted. */
#include "cmd.h"
#include "core/text.h"
#include "core/words.h"
#include "report/report.h"

#include <stdio.h>
#include <string.h>

enum { FILTERS_MAX = 16 };

typedef struct {
	char *journal, *own, *format, *out;
	char *filters[FILTERS_MAX];
	GStrv more; /* --set name=value */
	gboolean list;
} Options;

static void options_clear(Options *options)
{
	g_free(options->journal);
	g_free(options->own);
	g_free(options->format);
	g_free(options->out);
	for (guint i = 0; i < FILTERS_MAX; i++)
		g_free(options->filters[i]);
	g_strfreev(options->more);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static const struct {
	const char *word;
	char *(*make)(const ReportResult *result);
} formats[] = {
	{"text", report_as_text},
	{"csv", report_as_csv},
	{"json", report_as_json},
	{"html", report_as_html},
};

static gboolean parse(int *argc, char ***argv, Options *options)
{
	GOptionEntry entries[FILTERS_MAX + 8] = {CMD_JOURNAL_OPTION(&options->journal),
		{"format", 'f', 0, G_OPTION_ARG_STRING, &options->format,
			"text (default), csv, json or html", "KIND"},
		{"out", 'o', 0, G_OPTION_ARG_FILENAME, &options->out, "Into this file", "FILE"},
		{"reports", 0, 0, G_OPTION_ARG_FILENAME, &options->own,
			"A folder with .sql files of your own", "DIR"},
		{"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->more,
			"A parameter of this report", "NAME=VALUE"},
		{"list", 0, 0, G_OPTION_ARG_NONE, &options->list, "Which reports there are", NULL}};
	guint first = 0;

	g_assert(g_strv_length((char **)report_filters) <= FILTERS_MAX);
	while (entries[first].long_name)
		first++;
	for (guint i = 0; report_filters[i]; i++)
		entries[first + i] = (GOptionEntry){report_filters[i], 0, 0, G_OPTION_ARG_STRING,
			&options->filters[i],
			i < 2 ? "Runs from, or before, this local date or time" : "Only runs of it",
			"VALUE"};
	return cmd_options(argc, argv, entries, 0, 1);
}

static int usage(const char *why)
{
	g_autofree char *clean = text_clean(why, -1);

	fprintf(stderr, "flashline report: %s\n", clean);
	return CMD_USAGE;
}

static Report *load(const char *path)
{
	g_autoptr(Problems) problems = problems_new();
	Report *report = report_load(path, problems);

	cmd_problems(problems);
	return report;
}

static int list_reports(const char *own)
{
	g_auto(GStrv) names = report_names(own);

	for (guint i = 0; names[i]; i++) {
		g_autofree char *path = report_find(names[i], own);
		g_autoptr(Report) report = load(path);
		g_autofree char *title = report ? text_clean(report->title, -1) : NULL;

		printf("%-14s %s\n", names[i], title ? title : "(cannot be read)");
	}
	return CMD_PASS;
}

static int refuse_name(const char *name, const char *own)
{
	g_auto(GStrv) names = report_names(own);
	g_autofree char *hint = words_hint(name, (const char *const *)names);
	g_autofree char *all = g_strjoinv(", ", names);
	g_autofree char *why = g_strdup_printf("no report '%s'%s; there are: %s", name, hint, all);

	return usage(why);
}

static gboolean is_given(const GArray *arguments, const char *name)
{
	for (guint i = 0; i < arguments->len; i++)
		if (!g_strcmp0(g_array_index(arguments, ReportArgument, i).name, name))
			return TRUE;
	return FALSE;
}

/* What is missing of what this report needs, newly allocated; NULL: nothing. */
static char *missing(const Report *report, const GArray *arguments)
{
	g_auto(GStrv) names = g_strsplit(report->needs ? report->needs : "", " ", -1);

	for (guint i = 0; names[i]; i++)
		if (!is_given(arguments, names[i]))
			return g_strdup_printf("report '%s' needs --%s", report->name, names[i]);
	if (is_given(arguments, "against") && !is_given(arguments, "revision"))
		return g_strdup("--against goes with --revision: the one that is compared");
	return NULL;
}

/* The filters and --set of the command line. FALSE: one that the report does not know. */
static gboolean collect(const Options *options, const Report *report, GArray *arguments)
{
	for (guint i = 0; report_filters[i]; i++) {
		ReportArgument argument = {report_filters[i], options->filters[i]};

		if (argument.value)
			g_array_append_val(arguments, argument);
	}
	for (guint i = 0; options->more && options->more[i]; i++) {
		char *equals = strchr(options->more[i], '=');
		ReportArgument argument = {options->more[i], equals ? equals + 1 : NULL};
		gboolean known = FALSE;

		if (equals)
			*equals = '\0';
		for (guint p = 0; p < report->parameters->len; p++) {
			const ReportParameter *of = report->parameters->pdata[p];

			known |= !g_strcmp0(of->name, argument.name);
		}
		if (!known || !argument.value)
			return FALSE;
		g_array_append_val(arguments, argument);
	}
	return TRUE;
}

static int print(const Options *options, const char *text)
{
	g_autoptr(GError) error = NULL;

	if (!options->out) {
		fputs(text, stdout);
		return CMD_PASS;
	}
	if (g_file_set_contents(options->out, text, -1, &error))
		return CMD_PASS;
	return cmd_refuse("report", CMD_STATION, error);
}

static int run(const Options *options, const Report *report, guint format)
{
	g_autofree char *usual = journal_default_path(), *text = NULL, *why = NULL;
	g_autoptr(GArray) arguments = g_array_new(FALSE, FALSE, sizeof(ReportArgument));
	g_autoptr(GError) error = NULL;
	g_autoptr(Journal) journal = NULL;
	g_autoptr(ReportResult) result = NULL;

	if (!collect(options, report, arguments))
		return usage("--set takes NAME=VALUE with a parameter of this report");
	why = missing(report, arguments);
	if (why)
		return usage(why);
	for (guint i = 0; i < arguments->len; i++)
		if (!report_argument_is_valid(&g_array_index(arguments, ReportArgument, i), &error))
			return cmd_refuse("report", CMD_USAGE, error);
	journal = journal_open_reader(options->journal ? options->journal : usual, &error);
	if (journal)
		result = report_run(report, journal,
			(const ReportArgument *)(const void *)arguments->data, arguments->len,
			&error);
	if (!result)
		return cmd_refuse("report", CMD_STATION, error);
	text = formats[format].make(result);
	return print(options, text);
}

int cmd_report(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autofree char *path = NULL;
	g_autoptr(Report) report = NULL;
	guint format = 0;

	if (!parse(&argc, &argv, &options))
		return CMD_USAGE;
	if (options.list || argc < 2)
		return list_reports(options.own);
	while (format < G_N_ELEMENTS(formats) && options.format &&
		strcmp(formats[format].word, options.format) != 0)
		format++;
	if (format == G_N_ELEMENTS(formats))
		return usage("--format is text, csv, json or html");
	path = report_find(argv[1], options.own);
	if (!path)
		return refuse_name(argv[1], options.own);
	report = load(path);
	return report ? run(&options, report, format) : CMD_USAGE;
}

/* The header lines of a report's file. */
#include "report/report_parts.h"

#include <string.h>

enum { PARTS_MAX = 8 };

static const struct {
	const char *word;
	ColumnKind kind;
} column_words[] = {
	{"text", COLUMN_TEXT},
	{"int", COLUMN_INT},
	{"number", COLUMN_NUMBER},
	{"percent", COLUMN_PERCENT},
	{"seconds", COLUMN_SECONDS},
	{"time", COLUMN_TIME},
	{"verdict", COLUMN_VERDICT},
	{"code", COLUMN_CODE},
	{"p", COLUMN_P},
};

static const struct {
	const char *word;
	DrawKind kind;
	guint least; /* columns that it needs */
} draw_words[] = {
	{"bars", DRAW_BARS, 2},
	{"line", DRAW_LINE, 2},
	{"pareto", DRAW_PARETO, 2},
	{"histogram", DRAW_HISTOGRAM, 1},
	{"facts", DRAW_FACTS, 0},
	{"compare", DRAW_COMPARE, 3},
};

/* ---- header lines ------------------------------------------------------------------------------ */

static gboolean column_kind(const char *word, ColumnKind *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(column_words); i++)
		if (!strcmp(column_words[i].word, word)) {
			*kind = column_words[i].kind;
			return TRUE;
		}
	return FALSE;
}

/* "a | b | c" -> its parts without blanks; how many. */
static guint split(const char *value, char *parts[PARTS_MAX])
{
	g_auto(GStrv) all = g_strsplit(value, "|", PARTS_MAX);
	guint count = 0;

	for (; all[count]; count++)
		parts[count] = g_strdup(g_strstrip(all[count]));
	return count;
}

static void free_parts(char *parts[PARTS_MAX], guint count)
{
	for (guint i = 0; i < count; i++)
		g_free(parts[i]);
}

static void read_title(Reader *reader, const char *value)
{
	reader->report->title = reader_keep(reader, value);
}

/* A line with nothing in it begins a new paragraph. */
static void read_about(Reader *reader, const char *value)
{
	GString *about = reader->about;
	gboolean joins = about->len && about->str[about->len - 1] != '\n';

	if (*value)
		g_string_append_printf(about, "%s%s", joins ? " " : "", value);
	else
		g_string_append_c(about, '\n');
}

static void read_needs(Reader *reader, const char *value)
{
	g_auto(GStrv) names = g_strsplit(value, " ", -1);

	for (guint i = 0; names[i]; i++)
		if (!g_strv_contains(report_filters, names[i]))
			reader_refuse(reader, "'%s' is no filter that a report knows", names[i]);
	reader->report->needs = reader_keep(reader, value);
}

/* Its SQL begins on the next line, and ends where a section begins. */
static void read_common(Reader *reader, const char *value)
{
	if (reader->section || reader->report->tables->len || *value)
		reader_refuse(
			reader, "'-- common:' stands alone, before the first table and section");
	reader->in_common = TRUE;
}

/* The same; its name stands in SQL of ours. */
static void read_table(Reader *reader, const char *value)
{
	gsize length = strspn(value, "abcdefghijklmnopqrstuvwxyz_");

	if (reader->section || !length || value[length])
		reader_refuse(reader, "a table is '-- table: name', of the letters a to z, before "
				      "the first section");
	else
		reader_begin_table(reader, value);
}

static void read_section(Reader *reader, const char *value)
{
	reader_end_section(reader);
	reader_begin_section(reader, value);
}

static void read_column(Reader *reader, const char *value)
{
	char *parts[PARTS_MAX];
	guint count = split(value, parts);
	ReportColumn *column = g_new0(ReportColumn, 1);

	if (count != 3)
		reader_refuse(reader, "a column is 'name | kind | title'");
	else if (!column_kind(parts[1], &column->kind))
		reader_refuse(reader,
			"a column is text, int, number, percent, seconds, "
			"time, verdict, code or p, not '%s'",
			parts[1]);
	else {
		column->name = reader_keep(reader, parts[0]);
		column->title = reader_keep(reader, parts[2]);
	}
	g_ptr_array_add(reader_section(reader)->columns, column);
	free_parts(parts, count);
}

static void read_parameter(Reader *reader, const char *value)
{
	char *parts[PARTS_MAX];
	guint count = split(value, parts);
	ReportParameter *parameter = g_new0(ReportParameter, 1);

	g_ptr_array_add(reader->report->parameters, parameter);
	if (count != 4)
		reader_refuse(reader, "a parameter is 'name | text or int | fallback | help'");
	else if (!column_kind(parts[1], &parameter->kind) || parameter->kind > COLUMN_INT)
		reader_refuse(reader, "a parameter is text or int, not '%s'", parts[1]);
	else {
		parameter->name = reader_keep(reader, parts[0]);
		parameter->fallback = reader_keep(reader, parts[2]);
		parameter->help = reader_keep(reader, parts[3]);
	}
	free_parts(parts, count);
}

static void read_draw(Reader *reader, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	ReportDraw *draw = &reader_section(reader)->draw;
	guint least = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(draw_words); i++)
		if (!g_strcmp0(draw_words[i].word, words[0])) {
			draw->kind = draw_words[i].kind;
			least = draw_words[i].least;
		}
	for (guint i = 1; words[0] && words[i]; i++)
		if (*words[i] && draw->count < DRAW_COLUMNS_MAX)
			draw->columns[draw->count++] = reader_keep(reader, words[i]);
	if (draw->kind == DRAW_NONE || draw->count < least)
		reader_refuse(reader, "a drawing is bars, line, pareto, histogram, facts or "
				      "compare, and its columns");
}

static const struct {
	const char *word;
	void (*read)(Reader *reader, const char *value);
} lines[] = {
	{"title", read_title},
	{"about", read_about},
	{"needs", read_needs},
	{"common", read_common},
	{"table", read_table},
	{"section", read_section},
	{"column", read_column},
	{"parameter", read_parameter},
	{"draw", read_draw},
};

gboolean reader_header(Reader *reader, const char *line)
{
	g_autofree char *text = NULL;
	char *value;

	if (!g_str_has_prefix(line, "-- "))
		return FALSE;
	text = g_strdup(line + 3);
	value = strchr(text, ':');
	if (!value)
		return FALSE;
	*value++ = '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		if (!strcmp(lines[i].word, text)) {
			lines[i].read(reader, g_strstrip(value));
			return TRUE;
		}
	return FALSE;
}

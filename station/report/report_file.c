/* Reading a report's file: its header line by line, its SQL as it stands. */
#include "report/report.h"

#include "core/file.h"

#include <string.h>

enum { BYTES_MAX = 256 * 1024, PARTS_MAX = 8 };

typedef struct {
	Report *report;
	ReportSection *section; /* the one that is being read */
	GString *about, *sql;
	const char *file;
	guint line;
	Problems *problems;
} Reader;

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
};

static void section_free(ReportSection *section)
{
	g_ptr_array_unref(section->columns);
	g_free(section);
}

void report_free(Report *report)
{
	if (!report)
		return;
	g_ptr_array_unref(report->parameters);
	g_ptr_array_unref(report->sections);
	g_string_chunk_free(report->texts);
	g_free(report);
}

G_GNUC_PRINTF(2, 3) static void refuse(Reader *reader, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	problems_add(reader->problems, (Place){reader->file, reader->line, 1}, "%s", text);
}

static const char *keep(Reader *reader, const char *text)
{
	return g_string_chunk_insert(reader->report->texts, text);
}

/* ---- sections ---------------------------------------------------------------------------------- */

static void begin_section(Reader *reader, const char *title)
{
	ReportSection *section = g_new0(ReportSection, 1);

	section->title = keep(reader, title);
	section->columns = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(reader->report->sections, section);
	reader->section = section;
}

static void end_section(Reader *reader)
{
	if (!reader->section)
		return;
	g_strstrip(reader->sql->str);
	if (!*reader->sql->str)
		refuse(reader, "there is no SQL before this line");
	if (!reader->section->columns->len)
		refuse(reader, "no '-- column:' says what the SQL before this line answers");
	reader->section->sql = keep(reader, reader->sql->str);
	g_string_truncate(reader->sql, 0);
}

/* A file without sections has one without a name. */
static ReportSection *section(Reader *reader)
{
	if (!reader->section)
		begin_section(reader, "");
	return reader->section;
}

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
	reader->report->title = keep(reader, value);
}

static void read_about(Reader *reader, const char *value)
{
	g_string_append_printf(reader->about, "%s%s", reader->about->len ? " " : "", value);
}

static void read_section(Reader *reader, const char *value)
{
	end_section(reader);
	begin_section(reader, value);
}

static void read_column(Reader *reader, const char *value)
{
	char *parts[PARTS_MAX];
	guint count = split(value, parts);
	ReportColumn *column = g_new0(ReportColumn, 1);

	if (count != 3)
		refuse(reader, "a column is 'name | kind | title'");
	else if (!column_kind(parts[1], &column->kind))
		refuse(reader, "a column is text, int, number, percent, seconds or time, not '%s'",
			parts[1]);
	else {
		column->name = keep(reader, parts[0]);
		column->title = keep(reader, parts[2]);
	}
	g_ptr_array_add(section(reader)->columns, column);
	free_parts(parts, count);
}

static void read_parameter(Reader *reader, const char *value)
{
	char *parts[PARTS_MAX];
	guint count = split(value, parts);
	ReportParameter *parameter = g_new0(ReportParameter, 1);

	g_ptr_array_add(reader->report->parameters, parameter);
	if (count != 4)
		refuse(reader, "a parameter is 'name | text or int | fallback | help'");
	else if (!column_kind(parts[1], &parameter->kind) || parameter->kind > COLUMN_INT)
		refuse(reader, "a parameter is text or int, not '%s'", parts[1]);
	else {
		parameter->name = keep(reader, parts[0]);
		parameter->fallback = keep(reader, parts[2]);
		parameter->help = keep(reader, parts[3]);
	}
	free_parts(parts, count);
}

static void read_draw(Reader *reader, const char *value)
{
	g_auto(GStrv) words = g_strsplit_set(value, " \t", -1);
	ReportDraw *draw = &section(reader)->draw;
	guint least = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(draw_words); i++)
		if (!g_strcmp0(draw_words[i].word, words[0])) {
			draw->kind = draw_words[i].kind;
			least = draw_words[i].least;
		}
	for (guint i = 1; words[0] && words[i]; i++)
		if (*words[i] && draw->count < DRAW_COLUMNS_MAX)
			draw->columns[draw->count++] = keep(reader, words[i]);
	if (draw->kind == DRAW_NONE || draw->count < least)
		refuse(reader, "a drawing is bars, line, pareto or histogram, and its columns");
}

static const struct {
	const char *word;
	void (*read)(Reader *reader, const char *value);
} lines[] = {
	{"title", read_title},
	{"about", read_about},
	{"section", read_section},
	{"column", read_column},
	{"parameter", read_parameter},
	{"draw", read_draw},
};

/* "-- word: value"; what is no such line is a comment of the SQL. */
static gboolean read_header(Reader *reader, const char *line)
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

static void read_line(Reader *reader, const char *line)
{
	if (read_header(reader, line))
		return;
	if (!reader->sql->len) {
		if (!*line || g_str_has_prefix(line, "--"))
			return;
		section(reader)->line = reader->line;
	}
	g_string_append(reader->sql, line);
	g_string_append_c(reader->sql, '\n');
}

/* ---- a whole file ------------------------------------------------------------------------------ */

static void read_lines(Reader *reader, const char *text)
{
	g_auto(GStrv) all = g_strsplit(text, "\n", -1);

	for (guint i = 0; all[i]; i++) {
		reader->line = i + 1;
		read_line(reader, g_strchomp(all[i]));
	}
	section(reader);
	end_section(reader);
	reader->report->about = keep(reader, reader->about->str);
	if (!reader->report->title)
		refuse(reader, "the file has no '-- title:'");
}

static Report *report_new(const char *path)
{
	Report *report = g_new0(Report, 1);
	g_autofree char *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, ".sql"))
		name[strlen(name) - 4] = '\0';
	report->texts = g_string_chunk_new(1024);
	report->name = g_string_chunk_insert(report->texts, name);
	report->path = g_string_chunk_insert(report->texts, path);
	report->parameters = g_ptr_array_new_with_free_func(g_free);
	report->sections = g_ptr_array_new_with_free_func((GDestroyNotify)section_free);
	return report;
}

Report *report_load(const char *path, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = file_bytes(path, BYTES_MAX, &error);
	g_autoptr(Report) report = report_new(path);
	g_autoptr(GString) about = g_string_new(NULL), sql = g_string_new(NULL);
	Reader reader = {.report = report,
		.about = about,
		.sql = sql,
		.file = g_intern_string(path),
		.problems = problems};
	guint before = problems_count(problems);
	const char *text = bytes ? g_bytes_get_data(bytes, NULL) : NULL;

	if (!bytes)
		refuse(&reader, "%s", error->message);
	else if (!g_utf8_validate(text, (gssize)g_bytes_get_size(bytes), NULL))
		refuse(&reader, "is not UTF-8 text");
	else
		read_lines(&reader, text);
	return problems_count(problems) > before ? NULL : g_steal_pointer(&report);
}

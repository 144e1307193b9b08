/* Reading a report's file: its SQL as it stands; its header lines are in report_header.c. */
#include "report/report_parts.h"

#include "core/file.h"

#include <string.h>

enum { BYTES_MAX = 256 * 1024 };

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
	g_ptr_array_unref(report->tables);
	g_ptr_array_unref(report->sections);
	g_string_chunk_free(report->texts);
	g_free(report);
}

void reader_refuse(Reader *reader, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	problems_add(reader->problems, (Place){reader->file, reader->line, 1}, "%s", text);
}

const char *reader_keep(Reader *reader, const char *text)
{
	return g_string_chunk_insert(reader->report->texts, text);
}

/* ---- sections ---------------------------------------------------------------------------------- */

static const char *take_text(Reader *reader, GString *text)
{
	const char *kept = reader_keep(reader, g_strstrip(text->str));

	g_string_truncate(text, 0);
	return kept;
}

/* What stands before the first section: the SQL read so far is the table's, or the common part's. */
static void end_head_part(Reader *reader)
{
	const char *sql = take_text(reader, reader->sql);

	if (reader->in_common)
		reader->report->common = sql;
	if (reader->table)
		reader->table->sql = sql;
	if (reader->table && !*sql)
		reader_refuse(reader, "there is no SQL of table '%s' before this line",
			reader->table->name);
	reader->in_common = FALSE;
	reader->table = NULL;
}

void reader_begin_table(Reader *reader, const char *name)
{
	end_head_part(reader);
	reader->table = g_new0(ReportTable, 1);
	reader->table->name = reader_keep(reader, name);
	g_ptr_array_add(reader->report->tables, reader->table);
}

void reader_begin_section(Reader *reader, const char *title)
{
	ReportSection *section = g_new0(ReportSection, 1);

	if (!reader->section) {
		reader->report->about = take_text(reader, reader->about);
		end_head_part(reader);
	}
	section->title = reader_keep(reader, title);
	section->columns = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(reader->report->sections, section);
	reader->section = section;
}

void reader_end_section(Reader *reader)
{
	ReportSection *section = reader->section;

	if (!section)
		return;
	section->about = take_text(reader, reader->about);
	section->sql = take_text(reader, reader->sql);
	if (!*section->sql)
		reader_refuse(reader, "there is no SQL before this line");
	if (!section->columns->len)
		reader_refuse(reader, "no '-- column:' says what the SQL before this line answers");
}

ReportSection *reader_section(Reader *reader)
{
	if (!reader->section)
		reader_begin_section(reader, "");
	return reader->section;
}

static void read_line(Reader *reader, const char *line)
{
	if (reader_header(reader, line))
		return;
	if (!reader->sql->len) {
		if (!*line || g_str_has_prefix(line, "--"))
			return;
		if (reader->table)
			reader->table->line = reader->line;
		else if (!reader->in_common)
			reader_section(reader)->line = reader->line;
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
	reader_section(reader);
	reader_end_section(reader);
	if (!reader->report->title)
		reader_refuse(reader, "the file has no '-- title:'");
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
	report->common = "";
	report->tables = g_ptr_array_new_with_free_func(g_free);
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
		reader_refuse(&reader, "%s", error->message);
	else if (!g_utf8_validate(text, (gssize)g_bytes_get_size(bytes), NULL))
		reader_refuse(&reader, "is not UTF-8 text");
	else {
		g_autofree char *hash = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);

		report->sha256 = reader_keep(&reader, hash);
		read_lines(&reader, text);
	}
	return problems_count(problems) > before ? NULL : g_steal_pointer(&report);
}

/* A report for programs: CSV and JSON. Values as they are, not as people read them. */
#include "report/report.h"

#include "core/text.h"
#include "core/version.h"

#include <string.h>

/* ---- CSV --------------------------------------------------------------------------------------- */

/* A spreadsheet takes these for the beginning of a formula (CWE-1236). */
static gboolean is_formula(const char *text)
{
	return *text && strchr("=+-@\t\r", *text) != NULL;
}

void report_csv_cell(GString *out, const char *text, gboolean from_outside)
{
	gboolean quoted = strpbrk(text, ",\"\r\n") != NULL;

	if (quoted)
		g_string_append_c(out, '"');
	if (from_outside && is_formula(text))
		g_string_append_c(out, '\'');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	if (quoted)
		g_string_append_c(out, '"');
}

static void put_cell(GString *out, const Cell *cell)
{
	g_autofree char *plain = cell_text(cell);
	/* Control characters do not come through; numbers begin with - lawfully. */
	g_autofree char *clean = cell->kind == CELL_TEXT ? text_clean(plain, -1) : g_strdup(plain);

	report_csv_cell(out, clean, cell->kind == CELL_TEXT);
}

char *report_section_csv(const ReportSection *section, const Table *table)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];

		g_string_append(out, i ? "," : "");
		report_csv_cell(out, column->name, TRUE);
	}
	g_string_append(out, "\r\n");
	for (guint row = 0; row < table_rows(table); row++) {
		for (guint i = 0; i < section->columns->len; i++) {
			const ReportColumn *column = section->columns->pdata[i];

			g_string_append(out, i ? "," : "");
			put_cell(out,
				table_cell(table, row, (guint)table_column(table, column->name)));
		}
		g_string_append(out, "\r\n");
	}
	return g_string_free(out, FALSE);
}

char *report_as_csv(const ReportResult *result)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < result->tables->len; i++) {
		g_autofree char *csv = report_section_csv(
			result->report->sections->pdata[i], result->tables->pdata[i]);

		g_string_append_printf(out, "%s%s", i ? "\r\n" : "", csv);
	}
	return g_string_free(out, FALSE);
}

/* ---- JSON -------------------------------------------------------------------------------------- */

static json_t *cell_json(const Cell *cell)
{
	switch (cell->kind) {
	case CELL_INT:
		return json_integer(cell->number);
	case CELL_REAL:
		return json_real(cell->real);
	case CELL_TEXT:
		return json_string(cell->text);
	default:
		return json_null();
	}
}

static json_t *section_json(const ReportSection *section, const Table *table)
{
	json_t *columns = json_array(), *rows = json_array();

	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];

		json_array_append_new(columns,
			json_pack("{s:s, s:s}", "name", column->name, "title", column->title));
	}
	for (guint row = 0; row < table_rows(table); row++) {
		json_t *object = json_object();

		for (guint i = 0; i < section->columns->len; i++) {
			const ReportColumn *column = section->columns->pdata[i];
			guint index = (guint)table_column(table, column->name);

			json_object_set_new(
				object, column->name, cell_json(table_cell(table, row, index)));
		}
		json_array_append_new(rows, object);
	}
	return json_pack(
		"{s:s, s:o, s:o}", "title", section->title, "columns", columns, "rows", rows);
}

static json_t *head_json(const JournalHead *head)
{
	return json_pack("{s:s, s:I, s:s}", "journal", head->journal, "record",
		(json_int_t)head->record, "hash", head->hash);
}

char *report_as_json(const ReportResult *result)
{
	json_t *sections = json_array(), *asked = json_array(), *whole;
	g_autofree char *text = NULL;
	char *dumped;

	for (guint i = 0; i < result->tables->len; i++)
		json_array_append_new(sections,
			section_json(result->report->sections->pdata[i], result->tables->pdata[i]));
	for (guint i = 0; i < result->asked->len; i++)
		json_array_append_new(asked, json_string(result->asked->pdata[i]));
	whole = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "report", result->report->name,
		"title", result->report->title, "made", result->made, "flashline",
		FLASHLINE_VERSION, "head", head_json(&result->head), "asked", asked, "sections",
		sections);
	dumped = json_dumps(whole, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	text = g_strconcat(dumped ? dumped : "", "\n", NULL);
	free(dumped);
	json_decref(whole);
	return g_steal_pointer(&text);
}

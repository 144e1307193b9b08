/* A report on a terminal. */
#include "report/report.h"

#include "core/style.h"

#include <string.h>

enum { WIDTH_MOST = 48 };

static gboolean is_right(ColumnKind kind)
{
	return kind == COLUMN_INT || kind == COLUMN_NUMBER || kind == COLUMN_PERCENT ||
	       kind == COLUMN_SECONDS;
}

typedef struct {
	const ReportColumn *column;
	guint index, width;
} Shown;

static GArray *shown_columns(const ReportSection *section, const Table *table)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(Shown));

	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];
		Shown shown = {column, (guint)table_column(table, column->name),
			style_width(column->title)};

		for (guint row = 0; row < table_rows(table); row++) {
			g_autofree char *text =
				report_cell(table_cell(table, row, shown.index), column->kind);

			shown.width = MAX(shown.width, style_width(text));
		}
		shown.width = MIN(shown.width, WIDTH_MOST);
		g_array_append_val(all, shown);
	}
	return all;
}

static void put(GString *out, const char *text, const Shown *shown)
{
	g_autofree char *fitted = style_fit(text, shown->width);
	guint width = style_width(text);

	if (is_right(shown->column->kind) && width < shown->width)
		g_string_append_printf(out, "%*s%s", (int)(shown->width - width), "", text);
	else
		g_string_append(out, fitted);
	g_string_append(out, "  ");
}

static void end_line(GString *out)
{
	while (out->len && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

static void put_section(GString *out, const ReportSection *section, const Table *table)
{
	g_autoptr(GArray) shown = shown_columns(section, table);

	g_string_append_printf(out, "\n%s%s", section->title, *section->title ? "\n" : "");
	for (guint i = 0; i < shown->len; i++)
		put(out, g_array_index(shown, Shown, i).column->title,
			&g_array_index(shown, Shown, i));
	end_line(out);
	for (guint row = 0; row < table_rows(table); row++) {
		for (guint i = 0; i < shown->len; i++) {
			const Shown *of = &g_array_index(shown, Shown, i);
			g_autofree char *text =
				report_cell(table_cell(table, row, of->index), of->column->kind);

			put(out, text, of);
		}
		end_line(out);
	}
	if (!table_rows(table))
		g_string_append(out, "(nothing)\n");
}

char *report_as_text(const ReportResult *result)
{
	const Report *report = result->report;
	GString *out = g_string_new(report->title);
	g_autofree char *asked = NULL;

	g_ptr_array_add(result->asked, NULL);
	asked = g_strjoinv(", ", (char **)result->asked->pdata);
	g_ptr_array_set_size(result->asked, (gint)result->asked->len - 1);
	g_string_append_printf(out, "%s%s\n", *asked ? ": " : "", asked);
	if (*report->about)
		g_string_append_printf(out, "%s\n", report->about);
	for (guint i = 0; i < report->sections->len; i++)
		put_section(out, report->sections->pdata[i], result->tables->pdata[i]);
	return g_string_free(out, FALSE);
}

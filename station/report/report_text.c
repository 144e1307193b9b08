/* A report on a terminal. */
#include "report/bins.h"
#include "report/report.h"

#include "core/style.h"
#include "core/version.h"

#include <math.h>
#include <string.h>

enum { WIDTH_MOST = 48, BAR_MOST = 40 };

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

	if (report_is_figure(shown->column->kind) && width < shown->width)
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

/* "120 to 122      82  ############": a line a bin, for a row a value is nothing to look at. */
static void put_histogram(GString *out, const ReportSection *section, const Table *table)
{
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
	guint column = (guint)table_column(table, section->draw.columns[0]);
	Bins bins;

	for (guint row = 0; row < table_rows(table); row++) {
		double value = cell_number(table_cell(table, row, column));

		if (isfinite(value))
			g_array_append_val(values, value);
	}
	bins = bins_make((const double *)(const void *)values->data, values->len);
	g_string_append_printf(out, "\n%s\n", section->title);
	for (guint i = 0; i < bins.count; i++) {
		double from = bins.low + i * bins.width;
		g_autofree char *range = g_strdup_printf("%g to %g", from, from + bins.width);
		g_autofree char *bar =
			g_strnfill((gsize)bins.values[i] * BAR_MOST / bins.tallest, '#');

		g_string_append_printf(out, "%-24s  %6u  %s", range, bins.values[i], bar);
		end_line(out);
	}
	if (!bins.count)
		g_string_append(out, "(nothing)\n");
}

static void put_section(GString *out, const ReportSection *section, const Table *table)
{
	g_autoptr(GArray) shown = shown_columns(section, table);

	g_string_append_printf(out, "\n%s%s", section->title, *section->title ? "\n" : "");
	if (*section->about)
		g_string_append_printf(out, "%s\n", section->about);
	/* A row a dot: nobody reads that on a terminal. */
	if (section->draw.kind == DRAW_COMPARE && table_rows(table)) {
		g_string_append_printf(out, "%u rows: --format html draws them, csv lists them\n",
			table_rows(table));
		return;
	}
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

/* A line a figure. */
static void put_facts(GString *out, const ReportSection *section, const Table *table)
{
	g_autoptr(GArray) shown = shown_columns(section, table);
	guint width = 0;

	for (guint i = 0; i < shown->len; i++)
		width = MAX(width, style_width(g_array_index(shown, Shown, i).column->title));
	if (*section->title)
		g_string_append_printf(out, "\n%s", section->title);
	g_string_append(out, "\n");
	for (guint i = 0; table_rows(table) && i < shown->len; i++) {
		const Shown *of = &g_array_index(shown, Shown, i);
		g_autofree char *title = style_fit(of->column->title, width);
		g_autofree char *text =
			report_cell(table_cell(table, 0, of->index), of->column->kind);

		g_string_append_printf(out, "%s  %s\n", title, text);
	}
}

char *report_as_text(const ReportResult *result)
{
	const Report *report = result->report;
	GString *out = g_string_new(report->title);

	for (guint i = 0; i < result->asked->len; i++)
		g_string_append_printf(
			out, "%s%s", i ? ", " : ": ", (char *)result->asked->pdata[i]);
	g_string_append_c(out, '\n');
	if (*report->about)
		g_string_append_printf(out, "%s\n", report->about);
	if (report_is_empty(result))
		g_string_append(out, "\n" REPORT_NOTHING "\n");
	for (guint i = 0; i < report->sections->len; i++) {
		const ReportSection *section = report->sections->pdata[i];

		const Table *table = result->tables->pdata[i];

		if (section->draw.kind == DRAW_FACTS)
			put_facts(out, section, table);
		else if (section->draw.kind == DRAW_HISTOGRAM)
			put_histogram(out, section, table);
		else
			put_section(out, section, table);
	}
	g_string_append_printf(out,
		"\nflashline " FLASHLINE_VERSION ", journal %s, record %" G_GINT64_FORMAT
		", head %s\n",
		result->head.journal, result->head.record, result->head.hash);
	return g_string_free(out, FALSE);
}

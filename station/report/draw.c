#include "report/draw.h"

#include <math.h>
#include <string.h>

static const struct {
	void (*draw)(const Drawing *drawing, GString *out);
	guint rows_most;   /* more would not be told apart */
	gboolean from_end; /* of a row of days, the last are drawn */
} kinds[] = {
	[DRAW_BARS] = {draw_bars, 32},
	[DRAW_LINE] = {draw_line, 400, TRUE},
	[DRAW_PARETO] = {draw_pareto, G_MAXUINT},
	[DRAW_HISTOGRAM] = {draw_histogram, G_MAXUINT},
	[DRAW_COMPARE] = {draw_compare, G_MAXUINT},
};

static const ReportColumn *column_of(const ReportSection *section, const char *name)
{
	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];

		if (!strcmp(column->name, name))
			return column;
	}
	return NULL;
}

/* A column that is drawn and not listed is written like the one before it. */
static void find_columns(Drawing *drawing, const ReportSection *section)
{
	for (guint i = 0; i < drawing->count; i++) {
		const char *name = section->draw.columns[i];
		const ReportColumn *column = column_of(section, name);

		drawing->column[i] = (guint)report_column_index(drawing->table, name);
		drawing->kind[i] = column ? column->kind : i ? drawing->kind[i - 1] : COLUMN_NUMBER;
		drawing->title[i] = column ? column->title : name;
	}
}

char *draw_section(
	const ReportSection *section, const Table *table, const char *heading, guint number)
{
	const DrawKind kind = section->draw.kind;
	Drawing drawing = {.table = table, .count = section->draw.count, .heading = heading};
	GString *out;

	if (kind >= G_N_ELEMENTS(kinds) || !kinds[kind].draw || !table_rows(table))
		return NULL;
	drawing.rows = MIN(table_rows(table), kinds[kind].rows_most);
	g_snprintf(drawing.id, sizeof drawing.id, "s%u", number);
	find_columns(&drawing, section);
	out = g_string_new("<figure>\n");
	kinds[kind].draw(&drawing, out);
	g_string_append(out, "</figure>\n");
	return g_string_free(out, FALSE);
}

static const Cell *cell(const Drawing *drawing, guint row, guint which)
{
	/* Only a line leaves rows out in front: the older ones. */
	guint first = drawing->rows == kinds[DRAW_LINE].rows_most
			      ? table_rows(drawing->table) - drawing->rows
			      : 0;

	return table_cell(drawing->table, first + row, drawing->column[which]);
}

double drawing_number(const Drawing *drawing, guint row, guint which)
{
	return which < drawing->count ? cell_number(cell(drawing, row, which)) : NAN;
}

char *drawing_text(const Drawing *drawing, guint row, guint which)
{
	return which < drawing->count ? report_cell(cell(drawing, row, which), drawing->kind[which])
				      : g_strdup("");
}

char *drawing_mark(const Drawing *drawing, guint row, guint which)
{
	const Cell *of = cell(drawing, row, which);

	return of->kind == CELL_TEXT ? svg_label(of->text, 16) : g_strdup("");
}

char *drawing_tip(const Drawing *drawing, guint row, gboolean interval)
{
	g_autofree char *label = drawing_text(drawing, row, 0);
	g_autofree char *value = drawing_text(drawing, row, 1);
	g_autofree char *low = drawing_text(drawing, row, 2);
	g_autofree char *high = drawing_text(drawing, row, 3);

	return interval ? g_strdup_printf("%s: %s (%s to %s)", label, value, low, high)
			: g_strdup_printf("%s: %s", label, value);
}

void draw_caption(const Drawing *drawing, GString *out, const DrawKey *keys, guint count)
{
	guint all = table_rows(drawing->table);

	g_string_append(out, "<figcaption>");
	for (guint i = 0; i < count; i++) {
		g_string_append_printf(
			out, "<span class=\"key\"><i class=\"%s\"></i> ", keys[i].class);
		html_text(out, keys[i].text);
		g_string_append(out, "</span> ");
	}
	if (drawing->rows < all)
		g_string_append_printf(
			out, "<span class=\"key\">%u of %u rows drawn</span>", drawing->rows, all);
	g_string_append(out, "</figcaption>\n");
}

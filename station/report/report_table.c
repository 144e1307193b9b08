/* The rows of a section in a page. */
#include "report/report_page.h"

#include "core/style.h"
#include "core/verdict.h"

#include <string.h>

/* What a page shows of many rows, and of a long text; the CSV has all. */
enum { ROWS_SHOWN = 200, LETTERS_SHOWN = 240 };
/* Short texts stay on a line; what has no place to break within a line may be broken anywhere. A figure of
 * facts is wide from so many letters on, and small from so many. */
enum {
	LETTERS_SHORT = 18,
	LETTERS_UNBROKEN = 32,
	LETTERS_WIDE = 8,
	LETTERS_SMALL = 18,
	LETTERS_OF_A_LINE = 100
};

static const char *const classes[] = {
	[COLUMN_TEXT] = "",
	[COLUMN_INT] = "n",
	[COLUMN_NUMBER] = "n",
	[COLUMN_PERCENT] = "n",
	[COLUMN_SECONDS] = "n",
	[COLUMN_TIME] = "t",
	[COLUMN_VERDICT] = "v",
	[COLUMN_CODE] = "c",
	[COLUMN_P] = "n",
};

static const Cell *cell_of(const Table *table, guint row, const ReportColumn *column)
{
	return table_cell(table, row, (guint)report_column_index(table, column->name));
}

/* `<b>✗</b> FAIL`; a text that is no verdict as it is. */
static void put_verdict(GString *out, const Cell *cell)
{
	Verdict verdict;

	if (cell->kind == CELL_TEXT && verdict_from_word(cell->text, &verdict))
		g_string_append_printf(
			out, "<b>%s</b> %s", style_symbol(verdict), verdict_word(verdict));
	else if (cell->kind != CELL_NULL)
		html_text(out, cell->kind == CELL_TEXT ? cell->text : "?");
}

static void put_text(GString *out, const Cell *cell, ColumnKind kind)
{
	g_autofree char *text = NULL, *shown = NULL;

	if (kind == COLUMN_VERDICT) {
		put_verdict(out, cell);
		return;
	}
	text = report_cell(cell, kind);
	shown = svg_label(text, LETTERS_SHOWN);
	html_text(out, cell->kind == CELL_NULL ? "–" : shown);
}

/* The colour behind a verdict; its sign and word say the same. */
static const char *verdict_class(const Cell *cell)
{
	static const char *const names[] = {
		[VERDICT_RUNNING] = "",
		[VERDICT_PASS] = " pass",
		[VERDICT_FAIL] = " fail",
		[VERDICT_ERROR] = " error",
		[VERDICT_ABORTED] = " aborted",
	};
	Verdict verdict;

	return cell->kind == CELL_TEXT && verdict_from_word(cell->text, &verdict) ? names[verdict]
										  : "";
}

static guint longest_word(const char *text)
{
	guint longest = 0;

	for (gsize length; *text; text += length + (text[length] != '\0')) {
		length = strcspn(text, " -");
		longest = MAX(longest, (guint)length);
	}
	return longest;
}

/* Where a text may be broken. */
static const char *text_class(const Cell *cell)
{
	if (cell->kind != CELL_TEXT)
		return "t";
	if (longest_word(cell->text) > LETTERS_UNBROKEN)
		return "w";
	return strlen(cell->text) <= LETTERS_SHORT ? "t" : "";
}

static void put_cell(GString *out, const Cell *cell, const ReportColumn *column, gboolean first)
{
	const char *class = column->kind == COLUMN_TEXT ? text_class(cell) : classes[column->kind];
	const char *element = first ? "th" : "td";
	const char *verdict = column->kind == COLUMN_VERDICT ? verdict_class(cell) : "";

	g_string_append_printf(out, "<%s%s", element, first ? " scope=\"row\"" : "");
	if (*class)
		g_string_append_printf(out, " class=\"%s%s\"", class, verdict);
	g_string_append_c(out, '>');
	put_text(out, cell, column->kind);
	g_string_append_printf(out, "</%s>", element);
}

static void put_head(GString *out, const ReportSection *section)
{
	g_string_append(out, "<thead><tr>");
	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];

		g_string_append_printf(out, "<th scope=\"col\"%s>",
			report_is_figure(column->kind) ? " class=\"n\"" : "");
		html_text(out, column->title);
		g_string_append(out, "</th>");
	}
	g_string_append(out, "</tr></thead>\n");
}

void report_put_table(
	GString *out, const ReportSection *section, const Table *table, const char *heading)
{
	guint shown = MIN(table_rows(table), (guint)ROWS_SHOWN);

	if (!shown) {
		g_string_append(out, "<p class=\"empty\">Nothing.</p>\n");
		return;
	}
	g_string_append(out, "<div class=\"table\"><table><caption>");
	html_text(out, heading);
	g_string_append(out, "</caption>\n");
	put_head(out, section);
	g_string_append(out, "<tbody>\n");
	for (guint row = 0; row < shown; row++) {
		g_string_append(out, "<tr>");
		for (guint i = 0; i < section->columns->len; i++) {
			const ReportColumn *column = section->columns->pdata[i];

			put_cell(out, cell_of(table, row, column), column, i == 0);
		}
		g_string_append(out, "</tr>\n");
	}
	g_string_append(out, "</tbody></table></div>\n");
	if (shown < table_rows(table))
		g_string_append_printf(out,
			"<p class=\"more\">The first %u of %u rows; all are in the CSV.</p>\n",
			shown, table_rows(table));
}

void report_put_facts(GString *out, const ReportSection *section, const Table *table)
{
	if (!table_rows(table))
		return;
	g_string_append(out, "<dl class=\"facts\">\n");
	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];
		const Cell *cell = cell_of(table, 0, column);
		g_autofree char *text = report_cell(cell, column->kind);
		glong letters = g_utf8_strlen(text, -1);

		g_string_append_printf(out, "<div class=\"%s%s%s\"><dt>",
			letters > LETTERS_WIDE ? "long" : "",
			letters > LETTERS_SMALL ? " small" : "",
			letters > LETTERS_OF_A_LINE ? " words" : "");
		html_text(out, column->title);
		g_string_append_printf(out, "</dt><dd class=\"%s\">",
			column->kind == COLUMN_VERDICT ? verdict_class(cell) : "");
		/* A paragraph is shown whole: it is what the page is read for. */
		if (letters > LETTERS_OF_A_LINE)
			html_text(out, text);
		else
			put_text(out, cell, column->kind);
		g_string_append(out, "</dd></div>\n");
	}
	g_string_append(out, "</dl>\n");
}

void report_put_csv(GString *out, const ReportSection *section, const Table *table)
{
	g_autofree char *csv = report_section_csv(section, table);
	g_auto(GStrv) lines = g_strsplit(csv, "\r\n", -1);

	g_string_append_printf(out, "<details><summary>%u row%s as CSV</summary><pre>",
		table_rows(table), table_rows(table) == 1 ? "" : "s");
	for (guint i = 0; lines[i]; i++) {
		html_text(out, lines[i]);
		g_string_append(out, lines[i + 1] ? "\n" : "");
	}
	g_string_append(out, "</pre></details>\n");
}

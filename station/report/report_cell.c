/* One cell as people read it. */
#include "report/report.h"

#include "core/style.h"
#include "core/text.h"

#include <math.h>
#include <string.h>

gint report_column_index(const Table *table, const char *name)
{
	return table_column(table, name);
}

gboolean report_is_figure(ColumnKind kind)
{
	return kind == COLUMN_INT || kind == COLUMN_NUMBER || kind == COLUMN_PERCENT ||
	       kind == COLUMN_SECONDS || kind == COLUMN_P;
}

/* Five digits that count, none that says nothing; what is far from 1, either way, with its exponent. */
static char *number_text(double number)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE], format[8];
	double size = fabs(number);
	gsize length;

	if (size >= 1e15 || (size > 0 && size < 0.001))
		return g_strdup(g_ascii_formatd(digits, sizeof digits, "%.4g", number));
	g_snprintf(format, sizeof format, "%%.%df",
		size > 0 ? (int)CLAMP(4 - floor(log10(size)), 0, 6) : 0);
	g_ascii_formatd(digits, sizeof digits, format, number);
	length = strlen(digits);
	while (strchr(digits, '.') && digits[length - 1] == '0')
		digits[--length] = '\0';
	if (digits[length - 1] == '.')
		digits[length - 1] = '\0';
	return g_strdup(digits);
}

static char *time_text(const char *text)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(text, NULL);
	g_autoptr(GDateTime) local = time ? g_date_time_to_local(time) : NULL;

	return local ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S") : text_clean(text, -1);
}

/* A share that is all but whole must not be shown as whole: 99.96 % is neither 100.0 % nor 99.9 %. */
static char *percent_text(double share)
{
	double percent = share * 100;

	if (percent < 100 && percent >= 99.95)
		return g_strdup("> 99.9 %");
	if (percent > 0 && percent < 0.05)
		return g_strdup("< 0.1 %");
	return g_strdup_printf("%.1f %%", percent);
}

/* With its sign in front; a text that is no verdict stays what it is. */
static char *verdict_text(const char *text)
{
	Verdict verdict;

	return verdict_from_word(text, &verdict) ? style_verdict(verdict, FALSE)
						 : text_clean(text, -1);
}

char *report_cell(const Cell *cell, ColumnKind kind)
{
	double number = cell_number(cell);
	g_autofree char *plain = cell_text(cell);

	if (cell->kind == CELL_NULL)
		return g_strdup("-");
	if (kind == COLUMN_TIME)
		return time_text(plain);
	if (kind == COLUMN_VERDICT)
		return verdict_text(plain);
	if (!isfinite(number) || kind == COLUMN_TEXT || kind == COLUMN_CODE)
		return text_clean(plain, -1);
	switch (kind) {
	case COLUMN_PERCENT:
		return percent_text(number);
	case COLUMN_SECONDS:
		return g_strdup_printf("%.1f s", number);
	case COLUMN_P:
		return number < 0.0001 ? g_strdup("< 0.0001") : g_strdup_printf("%.4f", number);
	case COLUMN_INT:
		return g_strdup_printf("%.0f", number);
	default:
		return number_text(number);
	}
}

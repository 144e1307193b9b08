#include "core/table.h"

#include <math.h>
#include <string.h>

static void cell_clear(Cell *cell)
{
	g_free(cell->text);
}

Table *table_new(void)
{
	Table *table = g_new0(Table, 1);

	table->names = g_ptr_array_new_with_free_func(g_free);
	table->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
	g_array_set_clear_func(table->cells, (GDestroyNotify)cell_clear);
	return table;
}

void table_free(Table *table)
{
	if (!table)
		return;
	g_ptr_array_unref(table->names);
	g_array_unref(table->cells);
	g_free(table);
}

guint table_columns(const Table *table)
{
	return table->names->len;
}

guint table_rows(const Table *table)
{
	return table->names->len ? table->cells->len / table->names->len : 0;
}

const Cell *table_cell(const Table *table, guint row, guint column)
{
	return &g_array_index(table->cells, Cell, row * table->names->len + column);
}

gint table_column(const Table *table, const char *name)
{
	for (guint i = 0; i < table->names->len; i++)
		if (!strcmp(table->names->pdata[i], name))
			return (gint)i;
	return -1;
}

double cell_number(const Cell *cell)
{
	return cell->kind == CELL_INT    ? (double)cell->number
	       : cell->kind == CELL_REAL ? cell->real
					 : NAN;
}

/* The fewest digits that read back as the same number: 12.345, not 12.345000000000001. */
static char *real_text(double real)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	g_ascii_formatd(digits, sizeof digits, "%.15g", real);
	if (g_ascii_strtod(digits, NULL) != real)
		g_ascii_dtostr(digits, sizeof digits, real);
	return g_strdup(digits);
}

char *cell_text(const Cell *cell)
{

	switch (cell->kind) {
	case CELL_INT:
		return g_strdup_printf("%" G_GINT64_FORMAT, cell->number);
	case CELL_REAL:
		return real_text(cell->real);
	case CELL_TEXT:
		return g_strdup(cell->text);
	default:
		return g_strdup("");
	}
}

/* Rows and columns, as a query answers and a report prints them. */
#pragma once

#include <glib.h>

typedef enum { CELL_NULL, CELL_INT, CELL_REAL, CELL_TEXT } CellKind;

typedef struct {
	CellKind kind;
	gint64 number; /* CELL_INT */
	double real;   /* CELL_REAL; never NAN or infinite */
	char *text;    /* CELL_TEXT: UTF-8, as it came from outside */
} Cell;

typedef struct {
	GPtrArray *names; /* of char*, one a column */
	GArray *cells;    /* of Cell, row by row */
} Table;

Table *table_new(void);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

guint table_columns(const Table *table);
guint table_rows(const Table *table);
const Cell *table_cell(const Table *table, guint row, guint column);
/* The column of this name, -1: none. */
gint table_column(const Table *table, const char *name);

/* INT or REAL as a number, NAN for the others. */
double cell_number(const Cell *cell);
/* As it would stand in a file for programs: "" for NULL, numbers with a point and all their digits.
 * Newly allocated. */
char *cell_text(const Cell *cell);

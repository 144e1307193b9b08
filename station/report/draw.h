/* What a section draws, as inline SVG with a caption that says what is what. */
#pragma once

#include "report/svg.h"

/* The rows of a section and the columns that its drawing names (ReportDraw), by their place there. */
typedef struct {
	const Table *table;
	guint rows; /* that are drawn; the table may have more */
	guint count;
	guint column[DRAW_COLUMNS_MAX]; /* of the table */
	ColumnKind kind[DRAW_COLUMNS_MAX];
	const char *title[DRAW_COLUMNS_MAX];
	const char *heading; /* of the section, or of the report */
	char id[16];         /* "s3": of the section, unique in the page */
} Drawing;

/* NULL where the section draws nothing, or has no rows. `number` counts the sections from 1. */
char *draw_section(
	const ReportSection *section, const Table *table, const char *heading, guint number);

/* The number in a row, NAN where there is none or the drawing has no such column. */
double drawing_number(const Drawing *drawing, guint row, guint which);
/* The cell as people read it; newly allocated. */
char *drawing_text(const Drawing *drawing, guint row, guint which);
/* A short text, "" where there is none. */
char *drawing_mark(const Drawing *drawing, guint row, guint which);
/* "2026-11-03: 97.3 %, 95.1 % to 98.9 %": what a row says, for its tip. The last two where `interval`. */
char *drawing_tip(const Drawing *drawing, guint row, gboolean interval);

/* One kind of drawing each: the picture and its caption, a <figcaption>, into `out`. */
void draw_bars(const Drawing *drawing, GString *out);
void draw_line(const Drawing *drawing, GString *out);
void draw_pareto(const Drawing *drawing, GString *out);
void draw_histogram(const Drawing *drawing, GString *out);
void draw_compare(const Drawing *drawing, GString *out);

/* A caption: keys are a class of the style sheet and a text. */
typedef struct {
	const char *class, *text;
} DrawKey;
void draw_caption(const Drawing *drawing, GString *out, const DrawKey *keys, guint count);

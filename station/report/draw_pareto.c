/*
 * Counts, the largest first, and the share that the first so many have of all: where work pays.
 * More than fit are drawn as one bar, "others".
 *
 *   40 |          __o----o----o  100 %
 *      |     _o---
 *      |===o=                     50 %
 *      |===  ===
 *      |===  ===  ===  ---  ---
 */
#include "report/draw.h"

#include "core/style.h"

#include <math.h>
#include <string.h>

enum { BARS_MOST = 12, TOP = 28, BOTTOM = 240, LINES = 3, LINE = 15 };

typedef struct {
	char *name;
	double count;
} Part;

typedef struct {
	Svg svg;
	Axis axis;
	Part parts[BARS_MOST + 1];
	guint count;
	double sum;
} Pareto;

/* What is no count is none; the largest leave room for their sum. */
static double count_of(const Drawing *drawing, guint row)
{
	double count = drawing_number(drawing, row, 1);

	return count > 0 ? fmin(count, 1e290) : 0;
}

static int by_count(const void *a, const void *b)
{
	double x = ((const Part *)a)->count, y = ((const Part *)b)->count;

	return (x < y) - (x > y);
}

/* Rows that say the same (a code in two steps) stay apart: the SQL says what is one. */
static void fill(Pareto *pareto, const Drawing *drawing)
{
	g_autofree Part *all = g_new0(Part, drawing->rows);
	double others = 0;

	for (guint row = 0; row < drawing->rows; row++) {
		all[row] = (Part){drawing_text(drawing, row, 0), count_of(drawing, row)};
		pareto->sum += all[row].count;
	}
	qsort(all, drawing->rows, sizeof *all, by_count);
	for (guint row = 0; row < drawing->rows; row++)
		if (row < BARS_MOST) {
			pareto->parts[pareto->count++] = all[row];
		} else {
			others += all[row].count;
			g_free(all[row].name);
		}
	if (drawing->rows > BARS_MOST)
		pareto->parts[pareto->count++] =
			(Part){g_strdup_printf("%u others", drawing->rows - BARS_MOST), others};
}

static void clear(Pareto *pareto)
{
	for (guint i = 0; i < pareto->count; i++)
		g_free(pareto->parts[i].name);
}

static double x_of(const Pareto *pareto, double place)
{
	/* Few bars are not drawn as broad as a house. */
	guint places = MAX(pareto->count, 6);

	return pareto->svg.left + place / places * (pareto->svg.right - pareto->svg.left);
}

/* A name on up to three lines, broken behind its hyphens and blanks: of char*. */
static GPtrArray *wrap(const char *name, guint columns)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) line = g_string_new(NULL);

	for (const char *at = name; *at && lines->len < LINES;) {
		gsize length = strcspn(at, "- ");
		g_autofree char *word = NULL;

		length += at[length] != '\0';
		word = g_strndup(at, length);
		at += length;
		if (line->len && style_width(line->str) + style_width(word) > columns) {
			g_ptr_array_add(lines, g_strdup(line->str));
			g_string_truncate(line, 0);
		}
		g_string_append(line, word);
	}
	if (line->len && lines->len < LINES)
		g_ptr_array_add(lines, svg_label(line->str, columns));
	return lines;
}

static guint columns_of(const Pareto *pareto)
{
	return MAX((guint)((x_of(pareto, 1) - x_of(pareto, 0)) / 6.8), 4);
}

static void put_name(Pareto *pareto, double x, const char *name)
{
	g_autoptr(GPtrArray) lines = wrap(name, columns_of(pareto));

	for (guint i = 0; i < lines->len; i++)
		svg_text(&pareto->svg, "tick middle", x, pareto->svg.bottom + 18 + LINE * i,
			lines->pdata[i]);
}

static guint most_lines(const Pareto *pareto)
{
	guint most = 1;

	for (guint i = 0; i < pareto->count; i++) {
		g_autoptr(GPtrArray) lines = wrap(pareto->parts[i].name, columns_of(pareto));

		most = MAX(most, lines->len);
	}
	return most;
}

static void put_bars(Pareto *pareto)
{
	Svg *svg = &pareto->svg;

	for (guint i = 0; i < pareto->count; i++) {
		const Part *part = &pareto->parts[i];
		double x = x_of(pareto, i + 0.16), y = svg_y(svg, &pareto->axis, part->count);
		double width = x_of(pareto, i + 0.84) - x;
		Cell cell = {.kind = CELL_REAL, .real = part->count};
		g_autofree char *count = report_cell(&cell, COLUMN_NUMBER);
		g_autofree char *tip = g_strdup_printf("%s: %s", part->name, count);

		svg_box(svg, "bar", x, y, width, svg->bottom - y, tip);
		svg_text(svg, svg->bottom - y > 24 ? "inside middle" : "small middle",
			x + width / 2, svg->bottom - y > 24 ? y + 19 : y - 5, count);
		put_name(pareto, x + width / 2, part->name);
	}
}

static void put_share(Pareto *pareto)
{
	Point points[BARS_MOST + 1];
	double sum = 0;

	for (guint i = 0; i < pareto->count; i++) {
		sum += pareto->parts[i].count;
		points[i] = (Point){x_of(pareto, i + 0.5), svg_y(&pareto->svg, &pareto->axis, sum)};
	}
	svg_path(&pareto->svg, "share", points, pareto->count, FALSE);
	sum = 0;
	for (guint i = 0; i < pareto->count; i++) {
		Cell cell = {.kind = CELL_REAL};
		g_autofree char *text = NULL;

		sum += pareto->parts[i].count;
		cell.real = pareto->sum > 0 ? sum / pareto->sum : 0;
		text = report_cell(&cell, COLUMN_PERCENT);
		svg_box(&pareto->svg, "diamond", points[i].x - 3.5, points[i].y - 3.5, 7, 7, text);
		svg_text(&pareto->svg, "small middle", points[i].x, points[i].y - 9, text);
	}
}

static char *describe(const Pareto *pareto, const Drawing *drawing)
{
	GString *about = g_string_new(NULL);

	g_string_append_printf(
		about, "%s by %s, the largest first: ", drawing->title[1], drawing->title[0]);
	for (guint i = 0; i < pareto->count; i++)
		g_string_append_printf(about, "%s%s %.0f", i ? ", " : "", pareto->parts[i].name,
			pareto->parts[i].count);
	g_string_append_printf(about, "; %.0f in all.", pareto->sum);
	return g_string_free(about, FALSE);
}

void draw_pareto(const Drawing *drawing, GString *out)
{
	Pareto pareto = {.svg = {out, BOTTOM, 56, TOP, SVG_WIDTH - 56, BOTTOM}};
	const DrawKey keys[] = {
		{"k-bar", drawing->title[1]}, {"k-share", "share of all, added up"}};
	g_autofree char *about = NULL;

	fill(&pareto, drawing);
	/* One scale for both: the line's points are the bars, stacked. */
	pareto.axis = axis_make(0, pareto.sum, 5, drawing->kind[1]);
	pareto.svg.height = BOTTOM + 10 + LINE * most_lines(&pareto);
	about = describe(&pareto, drawing);
	svg_begin(&pareto.svg, drawing->id, drawing->heading, about);
	svg_axis_left(&pareto.svg, &pareto.axis);
	put_bars(&pareto);
	put_share(&pareto);
	svg_end(&pareto.svg);
	draw_caption(drawing, out, keys, G_N_ELEMENTS(keys));
	clear(&pareto);
}

/*
 * A bar a row, lying, so that its name has room; whiskers are its interval. A row that is marked stands out by
 * its sign and words, and by its colour.
 *
 *    slot 4  |=====|--+--|          1.2 %
 *    slot 5  |==============|--+--| 6.8 %  ◆ worse
 *            0      2      4      6 %
 */
#include "report/draw.h"

#include <math.h>
#include <string.h>

enum { ROW = 30, BAR = 16, TOP = 26, NAME_COLUMNS = 36 };

typedef struct {
	Svg svg;
	Axis axis;
	gboolean has_interval;
} Bars;

static Axis axis_of(const Drawing *drawing)
{
	Range range = {0, 0};

	for (guint row = 0; row < drawing->rows; row++) {
		range_add(&range, drawing_number(drawing, row, 1));
		range_add(&range, drawing_number(drawing, row, 3));
	}
	return axis_make(range.low, range.high, 5, drawing->kind[1]);
}

static char *name_of(const Drawing *drawing, guint row)
{
	g_autofree char *text = drawing_text(drawing, row, 0);

	return svg_label(text, NAME_COLUMNS);
}

static double widest_name(const Drawing *drawing)
{
	double widest = 40;

	for (guint row = 0; row < drawing->rows; row++) {
		g_autofree char *name = name_of(drawing, row);

		widest = fmax(widest, svg_label_width(name));
	}
	return widest;
}

/* "" where nothing is to be said of the row. */
static char *mark_of(const Drawing *drawing, guint row)
{
	return drawing->count >= 5 ? drawing_mark(drawing, row, 4) : g_strdup("");
}

static gboolean is_marked(const Drawing *drawing)
{
	for (guint row = 0; row < drawing->rows; row++) {
		g_autofree char *mark = mark_of(drawing, row);

		if (*mark)
			return TRUE;
	}
	return FALSE;
}

/* Right of which the value is written. */
static double put_whisker(const Drawing *drawing, Bars *bars, guint row, double y)
{
	double low = drawing_number(drawing, row, 2), high = drawing_number(drawing, row, 3);
	double x1 = svg_x(&bars->svg, &bars->axis, low), x2 = svg_x(&bars->svg, &bars->axis, high);

	if (!bars->has_interval || !isfinite(low) || !isfinite(high))
		return 0;
	svg_line(&bars->svg, "whisker", x1, y, x2, y);
	svg_line(&bars->svg, "whisker", x1, y - 4, x1, y + 4);
	svg_line(&bars->svg, "whisker", x2, y - 4, x2, y + 4);
	return x2;
}

static void put_row(const Drawing *drawing, Bars *bars, guint row)
{
	Svg *svg = &bars->svg;
	double y = svg->top + (row + 0.5) * ROW, value = drawing_number(drawing, row, 1);
	double zero = svg_x(svg, &bars->axis, 0), x = svg_x(svg, &bars->axis, value);
	g_autofree char *name = name_of(drawing, row);
	g_autofree char *text = drawing_text(drawing, row, 1);
	g_autofree char *tip = drawing_tip(drawing, row, bars->has_interval);
	g_autofree char *mark = mark_of(drawing, row);
	g_autofree char *note =
		g_strconcat(isfinite(value) ? text : "–", *mark ? "  ◆ " : "", mark, NULL);
	double right;

	svg_text(svg, "name end", svg->left - 10, y + 4, name);
	if (isfinite(value))
		svg_box(svg, *mark ? "bar marked" : "bar", fmin(zero, x), y - BAR / 2.0,
			fabs(x - zero), BAR, tip);
	right = put_whisker(drawing, bars, row, y);
	svg_text(svg, "value", fmax(fmax(right, x), zero) + 8, y + 4, note);
}

static char *describe(const Drawing *drawing, const Bars *bars)
{
	GString *about = g_string_new(NULL);

	g_string_append_printf(about, "%s by %s. ", drawing->title[1], drawing->title[0]);
	for (guint row = 0; row < drawing->rows; row++) {
		g_autofree char *tip = drawing_tip(drawing, row, bars->has_interval);
		g_autofree char *mark = mark_of(drawing, row);

		g_string_append_printf(
			about, "%s%s%s%s", row ? "; " : "", tip, *mark ? ", " : "", mark);
	}
	g_string_append_c(about, '.');
	return g_string_free(about, FALSE);
}

void draw_bars(const Drawing *drawing, GString *out)
{
	double height = TOP + (double)drawing->rows * ROW;
	Bars bars = {
		.svg = {out, height + 28, widest_name(drawing) + 18, TOP,
			SVG_WIDTH - (is_marked(drawing) ? 160 : 76), height},
		.axis = axis_of(drawing),
		.has_interval = drawing->count >= 4,
	};
	g_autofree char *about = describe(drawing, &bars);
	DrawKey keys[2] = {{"k-bar", drawing->title[1]}};
	g_autofree char *interval = NULL;

	if (bars.has_interval)
		interval = g_strdup_printf("%s to %s", drawing->title[2], drawing->title[3]);
	keys[1] = (DrawKey){"k-whisker", interval};
	svg_begin(&bars.svg, drawing->id, drawing->heading, about);
	svg_axis_bottom(&bars.svg, &bars.axis);
	svg_text(&bars.svg, "axis end", bars.svg.left - 10, TOP - 10, drawing->title[0]);
	svg_text(&bars.svg, "axis", bars.svg.left, TOP - 10, drawing->title[1]);
	for (guint row = 0; row < drawing->rows; row++)
		put_row(drawing, &bars, row);
	svg_line(&bars.svg, "base", svg_x(&bars.svg, &bars.axis, 0), TOP,
		svg_x(&bars.svg, &bars.axis, 0), height);
	svg_end(&bars.svg);
	draw_caption(drawing, out, keys, bars.has_interval ? 2 : 1);
}

/*
 * Values in their order, with the interval of each as a band. Where one is missing the line stops.
 *
 *   0.98 |    ____---o----o\    ____o  97.1 %
 *   0.96 |o---            \ \o--
 *        +----------------------------
 *         Mon   Tue   Wed   Thu   Fri
 */
#include "report/draw.h"

#include <math.h>

enum { TOP = 24, BOTTOM = 250, HEIGHT = 280, DOTS_MOST = 90 };

static double x_of(const Drawing *drawing, const Svg *svg, guint row)
{
	return svg->left + (row + 0.5) / drawing->rows * (svg->right - svg->left);
}

static gboolean has_band(const Drawing *drawing)
{
	return drawing->count >= 4;
}

static Axis axis_of(const Drawing *drawing)
{
	Range range = {INFINITY, -INFINITY};

	for (guint row = 0; row < drawing->rows; row++)
		for (guint which = 1; which < 4; which++)
			range_add(&range, drawing_number(drawing, row, which));
	return axis_make(range.low, range.high, 5, drawing->kind[1]);
}

/* The end of the rows from `row` on in which the column has a number. */
static guint stretch(const Drawing *drawing, guint row, guint which)
{
	while (row < drawing->rows && isfinite(drawing_number(drawing, row, which)))
		row++;
	return row;
}

static void put_band(const Drawing *drawing, Svg *svg, const Axis *axis, guint from, guint to)
{
	guint count = 0;
	g_autofree Point *points = g_new(Point, 2 * (gsize)(to - from));

	for (guint row = from; row < to; row++)
		points[count++] = (Point){
			x_of(drawing, svg, row), svg_y(svg, axis, drawing_number(drawing, row, 3))};
	for (guint row = to; row-- > from;)
		points[count++] = (Point){
			x_of(drawing, svg, row), svg_y(svg, axis, drawing_number(drawing, row, 2))};
	/* A band of one row has no width: it gets a stroke. */
	if (to - from == 1)
		svg_line(svg, "whisker", points[0].x, points[0].y, points[1].x, points[1].y);
	else
		svg_path(svg, "band", points, count, TRUE);
}

static void put_stretch(const Drawing *drawing, Svg *svg, const Axis *axis, guint from, guint to)
{
	g_autofree Point *points = g_new(Point, to - from);

	for (guint row = from; row < to; row++)
		points[row - from] = (Point){
			x_of(drawing, svg, row), svg_y(svg, axis, drawing_number(drawing, row, 1))};
	svg_path(svg, "line", points, to - from, FALSE);
	for (guint row = from; row < to && (drawing->rows <= DOTS_MOST || to - from == 1); row++) {
		g_autofree char *tip = drawing_tip(drawing, row, has_band(drawing));

		svg_dot(svg, "dot", points[row - from].x, points[row - from].y, 3, tip);
	}
}

/* The next row after `row` where a stretch of `which` begins. */
#define FOR_EACH_STRETCH(from, to, which)                                                          \
	for (guint from = 0, to; from < drawing->rows; from = to + 1)                              \
		if ((to = stretch(drawing, from, which)) > from)

static void put_labels(const Drawing *drawing, Svg *svg)
{
	guint last = drawing->rows - 1, every;
	double widest = 40;

	for (guint row = 0; row <= last; row++) {
		g_autofree char *text = drawing_text(drawing, row, 0);
		g_autofree char *label = svg_label(text, 16);

		widest = fmax(widest, svg_label_width(label) + 16);
	}
	every = (guint)ceil(drawing->rows * widest / (svg->right - svg->left));
	/* Counted from the last one, which is what people look for. */
	for (guint row = last % MAX(every, 1); row <= last; row += MAX(every, 1)) {
		g_autofree char *text = drawing_text(drawing, row, 0);
		g_autofree char *label = svg_label(text, 16);

		svg_text(svg, "tick middle", x_of(drawing, svg, row), svg->bottom + 18, label);
	}
}

/* The row whose value times `sign` is largest; rows without a value are not looked at. */
static guint extreme(const Drawing *drawing, double sign)
{
	double best = -INFINITY;
	guint found = 0;

	for (guint row = 0; row < drawing->rows; row++) {
		double value = sign * drawing_number(drawing, row, 1);

		if (value > best) {
			best = value;
			found = row;
		}
	}
	return found;
}

static char *describe(const Drawing *drawing)
{
	g_autofree char *least = drawing_tip(drawing, extreme(drawing, -1), FALSE);
	g_autofree char *most = drawing_tip(drawing, extreme(drawing, 1), FALSE);
	g_autofree char *end = drawing_tip(drawing, drawing->rows - 1, FALSE);
	return g_strdup_printf("%s by %s, %u points. Lowest %s; highest %s; last %s.",
		drawing->title[1], drawing->title[0], drawing->rows, least, most, end);
}

void draw_line(const Drawing *drawing, GString *out)
{
	Axis axis = axis_of(drawing);
	Svg svg = {out, HEIGHT, 64, TOP, SVG_WIDTH - 72, BOTTOM};
	g_autofree char *about = describe(drawing);
	g_autofree char *end = drawing_text(drawing, drawing->rows - 1, 1);
	double last = drawing_number(drawing, drawing->rows - 1, 1);
	const DrawKey keys[] = {{"k-line", drawing->title[1]}, {"k-band", "95 % interval"}};

	svg_begin(&svg, drawing->id, drawing->heading, about);
	svg_axis_left(&svg, &axis);
	put_labels(drawing, &svg);
	if (has_band(drawing))
		FOR_EACH_STRETCH(from, to, 2)
	put_band(drawing, &svg, &axis, from, to);
	FOR_EACH_STRETCH(from, to, 1)
	put_stretch(drawing, &svg, &axis, from, to);
	if (isfinite(last))
		svg_text(&svg, "value", x_of(drawing, &svg, drawing->rows - 1) + 10,
			svg_y(&svg, &axis, last) + 4, end);
	svg_end(&svg);
	draw_caption(drawing, out, keys, has_band(drawing) ? 2 : 1);
}

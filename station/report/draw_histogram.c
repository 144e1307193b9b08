/*
 * How often which value was seen, between its limits. What lies outside is drawn otherwise.
 *
 *        low :      ___               : high
 *            :    _|   |_             :
 *            : __|       |___         :   ##
 */
#include "report/bins.h"
#include "report/draw.h"

#include <math.h>

enum { TOP = 36, BOTTOM = 240, HEIGHT = 280 };

typedef struct {
	Svg svg;
	Axis across, up;
	Bins bins;
	double low, high; /* the limits; NAN: none */
	guint outside;
	guint outside_of[BINS_MOST]; /* of the values in a bin, those beyond a limit */
	GArray *values;              /* of double */
} Histogram;

static void fill(Histogram *histogram, const Drawing *drawing)
{
	histogram->values = g_array_new(FALSE, FALSE, sizeof(double));
	histogram->low = drawing_number(drawing, drawing->rows - 1, 1);
	histogram->high = drawing_number(drawing, drawing->rows - 1, 2);
	for (guint row = 0; row < drawing->rows; row++) {
		double value = drawing_number(drawing, row, 0);

		if (!isfinite(value))
			continue;
		g_array_append_val(histogram->values, value);
	}
	histogram->bins = bins_make(
		(const double *)(const void *)histogram->values->data, histogram->values->len);
	for (guint i = 0; i < histogram->values->len; i++) {
		double value = g_array_index(histogram->values, double, i);
		gboolean is_outside = value < histogram->low || value > histogram->high;

		histogram->outside += is_outside;
		histogram->outside_of[bins_index(&histogram->bins, value)] += is_outside;
	}
}

/* A limit far from all values would make them one spike: it is told, not drawn. */
static gboolean is_near(const Histogram *histogram, double limit)
{
	const Bins *bins = &histogram->bins;
	double range = bins->count * bins->width;

	return limit > bins->low - 3 * range && limit < bins->low + 4 * range;
}

static void make_axes(Histogram *histogram)
{
	const Bins *bins = &histogram->bins;
	Range range = {bins->low, bins->low + bins->count * bins->width};

	if (is_near(histogram, histogram->low))
		range_add(&range, histogram->low);
	if (is_near(histogram, histogram->high))
		range_add(&range, histogram->high);
	histogram->across = axis_make(range.low, range.high, 8, COLUMN_NUMBER);
	histogram->up = axis_make(0, bins->tallest, 4, COLUMN_INT);
}

/* The part of a bar between two counts. */
static void put_part(Histogram *histogram, guint bin, const char *class, guint below, guint above,
	const char *tip)
{
	const Bins *bins = &histogram->bins;
	Svg *svg = &histogram->svg;
	double from = bins->low + bin * bins->width;
	double x = svg_x(svg, &histogram->across, from);
	double right = svg_x(svg, &histogram->across, from + bins->width);
	double y = svg_y(svg, &histogram->up, above);

	if (above > below)
		svg_box(svg, class, x + 0.5, y, right - x - 1,
			svg_y(svg, &histogram->up, below) - y, tip);
}

static void put_bins(Histogram *histogram)
{
	const Bins *bins = &histogram->bins;

	for (guint i = 0; i < bins->count; i++) {
		double from = bins->low + i * bins->width;
		guint within = bins->values[i] - histogram->outside_of[i];
		g_autofree char *tip =
			g_strdup_printf("%g to %g: %u", from, from + bins->width, bins->values[i]);

		put_part(histogram, i, "bar", 0, within, tip);
		put_part(histogram, i, "bar marked", within, bins->values[i], tip);
	}
}

static void put_limit(Histogram *histogram, double limit, const char *word, gboolean low)
{
	Svg *svg = &histogram->svg;
	double x = svg_x(svg, &histogram->across, limit);
	g_autofree char *label = NULL;

	if (!isfinite(limit))
		return;
	if (!is_near(histogram, limit)) {
		label = g_strdup_printf(low ? "◀ %s %g" : "%s %g ▶", word, limit);
		svg_text(svg, low ? "limit" : "limit end", low ? svg->left : svg->right, TOP - 12,
			label);
		return;
	}
	label = g_strdup_printf("%s %g", word, limit);
	svg_line(svg, "limit-line", x, TOP - 6, x, svg->bottom);
	svg_text(svg, "limit middle", CLAMP(x, svg->left + 24, svg->right - 24), TOP - 12, label);
}

static char *describe(const Histogram *histogram, const Drawing *drawing)
{
	const Bins *bins = &histogram->bins;
	g_autofree char *low = isfinite(histogram->low)
				       ? g_strdup_printf(" Lower limit %g.", histogram->low)
				       : g_strdup("");
	g_autofree char *high = isfinite(histogram->high)
					? g_strdup_printf(" Upper limit %g.", histogram->high)
					: g_strdup("");

	return g_strdup_printf("Histogram of %s: %u values between %g and %g, at most %u in a bin "
			       "of %g.%s%s %u outside the limits.",
		drawing->title[0], histogram->values->len, bins->low,
		bins->low + bins->count * bins->width, bins->tallest, bins->width, low, high,
		histogram->outside);
}

/* What is counted, and in which unit the values are. */
static void put_names(Histogram *histogram, const Drawing *drawing)
{
	Svg *svg = &histogram->svg;
	g_autofree char *unit = drawing_mark(drawing, drawing->rows - 1, 3);
	g_autofree char *across = *unit ? g_strdup_printf("%s, %s", drawing->title[0], unit)
					: g_strdup(drawing->title[0]);

	svg_text(svg, "axis end", svg->left - 8, TOP - 12, "Count");
	svg_text(svg, "axis end", svg->right, BOTTOM + 33, across);
}

void draw_histogram(const Drawing *drawing, GString *out)
{
	Histogram histogram = {.svg = {out, HEIGHT, 64, TOP, SVG_WIDTH - 24, BOTTOM}};
	const DrawKey keys[] = {{"k-bar", drawing->title[0]}, {"k-marked", "outside the limits"}};
	g_autofree char *about = NULL;

	fill(&histogram, drawing);
	make_axes(&histogram);
	about = describe(&histogram, drawing);
	svg_begin(&histogram.svg, drawing->id, drawing->heading, about);
	svg_axis_left(&histogram.svg, &histogram.up);
	for (guint i = 0; i <= histogram.across.steps; i++) {
		double value = axis_tick(&histogram.across, i);
		g_autofree char *label = axis_label(&histogram.across, value);

		svg_text(&histogram.svg, "tick middle",
			svg_x(&histogram.svg, &histogram.across, value), BOTTOM + 18, label);
	}
	put_names(&histogram, drawing);
	put_bins(&histogram);
	put_limit(&histogram, histogram.low, "low", TRUE);
	put_limit(&histogram, histogram.high, "high", FALSE);
	svg_end(&histogram.svg);
	draw_caption(drawing, out, keys, histogram.outside ? 2 : 1);
	g_array_unref(histogram.values);
}

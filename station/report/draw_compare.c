/*
 * Distributions side by side: a panel a measurement, a row a group, a dot a value, the middle half as a box
 * with its median.
 *
 *   usb.boot_ms, ms
 *     C   . .:[.::|:.]. .          .
 *     B    ..[:::|:]..
 *        |--------|--------|--------|
 *       400      420      440      460
 */
#include "report/draw.h"
#include "stats/sample.h"

#include <math.h>
#include <string.h>

enum { PANELS_MOST = 24, GROUPS_MOST = 4, PANEL = 118, HEAD = 24, ROW = 30, FOOT = 34, LEFT = 110 };

typedef struct {
	const Drawing *drawing;
	Svg svg;
	Axis axis;
	guint from, to; /* rows of the panel */
	char *groups[GROUPS_MOST];
	guint count;
} Panel;

/* Rows of one panel stand behind one another. */
static guint panel_end(const Drawing *drawing, guint from)
{
	g_autofree char *name = drawing_text(drawing, from, 0);
	guint row = from + 1;

	for (; row < drawing->rows; row++) {
		g_autofree char *other = drawing_text(drawing, row, 0);

		if (strcmp(name, other) != 0)
			break;
	}
	return row;
}

static guint count_panels(const Drawing *drawing)
{
	guint panels = 0;

	for (guint row = 0; row < drawing->rows; row = panel_end(drawing, row))
		panels++;
	return panels;
}

static guint group_of(Panel *panel, guint row)
{
	char *name = drawing_text(panel->drawing, row, 1);

	for (guint i = 0; i < panel->count; i++)
		if (!strcmp(panel->groups[i], name)) {
			g_free(name);
			return i;
		}
	if (panel->count == GROUPS_MOST) {
		g_free(name);
		return GROUPS_MOST;
	}
	panel->groups[panel->count] = name;
	return panel->count++;
}

/* Dots of one value lie beside one another: a few heights, always the same ones. */
static double height_of(guint row)
{
	return (double)(row * 7 % 11) / 10 * (ROW - 14) - (ROW - 14) / 2.0;
}

static void put_box(Panel *panel, const GArray *values, double middle)
{
	g_autofree double *sorted =
		sample_sorted((const double *)(const void *)values->data, values->len);
	double low = svg_x(&panel->svg, &panel->axis, sample_quantile(sorted, values->len, 0.25));
	double high = svg_x(&panel->svg, &panel->axis, sample_quantile(sorted, values->len, 0.75));
	double median = sample_quantile(sorted, values->len, 0.5);
	double x = svg_x(&panel->svg, &panel->axis, median);
	g_autofree char *tip = g_strdup_printf("median %g of %u", median, values->len);

	svg_box(&panel->svg, "band", low, middle - ROW / 2.0 + 3, high - low, ROW - 6, tip);
	svg_line(&panel->svg, "median", x, middle - ROW / 2.0 + 1, x, middle + ROW / 2.0 - 1);
}

static void put_group(Panel *panel, guint group)
{
	double middle = panel->svg.top + ROW * (group + 0.5);
	g_autoptr(GArray) values = g_array_new(FALSE, FALSE, sizeof(double));
	g_autofree char *label = svg_label(panel->groups[group], 14);

	for (guint row = panel->from; row < panel->to; row++) {
		double value = drawing_number(panel->drawing, row, 2);

		if (isfinite(value) && group_of(panel, row) == group)
			g_array_append_val(values, value);
	}
	svg_text(&panel->svg, "tick end", LEFT - 12, middle + 4, label);
	if (values->len)
		put_box(panel, values, middle);
	for (guint i = 0; i < values->len; i++)
		svg_dot(&panel->svg, group ? "old-dot" : "new-dot",
			svg_x(&panel->svg, &panel->axis, g_array_index(values, double, i)),
			middle + height_of(i), 2.4, NULL);
}

static void put_panel(Panel *panel)
{
	const Drawing *drawing = panel->drawing;
	Range range = {INFINITY, -INFINITY};
	g_autofree char *name = drawing_text(drawing, panel->from, 0);
	g_autofree char *unit = drawing_text(drawing, panel->from, 3);
	g_autofree char *title = g_strconcat(name, *unit && strcmp(unit, "-") != 0 ? ", " : "",
		strcmp(unit, "-") != 0 ? unit : "", NULL);

	for (guint row = panel->from; row < panel->to; row++) {
		range_add(&range, drawing_number(drawing, row, 2));
		group_of(panel, row);
	}
	panel->axis = axis_make(range.low, range.high, 8, COLUMN_NUMBER);
	svg_text(&panel->svg, "panel", LEFT, panel->svg.top - 8, title);
	svg_axis_bottom(&panel->svg, &panel->axis);
	for (guint i = 0; i < panel->count; i++)
		put_group(panel, i);
	for (guint i = 0; i < panel->count; i++)
		g_free(panel->groups[i]);
}

void draw_compare(const Drawing *drawing, GString *out)
{
	guint panels = count_panels(drawing), drawn = MIN(panels, PANELS_MOST), row = 0;
	Svg svg = {out, drawn * PANEL + 4, LEFT, 0, SVG_WIDTH - 24, 0};
	g_autofree char *about =
		g_strdup_printf("%u measurements, each with its values as dots in a "
				"row a group, and a box around the middle half; "
				"the values are in the table below.",
			drawn);
	g_autofree char *left_out = g_strdup_printf("%u of %u measurements drawn", drawn, panels);
	const DrawKey keys[] = {{"k-band", "the middle half, and its median"}, {"", left_out}};

	svg_begin(&svg, drawing->id, drawing->heading, about);
	for (guint i = 0; i < drawn; i++) {
		Panel panel = {.drawing = drawing, .svg = svg, .from = row};

		panel.to = row = panel_end(drawing, row);
		panel.svg.top = i * PANEL + HEAD;
		panel.svg.bottom = (i + 1) * PANEL - FOOT;
		put_panel(&panel);
	}
	svg_end(&svg);
	draw_caption(drawing, out, keys, drawn < panels ? 2 : 1);
}

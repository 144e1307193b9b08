/*
 * Pictures as SVG inside a page: a plot area with room for labels around it. Coordinates are CSS pixels of
 * a picture 920 wide; y runs down. Looks are classes of the page's style sheet (report_style.c). Every text
 * is escaped here.
 *
 *      0  left                    right  920
 *   0  +---+------------------------+----+
 *      |   :   (title of the axis)  :    |
 *  top |   +------------------------+    |
 *      |   |                        |    |
 *      |   |         plot           |    |
 *      |   |                        |    |
 *   bottom +------------------------+    |
 *      |     labels of the x axis        |
 * height --------------------------------+
 */
#pragma once

#include "report/axis.h"

#define SVG_WIDTH 920.0

typedef struct {
	GString *out;
	double height, left, top, right, bottom; /* of the plot */
} Svg;

/* Text for a page: what could be markup is escaped, what is no text becomes what text_clean() makes of it. */
void html_text(GString *out, const char *text);

/* `id` is unique in the page; `title` and `about` are what is read out to who does not see it. */
void svg_begin(Svg *svg, const char *id, const char *title, const char *about);
void svg_end(Svg *svg);

void svg_line(Svg *svg, const char *class, double x1, double y1, double x2, double y2);
/* `tip`: shown by the pointer; may be NULL. */
void svg_box(Svg *svg, const char *class, double x, double y, double width, double height,
	const char *tip);
void svg_dot(Svg *svg, const char *class, double x, double y, double radius, const char *tip);
/* `class` also says how it is aligned: "end", "middle". */
void svg_text(Svg *svg, const char *class, double x, double y, const char *text);

/* A line through points, or with `closed` the area between them. */
typedef struct {
	double x, y;
} Point;
void svg_path(Svg *svg, const char *class, const Point *points, guint count, gboolean closed);

/* Where a value stands in the plot. */
double svg_x(const Svg *svg, const Axis *axis, double value);
double svg_y(const Svg *svg, const Axis *axis, double value);

/* The grid and labels of an axis on the left or at the bottom. */
void svg_axis_left(Svg *svg, const Axis *axis);
void svg_axis_bottom(Svg *svg, const Axis *axis);

/* As much of a text as `columns` letters hold, clean. Newly allocated. */
char *svg_label(const char *text, guint columns);
/* How wide a label is about, in pixels. */
double svg_label_width(const char *text);

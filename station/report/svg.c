#include "report/svg.h"

#include "core/style.h"
#include "core/text.h"

#include <string.h>

/* What a letter of 12 pixels takes on the average, in the system's fonts. */
#define LETTER 6.6

void html_text(GString *out, const char *text)
{
	g_autofree char *clean = text_clean(text, -1);

	for (const char *at = clean; *at; at++)
		switch (*at) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&quot;");
			break;
		case '\'':
			g_string_append(out, "&#39;");
			break;
		default:
			g_string_append_c(out, *at);
		}
}

/* ` name="12.3"`: a point in every locale, and no more digits than are seen. */
static void put(Svg *svg, const char *name, double value)
{
	char digits[G_ASCII_DTOSTR_BUF_SIZE];

	g_ascii_formatd(digits, sizeof digits, "%.1f", CLAMP(value, -1e5, 1e5));
	if (g_str_has_suffix(digits, ".0"))
		digits[strlen(digits) - 2] = '\0';
	g_string_append_printf(svg->out, *name ? " %s=\"%s\"" : "%s%s", name, digits);
}

static void end_with_tip(Svg *svg, const char *element, const char *tip)
{
	if (!tip) {
		g_string_append(svg->out, "/>\n");
		return;
	}
	g_string_append(svg->out, "><title>");
	html_text(svg->out, tip);
	g_string_append_printf(svg->out, "</title></%s>\n", element);
}

void svg_begin(Svg *svg, const char *id, const char *title, const char *about)
{
	g_string_append_printf(svg->out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""
		" aria-labelledby=\"%s-title %s-about\" viewBox=\"0 0 920 %.0f\">\n"
		"<title id=\"%s-title\">",
		id, id, svg->height, id);
	html_text(svg->out, title);
	g_string_append_printf(svg->out, "</title>\n<desc id=\"%s-about\">", id);
	html_text(svg->out, about);
	g_string_append(svg->out, "</desc>\n");
}

void svg_end(Svg *svg)
{
	g_string_append(svg->out, "</svg>\n");
}

void svg_line(Svg *svg, const char *class, double x1, double y1, double x2, double y2)
{
	g_string_append_printf(svg->out, "<line class=\"%s\"", class);
	put(svg, "x1", x1);
	put(svg, "y1", y1);
	put(svg, "x2", x2);
	put(svg, "y2", y2);
	g_string_append(svg->out, "/>\n");
}

void svg_box(Svg *svg, const char *class, double x, double y, double width, double height,
	const char *tip)
{
	g_string_append_printf(svg->out, "<rect class=\"%s\"", class);
	put(svg, "x", x);
	put(svg, "y", y);
	put(svg, "width", MAX(width, 0));
	put(svg, "height", MAX(height, 0));
	end_with_tip(svg, "rect", tip);
}

void svg_dot(Svg *svg, const char *class, double x, double y, double radius, const char *tip)
{
	g_string_append_printf(svg->out, "<circle class=\"%s\"", class);
	put(svg, "cx", x);
	put(svg, "cy", y);
	put(svg, "r", radius);
	end_with_tip(svg, "circle", tip);
}

void svg_text(Svg *svg, const char *class, double x, double y, const char *text)
{
	g_string_append_printf(svg->out, "<text class=\"%s\"", class);
	put(svg, "x", x);
	put(svg, "y", y);
	g_string_append_c(svg->out, '>');
	html_text(svg->out, text);
	g_string_append(svg->out, "</text>\n");
}

void svg_path(Svg *svg, const char *class, const Point *points, guint count, gboolean closed)
{
	g_string_append_printf(svg->out, "<path class=\"%s\" d=\"", class);
	for (guint i = 0; i < count; i++) {
		g_string_append_c(svg->out, i ? 'L' : 'M');
		put(svg, "", points[i].x);
		g_string_append_c(svg->out, ' ');
		put(svg, "", points[i].y);
	}
	g_string_append_printf(svg->out, "%s\"/>\n", closed ? "Z" : "");
}

double svg_x(const Svg *svg, const Axis *axis, double value)
{
	return svg->left + axis_at(axis, value) * (svg->right - svg->left);
}

double svg_y(const Svg *svg, const Axis *axis, double value)
{
	return svg->bottom - axis_at(axis, value) * (svg->bottom - svg->top);
}

void svg_axis_left(Svg *svg, const Axis *axis)
{
	for (guint i = 0; i <= axis->steps; i++) {
		double value = axis_tick(axis, i), y = svg_y(svg, axis, value);
		g_autofree char *label = axis_label(axis, value);

		svg_line(svg, i ? "grid" : "base", svg->left, y, svg->right, y);
		svg_text(svg, "tick end", svg->left - 8, y + 4, label);
	}
}

void svg_axis_bottom(Svg *svg, const Axis *axis)
{
	for (guint i = 0; i <= axis->steps; i++) {
		double value = axis_tick(axis, i), x = svg_x(svg, axis, value);
		g_autofree char *label = axis_label(axis, value);

		svg_line(svg, "grid", x, svg->top, x, svg->bottom);
		svg_text(svg, "tick middle", x, svg->bottom + 18, label);
	}
}

char *svg_label(const char *text, guint columns)
{
	g_autofree char *clean = text_clean(text, -1);

	return g_strchomp(style_fit(clean, columns));
}

double svg_label_width(const char *text)
{
	return style_width(text) * LETTER;
}

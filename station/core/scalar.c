#include "core/scalar.h"

#include <errno.h>
#include <string.h>

gboolean scalar_int(const char *text, gint64 *value)
{
	gboolean hex = g_str_has_prefix(text, "0x");
	const char *digits = hex ? text + 2 : text + (*text == '-');
	gint64 v;
	char *end;

	if (hex ? !g_ascii_isxdigit(*digits) : !g_ascii_isdigit(*digits))
		return FALSE;
	/* 010 is eight to some readers and ten to others. */
	if (!hex && digits[0] == '0' && digits[1])
		return FALSE;
	errno = 0;
	v = g_ascii_strtoll(hex ? digits : text, &end, hex ? 16 : 10);
	if (*end || errno)
		return FALSE;
	*value = v;
	return TRUE;
}

/* Digits with at most three behind the point, in thousandths: exact, unlike a double. */
static gboolean thousandths(const char *text, gint64 *value, const char **end)
{
	gint64 v = 0;
	const char *at = text;
	guint decimals = 0;

	if (!g_ascii_isdigit(*at))
		return FALSE;
	for (; g_ascii_isdigit(*at); at++) {
		if (v > G_MAXINT64 / 100000)
			return FALSE;
		v = v * 10 + (*at - '0');
	}
	if (*at == '.' && g_ascii_isdigit(at[1]))
		for (at++; g_ascii_isdigit(*at) && decimals < 3; at++, decimals++)
			v = v * 10 + (*at - '0');
	for (; decimals < 3; decimals++)
		v *= 10;
	*value = v;
	*end = at;
	return TRUE;
}

gboolean scalar_decimal(const char *text, double *value)
{
	gboolean minus = *text == '-';
	const char *end;
	gint64 v;

	if (!thousandths(text + minus, &v, &end) || *end)
		return FALSE;
	*value = (minus ? -v : v) / 1000.0;
	return TRUE;
}

gboolean scalar_bool(const char *text, gboolean *value)
{
	gboolean yes = !strcmp(text, "true");

	if (!yes && strcmp(text, "false"))
		return FALSE;
	*value = yes;
	return TRUE;
}

gboolean scalar_size(const char *text, gint64 *bytes)
{
	static const struct {
		const char *unit;
		guint shift;
	} units[] = {{"KiB", 10}, {"MiB", 20}};
	gint64 v;

	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		g_autofree char *digits = NULL;

		if (!g_str_has_suffix(text, units[i].unit))
			continue;
		digits = g_strndup(text, strlen(text) - strlen(units[i].unit));
		if (!g_ascii_isdigit(*digits) || !scalar_int(digits, &v) || v > G_MAXINT64 >> 21)
			return FALSE;
		*bytes = v << units[i].shift;
		return TRUE;
	}
	if (!scalar_int(text, &v) || v < 0)
		return FALSE;
	*bytes = v;
	return TRUE;
}

gboolean scalar_duration_ms(const char *text, gint64 *ms)
{
	static const struct {
		const char *unit;
		gint64 ms;
	} units[] = {{"ms", 1}, {"s", 1000}, {"min", 60000}};
	const char *unit;
	gint64 v;

	if (!thousandths(text, &v, &unit) || v > G_MAXINT64 / 60000)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (!strcmp(unit, units[i].unit)) {
			*ms = v * units[i].ms / 1000;
			return TRUE;
		}
	return FALSE;
}

char *scalar_from_duration_ms(gint64 ms)
{
	if (ms % 1000 || ms == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT "ms", ms);
	return g_strdup_printf("%" G_GINT64_FORMAT "s", ms / 1000);
}

/* YAML 1.2.2 section 10.3.2, the core schema's tag resolution. */
gboolean scalar_looks_typed(const char *text)
{
	return g_regex_match_simple("^(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE"
				    "|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
				    "|[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
				    "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN))$",
		text, G_REGEX_DOLLAR_ENDONLY, 0);
}

/* YAML 1.1 took more for granted: y, no, off, dates, 1_000, 12:30:45. */
static gboolean is_plain(const char *text)
{
	static const char *const yaml_1_1[] = {
		"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", NULL};

	for (gsize i = 0; yaml_1_1[i]; i++)
		if (!g_ascii_strcasecmp(text, yaml_1_1[i]))
			return FALSE;
	if (scalar_looks_typed(text))
		return FALSE;
	/* Anything that begins as a number does is quoted, unless a letter shows that it is none. */
	if (g_regex_match_simple("^[-+.]?[0-9][-+0-9_:.eE]*$", text, G_REGEX_DOLLAR_ENDONLY, 0))
		return FALSE;
	return g_regex_match_simple("^[A-Za-z0-9_/.]([A-Za-z0-9_/.+ -]*[A-Za-z0-9_/.+-])?$", text,
		G_REGEX_DOLLAR_ENDONLY, 0);
}

char *scalar_quote(const char *text)
{
	GString *out;

	if (is_plain(text))
		return g_strdup(text);
	out = g_string_new("\"");
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", (char)c);
		else if (c == '\n')
			g_string_append(out, "\\n");
		else if (c == '\t')
			g_string_append(out, "\\t");
		else if (c >= 0x20 && c < 0x7F)
			g_string_append_c(out, (char)c);
		else if (g_unichar_isprint(c) && c != 0x2028 && c != 0x2029 && c != 0xFEFF)
			g_string_append_unichar(out, c);
		else
			g_string_append_printf(out, c < 0x10000 ? "\\u%04X" : "\\U%08X", c);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

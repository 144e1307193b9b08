#include "steps/console_values.h"

#include "core/failure.h"
#include "core/text.h"

#include <math.h>
#include <string.h>

enum { LINES_NOTED = 40, LINE_SHOWN = 200 };

const Field console_value_fields[] = {
	{"name", FIELD_TEXT, TRUE, .pattern = "^[a-z][a-z0-9_]{0,63}$",
		.help = "its name: small letters, digits and '_'"},
	{"unit", FIELD_TEXT, .pattern = "^[^ ]{1,16}$",
		.help = "the unit that must stand behind it; none where this is missing"},
	{"low", FIELD_DECIMAL, .low = -1000000000000, .high = 1000000000000,
		.help = "less than this is a FAIL"},
	{"high", FIELD_DECIMAL, .low = -1000000000000, .high = 1000000000000,
		.help = "more than this is a FAIL"},
	{"pattern", FIELD_TEXT,
		.help = "it is a text, not a number: a regular expression that it must fit as a "
			"whole"},
	{"required", FIELD_BOOL, .fallback = "true", .help = "false: the script need not print it"},
	{NULL},
};

/* ---- lines --------------------------------------------------------------------------------------- */

char **console_lines(const char *out)
{
	g_auto(GStrv) raw = g_strsplit(out, "\n", -1);
	GPtrArray *lines = g_ptr_array_new();
	guint count = g_strv_length(raw);

	while (count && !*g_strchomp(raw[count - 1]))
		count--;
	for (guint i = 0; i < count; i++)
		g_ptr_array_add(lines, text_clean(g_strchomp(raw[i]), -1));
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}

void console_note(Job *job, char **lines)
{
	guint count = g_strv_length(lines);

	for (guint i = 0; i < MIN(count, LINES_NOTED); i++) {
		g_autofree char *clipped = text_clip(lines[i], LINE_SHOWN);

		job_note(job, "console: %s", clipped);
	}
	if (count > LINES_NOTED)
		job_note(job, "console: and %u more lines", count - LINES_NOTED);
}

/* ---- patterns ------------------------------------------------------------------------------------ */

/* Tried alone too: ")(" is none, though it is one within brackets. */
static GRegex *compile(const char *pattern, GError **error)
{
	g_autofree char *anchored = g_strdup_printf("\\A(?:%s)\\z", pattern);
	g_autoptr(GRegex) alone = g_regex_new(pattern, 0, 0, error);

	return alone ? g_regex_new(anchored, 0, 0, error) : NULL;
}

gboolean console_fits(const char *pattern, const char *text)
{
	g_autoptr(GRegex) regex = compile(pattern, NULL);

	return regex && g_regex_match(regex, text, 0, NULL);
}

gboolean console_check_match(const char *pattern, char **lines, GError **error)
{
	g_autoptr(GRegex) regex = compile(pattern, NULL);
	guint count = g_strv_length(lines);
	g_autofree char *last = text_clip(count ? lines[count - 1] : "", LINE_SHOWN);

	for (guint i = 0; regex && i < count; i++)
		if (g_regex_match(regex, lines[i], 0, NULL))
			return TRUE;
	g_set_error(error, FAILURE, FAILURE_CONSOLE_NO_MATCH,
		"none of the %u lines that the script printed fits '%s'%s%s%s", count, pattern,
		count ? "; the last is '" : "", last, count ? "'" : "");
	return FALSE;
}

/* ---- values -------------------------------------------------------------------------------------- */

static gboolean unclear(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean unclear(GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(error, FAILURE, FAILURE_VALUE_UNCLEAR, text);
	return FALSE;
}

/* What stands behind "name=". FALSE: it is there twice. */
static gboolean find(const char *name, char **lines, const char **text, GError **error)
{
	gsize length = strlen(name);

	*text = NULL;
	for (; *lines; lines++) {
		if (!g_str_has_prefix(*lines, name) || (*lines)[length] != '=')
			continue;
		if (*text)
			return unclear(error, "%s is there twice: '%s' and '%s'", name, *text,
				*lines + length + 1);
		*text = *lines + length + 1;
	}
	return TRUE;
}

/* "3301.5 mV": as Python prints numbers, with a '.' and perhaps an exponent; not nan, not inf. */
static gboolean read_number(
	const char *name, const char *text, const char *unit, double *value, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, " ", 2);
	const char *number = parts[0] ? parts[0] : "", *behind = parts[0] ? parts[1] : NULL;

	if (!g_regex_match_simple("^[-+]?[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?$", number,
		    G_REGEX_DOLLAR_ENDONLY, 0))
		return unclear(error, "%s is no number: '%s'", name, text);
	*value = g_ascii_strtod(number, NULL);
	if (!isfinite(*value))
		return unclear(error, "%s is no number: '%s'", name, text);
	if (g_strcmp0(behind, unit) != 0)
		return unclear(error, "%s has the unit '%s', the recipe wants '%s'", name,
			behind ? behind : "", unit ? unit : "");
	return TRUE;
}

static double limit(const Node *item, const char *key)
{
	return node_get(item, key) ? schema_decimal(item, console_value_fields, key) : NAN;
}

static gboolean check_number(Job *job, const Node *item, const char *text, GError **error)
{
	const char *name = schema_text(item, console_value_fields, "name");
	const char *unit = schema_text(item, console_value_fields, "unit");
	double low = limit(item, "low"), high = limit(item, "high"), value = NAN;

	if (!read_number(name, text, unit, &value, error))
		return FALSE;
	job_value(job, name, value, unit ? unit : "1", low, high);
	if (!(value < low) && !(value > high))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_VALUE_OUT_OF_LIMITS, "%s is %s, %s %s%s%s", name, text,
		value < low ? "less than" : "more than",
		node_text(item, value < low ? "low" : "high"), unit ? " " : "", unit ? unit : "");
	return FALSE;
}

static gboolean check_text(Job *job, const Node *item, const char *text, GError **error)
{
	const char *name = schema_text(item, console_value_fields, "name");
	const char *pattern = schema_text(item, console_value_fields, "pattern");

	job_text(job, name, text);
	if (console_fits(pattern, text))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_VALUE_OUT_OF_LIMITS, "%s is '%s', it must fit '%s'",
		name, text, pattern);
	return FALSE;
}

static gboolean check_value(Job *job, const Node *item, char **lines, GError **error)
{
	const char *name = schema_text(item, console_value_fields, "name"), *text;

	if (!find(name, lines, &text, error))
		return FALSE;
	if (!text)
		return !schema_bool(item, console_value_fields, "required") ||
		       unclear(error, "the script has not printed %s=...", name);
	return node_get(item, "pattern") ? check_text(job, item, text, error)
					 : check_number(job, item, text, error);
}

gboolean console_check_values(Job *job, const Node *values, char **lines, GError **error)
{
	g_autoptr(GError) worst = NULL;

	for (guint i = 0; values && i < values->items->len; i++) {
		g_autoptr(GError) failure = NULL;

		if (check_value(job, values->items->pdata[i], lines, &failure))
			continue;
		if (worst && (worst->code == FAILURE_VALUE_OUT_OF_LIMITS ||
				     failure->code == FAILURE_VALUE_UNCLEAR))
			continue;
		g_clear_error(&worst);
		worst = g_steal_pointer(&failure);
	}
	if (!worst)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&worst));
	return FALSE;
}

/* ---- mistakes in the recipe ---------------------------------------------------------------------- */

static void check_pattern(const Node *map, const char *key, Problems *problems)
{
	const Node *pattern = node_get(map, key);
	g_autoptr(GError) error = NULL;
	g_autoptr(GRegex) regex = pattern ? compile(pattern->text, &error) : NULL;

	if (pattern && !regex)
		problems_add(problems, pattern->place, "'%s' is no regular expression: %s", key,
			error->message);
}

static void check_item(const Node *item, GHashTable *seen, Problems *problems)
{
	const Node *name = node_get(item, "name");
	double low = limit(item, "low"), high = limit(item, "high");

	check_pattern(item, "pattern", problems);
	if (!g_hash_table_add(seen, name->text))
		problems_add(problems, name->place, "there are two values '%s'", name->text);
	if (low > high)
		problems_add(problems, item->place, "%s: 'low' is more than 'high'", name->text);
	if (node_get(item, "pattern") && (!isnan(low) || !isnan(high) || node_get(item, "unit")))
		problems_add(problems, item->place,
			"%s: with 'pattern' it is a text, which has no unit and no limits",
			name->text);
}

void console_check_fields(const Step *step, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	const Node *values = node_get(step->args, "values");

	check_pattern(step->args, "expect", problems);
	check_pattern(step->args, "version", problems);
	for (guint i = 0; values && i < values->items->len; i++)
		check_item(values->items->pdata[i], seen, problems);
}

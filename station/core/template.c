#include "core/template.h"

#include "core/failure.h"
#include "core/text.h"

#include <string.h>

#define NAME_PATTERN "^[A-Za-z0-9._-]{1,80}$"
enum { VALUE_MAX = 200 };

static gboolean refuse(GError **error, const char *name, const char *why)
{
	g_autofree char *clean = text_clip(name, 60);

	g_set_error(error, FAILURE, FAILURE_VALUE_MISSING, "{{%s}} %s", clean, why);
	return FALSE;
}

static gboolean is_safe(const char *value)
{
	if (strlen(value) > VALUE_MAX || !g_utf8_validate(value, -1, NULL))
		return FALSE;
	for (const char *at = value; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (!g_unichar_isprint(c) || (c < 0x80 && strchr("\"'`\\{}<>", (int)c)))
			return FALSE;
	}
	return TRUE;
}

/* What stands between {{ and }}, without blanks around it; *rest is what comes after. */
static char *take_name(const char *from, const char *end, const char **rest)
{
	const char *close = g_strstr_len(from, end - from, "}}");

	if (!close)
		return NULL;
	*rest = close + 2;
	return g_strstrip(g_strndup(from, (gsize)(close - from)));
}

/* `into` NULL: the names are all that counts. */
static gboolean fill_one(
	const char *name, TemplateValue value, gpointer data, GString *into, GError **error)
{
	const char *text;

	if (!g_regex_match_simple(NAME_PATTERN, name, G_REGEX_DOLLAR_ENDONLY, 0))
		return refuse(error, name, "is no template");
	text = value(name, data);
	if (!text)
		return refuse(error, name, "has no value");
	if (into && !is_safe(text))
		return refuse(error, name,
			"has a value that cannot stand in a text: quotes, braces, < >, backslashes "
			"and control characters are not allowed, nor more than 200 bytes");
	if (into)
		g_string_append(into, text);
	return TRUE;
}

static gboolean walk(
	GBytes *text, TemplateValue value, gpointer data, GString *into, GError **error)
{
	gsize length;
	const char *at = g_bytes_get_data(text, &length), *end = at + length;

	if (length && !g_utf8_validate(at, (gssize)length, NULL))
		return refuse(error, "...", "can only stand in a text, which this file is not");
	while (at < end) {
		const char *open = g_strstr_len(at, end - at, "{{"), *rest;
		g_autofree char *name = open ? take_name(open + 2, end, &rest) : NULL;

		if (into)
			g_string_append_len(into, at, (open ? open : end) - at);
		if (!open)
			break;
		if (!name)
			return refuse(error, "...", "has no end");
		if (!fill_one(name, value, data, into, error))
			return FALSE;
		at = rest;
	}
	return TRUE;
}

gboolean template_check(GBytes *text, TemplateValue value, gpointer data, GError **error)
{
	return walk(text, value, data, NULL, error);
}

GBytes *template_fill(GBytes *text, TemplateValue value, gpointer data, GError **error)
{
	g_autoptr(GString) into = g_string_new(NULL);

	if (!walk(text, value, data, into, error))
		return NULL;
	return g_string_free_to_bytes(g_steal_pointer(&into));
}

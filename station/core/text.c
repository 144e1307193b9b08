#include "core/text.h"

#include <string.h>

static gboolean showable(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT: /* bidi overrides, zero-width characters, tags */
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_UNASSIGNED:
		return FALSE;
	default:
		return TRUE;
	}
}

static void append_escaped(GString *out, gunichar c)
{
	static const struct {
		gunichar c;
		const char *escape;
	} named[] = {{'\n', "\\n"}, {'\r', "\\r"}, {'\t', "\\t"}};

	for (gsize i = 0; i < G_N_ELEMENTS(named); i++)
		if (named[i].c == c) {
			g_string_append(out, named[i].escape);
			return;
		}
	g_string_append_printf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

char *text_clean(const char *bytes, gssize length)
{
	const char *at = bytes ? bytes : "";
	const char *end = at + (length < 0 || !bytes ? strlen(at) : (gsize)length);
	GString *out = g_string_sized_new(end - at + 1);

	while (at < end) {
		gunichar c = g_utf8_get_char_validated(at, end - at);

		/* (gunichar)-1 and -2: not UTF-8, cut short, or NUL. */
		if (c >= (gunichar)-2) {
			g_string_append_printf(out, "\\x%02x", (guchar)*at++);
			continue;
		}
		if (showable(c))
			g_string_append_unichar(out, c);
		else
			append_escaped(out, c);
		at = g_utf8_next_char(at);
	}
	return g_string_free(out, FALSE);
}

char *text_clip(const char *text, gsize most)
{
	const char *at = text;

	for (gsize i = 0; i < most && *at; i++)
		at = g_utf8_next_char(at);
	return *at ? g_strdup_printf("%.*s...", (int)(at - text), text) : g_strdup(text);
}

gboolean text_is_serial(const char *text)
{
	gsize length = text ? strlen(text) : 0;

	if (length < 1 || length > 64)
		return FALSE;
	for (const char *at = text; *at; at++)
		if (!g_ascii_isalnum(*at) && !strchr("._-", *at))
			return FALSE;
	return TRUE;
}

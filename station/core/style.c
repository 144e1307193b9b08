#include "core/style.h"

#include <unistd.h>

typedef struct {
	const char *symbol;
	const char *begin; /* SGR: the terminal's own palette, which its user has chosen to read */
} Style;

/* Red for a fault of the board, yellow for what the station could not do, green for good: the
 * colours of IEC 60073 (libraries.md section 15). */
static const Style styles[] = {
	[VERDICT_RUNNING] = {"▶", "\033[34m"},
	[VERDICT_PASS] = {"✓", "\033[32m"},
	[VERDICT_FAIL] = {"✗", "\033[31m"},
	[VERDICT_ERROR] = {"⚠", "\033[33m"},
	[VERDICT_ABORTED] = {"■", "\033[35m"},
};

/* A number from nowhere is doubt, and doubt is ERROR. */
static const Style *style_of(Verdict verdict)
{
	return &styles[(guint)verdict < G_N_ELEMENTS(styles) ? verdict : VERDICT_ERROR];
}

const char *style_symbol(Verdict verdict)
{
	return style_of(verdict)->symbol;
}

/* no-color.org: set and not empty. */
gboolean style_has_colour(int descriptor)
{
	const char *no = g_getenv("NO_COLOR"), *terminal = g_getenv("TERM");

	return isatty(descriptor) && !(no && *no) && terminal && g_strcmp0(terminal, "dumb") != 0;
}

const char *style_begin(Verdict verdict, gboolean colour)
{
	return colour ? style_of(verdict)->begin : "";
}

const char *style_end(gboolean colour)
{
	return colour ? "\033[0m" : "";
}

char *style_verdict(Verdict verdict, gboolean colour)
{
	return g_strdup_printf("%s%s %s%s", style_begin(verdict, colour), style_symbol(verdict),
		verdict_word(verdict), style_end(colour));
}

static guint character_width(gunichar c)
{
	return g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
}

guint style_width(const char *text)
{
	guint width = 0;

	for (; *text; text = g_utf8_next_char(text))
		width += character_width(g_utf8_get_char(text));
	return width;
}

char *style_fit(const char *text, guint width)
{
	guint whole = style_width(text), used = 0;
	guint room = whole > width && width > 0 ? width - 1 : width;
	guint characters = 0;
	GString *out = g_string_new(NULL);

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		/* The second bound is for hundreds of accents on one letter. */
		if (used + character_width(c) > room || ++characters > 4 * width)
			break;
		used += character_width(c);
		g_string_append_unichar(out, c);
	}
	if (whole > width && width > 0) {
		g_string_append(out, "…");
		used++;
	}
	g_string_append_printf(out, "%*s", (int)(width - used), "");
	return g_string_free(out, FALSE);
}

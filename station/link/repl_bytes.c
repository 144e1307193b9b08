/* What the console says, byte by byte. */
#include "core/failure.h"
#include "core/text.h"
#include "link/repl_parts.h"

#include <string.h>

enum {
	/* Longer than the firmware may keep USB waiting: boards.md section 2.4. */
	REPLY_MS = 5000,
	TAIL_MAX = 4096,
	TAIL_SHOWN = 80,
};

gboolean repl_send(Repl *repl, const char *bytes, gsize length, GError **error)
{
	return cdc_write(repl->port, (const guint8 *)bytes, length, error);
}

gboolean repl_say(Repl *repl, const char *keys, GError **error)
{
	return repl_send(repl, keys, strlen(keys), error);
}

static void remember(Repl *repl)
{
	if (!repl->tail)
		repl->tail = g_string_new(NULL);
	g_string_append_len(repl->tail, (const char *)repl->packet, (gssize)repl->length);
	if (repl->tail->len > TAIL_MAX)
		g_string_erase(repl->tail, 0, (gssize)(repl->tail->len - TAIL_MAX));
}

char *repl_last_words(const Repl *repl)
{
	gsize length = repl->tail ? repl->tail->len : 0, shown = MIN(length, TAIL_SHOWN);
	g_autofree char *clean =
		text_clean(shown ? repl->tail->str + length - shown : "", (gssize)shown);

	return length ? g_strdup_printf(
				"; the last it said was '%s%s'", length > shown ? "..." : "", clean)
		      : g_strdup("; it said nothing");
}

gboolean repl_fill(Repl *repl, guint most_ms, GError **error)
{
	gssize moved;

	if (repl->at < repl->length)
		return TRUE;
	repl->at = repl->length = 0;
	moved = cdc_read(repl->port, repl->packet, most_ms, error);
	if (moved <= 0)
		return FALSE;
	repl->length = (gsize)moved;
	remember(repl);
	return TRUE;
}

gboolean repl_violated(Repl *repl, const char *what, GError **error)
{
	g_autofree char *last = repl_last_words(repl);

	g_set_error(error, FAILURE, FAILURE_CONSOLE_PROTOCOL, "%s%s", what, last);
	return FALSE;
}

/* A packet, where one is due now. */
static gboolean need(Repl *repl, const char *what, GError **error)
{
	gint64 until = g_get_monotonic_time() + REPLY_MS * G_GINT64_CONSTANT(1000);
	g_autoptr(GError) failure = NULL;
	g_autofree char *last = NULL;

	while (g_get_monotonic_time() < until) {
		if (repl_fill(repl, REPLY_MS, &failure))
			return TRUE;
		if (failure) {
			g_propagate_prefixed_error(error, g_steal_pointer(&failure), "%s: ", what);
			return FALSE;
		}
	}
	last = repl_last_words(repl);
	g_set_error(error, FAILURE, FAILURE_CONSOLE_STALL, "%s: nothing came for %d s%s", what,
		REPLY_MS / 1000, last);
	return FALSE;
}

gboolean repl_next(Repl *repl, const char *what, guint8 *byte, GError **error)
{
	if (!need(repl, what, error))
		return FALSE;
	*byte = repl->packet[repl->at++];
	return TRUE;
}

gboolean repl_expect(Repl *repl, const char *what, const char *text, GError **error)
{
	for (; *text; text++) {
		guint8 byte;

		if (!repl_next(repl, what, &byte, error))
			return FALSE;
		if (byte != (guint8)*text)
			return repl_violated(repl, what, error);
	}
	return TRUE;
}

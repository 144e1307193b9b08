#include "line/keys.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define KEYS_MAX 256

struct Keys {
	void (*take)(const char *text, gpointer data);
	gpointer data;
	GString *typed; /* a line that is not whole yet; of one that is too long its begin */
	guint source;
};

/* Nothing that is meant is so long: its begin says what is no command, its end is not taken for one. */
static void take_part(Keys *keys, const char *bytes, gsize length)
{
	gsize room = KEYS_MAX + 1 - keys->typed->len;

	g_string_append_len(keys->typed, bytes, (gssize)MIN(length, room));
}

static void take_line(Keys *keys)
{
	gboolean whole = keys->typed->len <= KEYS_MAX;
	g_autofree char *text = g_strdup(g_strstrip(keys->typed->str));

	g_string_truncate(keys->typed, 0);
	if (!whole) {
		g_autofree char *cut = g_strconcat(text, "...", NULL);

		keys->take(cut, keys->data);
	} else if (*text) {
		keys->take(text, keys->data);
	}
}

static void take_bytes(Keys *keys, const char *bytes, gsize length)
{
	const char *end = bytes + length, *newline;

	while ((newline = memchr(bytes, '\n', (gsize)(end - bytes)))) {
		take_part(keys, bytes, (gsize)(newline - bytes));
		take_line(keys);
		bytes = newline + 1;
	}
	take_part(keys, bytes, (gsize)(end - bytes));
}

static gboolean on_keys(int fd, GIOCondition condition, gpointer data)
{
	Keys *keys = data;
	char bytes[KEYS_MAX];
	gssize got = read(fd, bytes, sizeof bytes);

	if (got > 0) {
		take_bytes(keys, bytes, (gsize)got);
		return G_SOURCE_CONTINUE;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return G_SOURCE_CONTINUE;
	keys->source = 0;
	return G_SOURCE_REMOVE;
}

Keys *keys_new(void (*take)(const char *text, gpointer data), gpointer data)
{
	Keys *keys = g_new0(Keys, 1);

	/* In the background a terminal's keys are another program's. */
	signal(SIGTTIN, SIG_IGN);
	keys->take = take;
	keys->data = data;
	keys->typed = g_string_new(NULL);
	keys->source = g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_keys, keys);
	return keys;
}

void keys_free(Keys *keys)
{
	if (!keys)
		return;
	g_clear_handle_id(&keys->source, g_source_remove);
	g_string_free(keys->typed, TRUE);
	g_free(keys);
}

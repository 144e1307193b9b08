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
	GString *typed; /* a line that is not whole yet */
	guint source;
};

static void take_lines(Keys *keys)
{
	char *newline;

	while ((newline = memchr(keys->typed->str, '\n', keys->typed->len))) {
		gssize length = newline - keys->typed->str;
		g_autofree char *text = g_strndup(keys->typed->str, (gsize)length);

		g_string_erase(keys->typed, 0, length + 1);
		if (*g_strstrip(text))
			keys->take(text, keys->data);
	}
	/* Nothing that is meant is so long. */
	if (keys->typed->len > KEYS_MAX)
		g_string_truncate(keys->typed, 0);
}

static gboolean on_keys(int fd, GIOCondition condition, gpointer data)
{
	Keys *keys = data;
	char bytes[KEYS_MAX];
	gssize got = read(fd, bytes, sizeof bytes);

	if (got > 0) {
		g_string_append_len(keys->typed, bytes, got);
		take_lines(keys);
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

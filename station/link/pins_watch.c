/* What the keeper tells of inputs, line by line, as it comes. */
#include "link/pins.h"

#include "core/failure.h"
#include "link/pins_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINE_MOST 512

struct PinsWatch {
	int fd;
	GString *text; /* what has come and is not told yet */
	gboolean over;
};

PinsWatch *pins_watch(const char *path, GError **error)
{
	static const char request[] = "watch\n";
	g_autoptr(PinsWatch) watch = g_new0(PinsWatch, 1);
	watch->text = g_string_new(NULL);
	watch->fd = pins_socket(path, error);
	if (watch->fd < 0)
		return NULL;
	if (send(watch->fd, request, strlen(request), MSG_NOSIGNAL) != (gssize)strlen(request)) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins is gone");
		return NULL;
	}
	return g_steal_pointer(&watch);
}

void pins_watch_free(PinsWatch *watch)
{
	if (watch == NULL)
		return;
	if (watch->fd >= 0)
		close(watch->fd);
	g_string_free(watch->text, TRUE);
	g_free(watch);
}

int pins_watch_fd(const PinsWatch *watch)
{
	return watch->fd;
}

/* "input 3 lid 1" */
static gboolean parse(const char *line, PinsInput *input)
{
	g_auto(GStrv) words = g_strsplit(line, " ", 5);
	guint64 slot;
	if (g_strv_length(words) != 4 || strcmp(words[0], "input") != 0 ||
		!g_ascii_string_to_unsigned(words[1], 10, 0, G_MAXUINT16, &slot, NULL) ||
		!signal_from_word(words[2], &input->signal) || strlen(words[3]) != 1)
		return FALSE;
	input->slot = (guint)slot;
	input->active = words[3][0] == '1';
	return TRUE;
}

/* Takes what there is. FALSE: nothing will come any more. */
static gboolean fill(PinsWatch *watch, GError **error)
{
	char bytes[LINE_MOST];
	gssize got = recv(watch->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	if (got > 0)
		g_string_append_len(watch->text, bytes, got);
	if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return TRUE;
	watch->over = TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins is gone");
	return FALSE;
}

/* The next line, newly allocated and without its newline; NULL: none is whole. */
static char *take_line(PinsWatch *watch)
{
	const char *end = strchr(watch->text->str, '\n');
	if (end == NULL && watch->text->len >= LINE_MOST)
		return g_strdup("the keeper of the pins babbles");
	if (end == NULL)
		return NULL;
	char *line = g_strndup(watch->text->str, (gsize)(end - watch->text->str));
	g_string_erase(watch->text, 0, end + 1 - watch->text->str);
	return line;
}

gboolean pins_watch_next(PinsWatch *watch, PinsInput *input, GError **error)
{
	if (watch->over) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins is gone");
		return FALSE;
	}
	for (;;) {
		g_autofree char *line = take_line(watch);
		if (line == NULL) {
			gsize before = watch->text->len;
			if (!fill(watch, error) || watch->text->len == before)
				return FALSE;
		} else if (parse(line, input)) {
			return TRUE;
		} else if (strcmp(line, "ok") != 0) {
			watch->over = TRUE;
			return pins_told(line, error);
		}
	}
}

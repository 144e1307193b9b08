#include "link/pins.h"

#include "core/failure.h"
#include "core/text.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MS 5000
#define SLICE_MS  100 /* how long a stop may go unnoticed */

struct Pins {
	int fd; /* -1: given up, since an answer was missing and might come later */
};

static Pins *lost(GError **error, const char *path)
{
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "cannot reach the keeper at %s: %s", path,
		g_strerror(errno));
	return NULL;
}

Pins *pins_connect(const char *path, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return lost(error, path);
	}
	strcpy(address.sun_path, path);
	g_autoptr(Pins) pins = g_new0(Pins, 1);
	pins->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (pins->fd < 0)
		return lost(error, path);
	/* A keeper that does not accept must not hold us up: this bounds connect() and send(). */
	struct timeval bound = {.tv_sec = ANSWER_MS / 1000};
	setsockopt(pins->fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	if (connect(pins->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return lost(error, path);
	return g_steal_pointer(&pins);
}

void pins_free(Pins *pins)
{
	if (pins == NULL)
		return;
	if (pins->fd >= 0)
		close(pins->fd);
	g_free(pins);
}

static void give_up(Pins *pins)
{
	close(pins->fd);
	pins->fd = -1;
}

static gboolean set_lost(Pins *pins, const char *what, GError **error)
{
	give_up(pins);
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins %s", what);
	return FALSE;
}

/* "error pins-lost what was seen": the words of a failure that happened over there. */
static gboolean set_told(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, " ", 3);
	int code = FAILURE_PINS_LOST;
	gboolean whole = g_strv_length(parts) == 3 && strcmp(parts[0], "error") == 0 &&
			 failure_code_from_word(parts[1], &code);
	g_autofree char *clean = text_clean(whole ? parts[2] : text, -1);
	g_set_error(error, FAILURE, code, "%s", clean);
	return FALSE;
}

/* Waits until there is something to read. */
static gboolean await(Pins *pins, gint64 until, Watch *watch, GError **error)
{
	for (;;) {
		if (!watch_ok(watch, error)) {
			give_up(pins);
			return FALSE;
		}
		gint64 left = (until - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
		if (left <= 0)
			return set_lost(pins, "did not answer within 5 s", error);
		struct pollfd wire = {.fd = pins->fd, .events = POLLIN};
		guint ms = watch_timeout_ms(watch, (guint)MIN(left, SLICE_MS));
		if (poll(&wire, 1, (int)ms) > 0)
			return TRUE;
	}
}

static gboolean read_answer(Pins *pins, Watch *watch, GError **error)
{
	gint64 until = g_get_monotonic_time() + ANSWER_MS * G_TIME_SPAN_MILLISECOND;
	char line[512];
	gsize length = 0;
	while (length == 0 || line[length - 1] != '\n') {
		if (length == sizeof(line) - 1)
			return set_lost(pins, "answered nonsense", error);
		if (!await(pins, until, watch, error))
			return FALSE;
		gssize got = recv(pins->fd, line + length, sizeof(line) - 1 - length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return set_lost(pins, "is gone", error);
		length += (gsize)got;
	}
	line[length - 1] = '\0';
	if (strcmp(line, "ok") == 0)
		return TRUE;
	return set_told(line, error);
}

gboolean pins_set(
	Pins *pins, guint slot, Signal signal, gboolean active, Watch *watch, GError **error)
{
	g_autofree char *line =
		g_strdup_printf("set %u %s %d\n", slot, signal_word(signal), active ? 1 : 0);
	if (pins->fd < 0) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST,
			"the keeper of the pins stopped answering before");
		return FALSE;
	}
	if (send(pins->fd, line, strlen(line), MSG_NOSIGNAL) != (gssize)strlen(line))
		return set_lost(pins, "is gone", error);
	return read_answer(pins, watch, error);
}

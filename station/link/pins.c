#include "link/pins.h"

#include "core/failure.h"
#include "core/text.h"
#include "link/pins_parts.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MS  5000
#define LINE_MOST  511
#define VALUE_MOST 48 /* what may follow "ok" */
/* 64 slots, one after the other, each with a flash to erase at its slowest. */
#define TURN_MS  1200000
#define SLICE_MS 100 /* how long a stop may go unnoticed */

struct Pins {
	int fd;          /* -1: given up */
	GString *line;   /* of an answer, as far as it has come */
	gint64 asked_us; /* when the request went whose answer is owed; 0: none is */
	char waited[64]; /* for what the last request had to wait; "": for nothing */
	guint waited_ms;
	gboolean excused; /* a wait for others does not count for the watch */
};

static int unreachable(const char *path, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "cannot reach the keeper at %s: %s", path,
		g_strerror(errno));
	return -1;
}

int pins_socket(const char *path, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return unreachable(path, error);
	}
	strcpy(address.sun_path, path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return unreachable(path, error);
	/* A keeper that does not accept must not hold us up: this bounds connect() and send(). */
	struct timeval bound = {.tv_sec = ANSWER_MS / 1000};
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	unreachable(path, error);
	close(fd);
	return -1;
}

Pins *pins_connect(const char *path, GError **error)
{
	g_autoptr(Pins) pins = g_new0(Pins, 1);
	pins->line = g_string_new(NULL);
	pins->fd = pins_socket(path, error);
	return pins->fd < 0 ? NULL : g_steal_pointer(&pins);
}

void pins_free(Pins *pins)
{
	if (pins == NULL)
		return;
	if (pins->fd >= 0)
		close(pins->fd);
	g_string_free(pins->line, TRUE);
	g_free(pins);
}

static gboolean set_lost(Pins *pins, const char *what, GError **error)
{
	close(pins->fd);
	pins->fd = -1;
	pins->asked_us = 0;
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins %s", what);
	return FALSE;
}

gboolean pins_told(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(text, " ", 3);
	int code = FAILURE_PINS_LOST;
	gboolean whole = g_strv_length(parts) == 3 && strcmp(parts[0], "error") == 0 &&
			 failure_code_from_word(parts[1], &code);
	g_autofree char *clean = text_clean(whole ? parts[2] : text, -1);
	g_set_error(error, FAILURE, code, "%s", clean);
	return FALSE;
}

/* To wait for others is no stall of one's own, and no work. */
static void excuse(const Pins *pins, gint64 since_us, Watch *watch)
{
	gint64 now = g_get_monotonic_time();
	if (*pins->waited && pins->excused)
		watch_waited(watch, now - since_us, (guint)((now - pins->asked_us) / 1000));
}

/* Waits until there is something to read. When the caller's time is over first, the answer stays owed. */
static gboolean await(Pins *pins, gint64 until, Watch *watch, GError **error)
{
	for (;;) {
		struct pollfd wire = {.fd = pins->fd, .events = POLLIN};
		if (poll(&wire, 1, 0) > 0)
			return TRUE;
		if (!watch_ok(watch, error))
			return FALSE;
		gint64 left = (until - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
		if (left <= 0)
			return set_lost(pins,
				*pins->waited ? "gave no turn within 20 min"
					      : "did not answer within 5 s",
				error);
		guint ms = watch_timeout_ms(watch, (guint)MIN(left, SLICE_MS));
		gint64 since_us = g_get_monotonic_time();
		gboolean ready = poll(&wire, 1, (int)ms) > 0;
		excuse(pins, since_us, watch);
		if (ready)
			return TRUE;
	}
}

/* One line of answer, without its newline; what is behind it in the socket stays there. */
static gboolean read_line(Pins *pins, gint64 until, Watch *watch, GError **error)
{
	char byte = 0;
	while (byte != '\n') {
		if (pins->line->len == LINE_MOST)
			return set_lost(pins, "answered nonsense", error);
		if (!await(pins, until, watch, error))
			return FALSE;
		gssize got = recv(pins->fd, &byte, 1, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return set_lost(pins, "is gone", error);
		if (byte != '\n')
			g_string_append_c(pins->line, byte);
	}
	return TRUE;
}

/* The answer that is owed. A keeper that says "wait" has heard us, and answers when power has its turn: the watch bounds
 * that. */
static gboolean read_answer(Pins *pins, Watch *watch, GError **error)
{
	for (;;) {
		guint most_ms = *pins->waited ? TURN_MS : ANSWER_MS;
		gint64 until = pins->asked_us + most_ms * G_TIME_SPAN_MILLISECOND;
		if (!read_line(pins, until, watch, error))
			return FALSE;
		pins->waited_ms = (guint)((g_get_monotonic_time() - pins->asked_us) / 1000);
		if (!g_str_has_prefix(pins->line->str, "wait ")) {
			pins->asked_us = 0;
			return TRUE;
		}
		if (*pins->waited)
			return set_lost(pins, "answered nonsense", error);
		g_strlcpy(pins->waited, pins->line->str + strlen("wait "), sizeof(pins->waited));
		g_string_truncate(pins->line, 0);
	}
}

gboolean pins_settle(Pins *pins, Watch *watch, GError **error)
{
	return pins->asked_us == 0 || read_answer(pins, watch, error);
}

gboolean pins_late(const Pins *pins)
{
	return pins->asked_us != 0;
}

const char *pins_waited(const Pins *pins, guint *ms)
{
	*ms = pins->waited_ms;
	return *pins->waited ? pins->waited : NULL;
}

static gboolean send_request(Pins *pins, const char *request, GError **error)
{
	if (send(pins->fd, request, strlen(request), MSG_NOSIGNAL) != (gssize)strlen(request))
		return set_lost(pins, "is gone", error);
	*pins->waited = '\0';
	pins->asked_us = g_get_monotonic_time();
	g_string_truncate(pins->line, 0);
	return TRUE;
}

/* Sends a request; its answer has to begin with "ok", what follows goes to `value`. */
static gboolean ask(
	Pins *pins, const char *request, char value[VALUE_MOST], Watch *watch, GError **error)
{
	if (pins->fd < 0) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST,
			"the keeper of the pins stopped answering before");
		return FALSE;
	}
	if (!pins_settle(pins, watch, error) || !send_request(pins, request, error) ||
		!read_answer(pins, watch, error))
		return FALSE;
	const char *line = pins->line->str;
	if (strcmp(line, "ok") != 0 && !g_str_has_prefix(line, "ok "))
		return pins_told(line, error);
	g_strlcpy(value, line + 2, VALUE_MOST);
	return TRUE;
}

/* For requests whose answer has no value. */
static gboolean tell(Pins *pins, const char *request, Watch *watch, GError **error)
{
	char value[VALUE_MOST];
	if (!ask(pins, request, value, watch, error))
		return FALSE;
	return *value == '\0' || set_lost(pins, "answered nonsense", error);
}

gboolean pins_set(
	Pins *pins, guint slot, Signal signal, gboolean active, Watch *watch, GError **error)
{
	g_autofree char *request =
		g_strdup_printf("set %u %s %d\n", slot, signal_word(signal), active ? 1 : 0);
	return tell(pins, request, watch, error);
}

gboolean pins_erase_begin(Pins *pins, guint slot, guint most_ms, Watch *watch, GError **error)
{
	g_autofree char *request =
		g_strdup_printf("draw %u erase %u\n", slot, MIN(most_ms, PINS_ERASE_MAX_MS));
	pins->excused = TRUE;
	gboolean begun = tell(pins, request, watch, error);
	pins->excused = FALSE;
	return begun;
}

gboolean pins_erase_end(Pins *pins, guint slot, Watch *watch, GError **error)
{
	g_autofree char *request = g_strdup_printf("done %u erase\n", slot);
	return tell(pins, request, watch, error);
}

gboolean pins_read(
	Pins *pins, guint slot, Signal signal, gboolean *active, Watch *watch, GError **error)
{
	g_autofree char *request = g_strdup_printf("read %u %s\n", slot, signal_word(signal));
	char value[VALUE_MOST];
	if (!ask(pins, request, value, watch, error))
		return FALSE;
	*active = strcmp(value, " 1") == 0;
	return *active || strcmp(value, " 0") == 0 || set_lost(pins, "answered nonsense", error);
}

gboolean pins_measure(Pins *pins, guint slot, PinsFlow *flow, Watch *watch, GError **error)
{
	g_autofree char *request = g_strdup_printf("measure %u\n", slot);
	char value[VALUE_MOST], *end, *last;
	if (!ask(pins, request, value, watch, error))
		return FALSE;
	flow->milliampere = g_ascii_strtod(value, &end);
	flow->millivolt = g_ascii_strtod(end, &last);
	return (end != value && last != end && *last == '\0' && isfinite(flow->milliampere) &&
		       isfinite(flow->millivolt)) ||
	       set_lost(pins, "answered nonsense", error);
}

gboolean pins_lamps(
	Pins *pins, guint slot, guint lit, gboolean present, Watch *watch, GError **error)
{
	g_autoptr(GString) request = g_string_new(NULL);
	gboolean any = FALSE;
	g_string_printf(request, "lamps %u ", slot);
	for (guint signal = SIGNAL_LAMP_RED; signal <= SIGNAL_LAMP_BLUE; signal++) {
		if (!(lit & 1u << signal))
			continue;
		g_string_append_printf(request, "%s%s", any ? "+" : "",
			signal_word((Signal)signal) + strlen("lamp-"));
		any = TRUE;
	}
	g_string_append_printf(
		request, "%s%s\n", any ? "" : "none", any && present ? " present" : "");
	return tell(pins, request->str, watch, error);
}

#include "line/keeper_server.h"

#include "core/failure.h"
#include "core/text.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_MAX 64 /* "set 32 boot0 1\n" is 15 */
#define TEXT_MAX    400
#define CLIENTS_MAX 256

/* ---- requests ------------------------------------------------------------------------------ */

gboolean keeper_set(
	const KeeperWires *wires, const Slot *slot, Signal signal, gboolean active, GError **error)
{
	const Pin *pin = &slot->pins[signal];
	if (pin->controller == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "slot %u has no %s wire",
			slot->number, signal_word(signal));
		return FALSE;
	}
	return wires->set(wires->data, pin, active != pin->active_low, error);
}

/* "set 3 power 1", strictly. */
static const Slot *parse(const KeeperWires *wires, const char *request, Signal *signal,
	gboolean *active, GError **error)
{
	g_auto(GStrv) words = g_strsplit(request, " ", 5);
	guint64 number = 0;
	const Slot *slot = NULL;
	if (g_strv_length(words) == 4 && strcmp(words[0], "set") == 0 &&
		g_ascii_string_to_unsigned(words[1], 10, 1, G_MAXUINT16, &number, NULL) &&
		signal_from_word(words[2], signal) &&
		(strcmp(words[3], "0") == 0 || strcmp(words[3], "1") == 0)) {
		slot = fixture_slot(wires->fixture, (guint)number);
		*active = words[3][0] == '1';
	}
	if (slot == NULL)
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"the keeper of the pins was asked for something it does not know");
	return slot;
}

char *keeper_answer(const KeeperWires *wires, const char *request)
{
	g_autoptr(GError) error = NULL;
	Signal signal = SIGNAL_POWER;
	gboolean active = FALSE;
	const Slot *slot = parse(wires, request, &signal, &active, &error);
	if (slot != NULL && keeper_set(wires, slot, signal, active, &error))
		return g_strdup("ok\n");
	g_strdelimit(error->message, "\r\n", ' ');
	return g_strdup_printf(
		"error %s %.*s\n", failure_of(error)->word, TEXT_MAX, error->message);
}

/* ---- clients ------------------------------------------------------------------------------- */

typedef struct {
	int fd;
	gsize length;
	char request[REQUEST_MAX];
} Client;

static void client_free(gpointer data)
{
	Client *client = data;
	close(client->fd);
	g_free(client);
}

/* FALSE: to be dropped. Answers are short; a client that does not read them is not waited for. */
static gboolean answer(const KeeperWires *wires, Client *client, const char *request)
{
	g_autofree char *text = keeper_answer(wires, request);
	gssize length = (gssize)strlen(text);
	return send(client->fd, text, (gsize)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

/* Takes what a client sent and answers each whole line of it. FALSE: to be dropped. */
static gboolean serve_client(const KeeperWires *wires, Client *client)
{
	gssize got = recv(client->fd, client->request + client->length,
		sizeof(client->request) - client->length, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return FALSE;
	client->length += (gsize)got;
	char *end;
	while ((end = memchr(client->request, '\n', client->length)) != NULL) {
		*end = '\0';
		if (!answer(wires, client, client->request))
			return FALSE;
		client->length -= (gsize)(end + 1 - client->request);
		memmove(client->request, end + 1, client->length);
	}
	return client->length < sizeof(client->request);
}

static void accept_client(GPtrArray *clients, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return;
	if (clients->len >= CLIENTS_MAX) {
		close(fd);
		return;
	}
	Client *client = g_new0(Client, 1);
	client->fd = fd;
	g_ptr_array_add(clients, client);
}

/* ---- the loop ------------------------------------------------------------------------------ */

static gboolean lifeline_holds(int lifeline, short events)
{
	char bytes[64];
	if (events == 0)
		return TRUE;
	gssize got = read(lifeline, bytes, sizeof(bytes));
	return got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN));
}

static void watch_fd(GArray *wires, int fd)
{
	const struct pollfd wire = {.fd = fd, .events = POLLIN};
	g_array_append_val(wires, wire);
}

static void gather(GArray *wires, const GPtrArray *clients, int listener, int lifeline, int stop)
{
	g_array_set_size(wires, 0);
	watch_fd(wires, lifeline);
	watch_fd(wires, stop);
	watch_fd(wires, listener);
	for (guint i = 0; i < clients->len; i++)
		watch_fd(wires, ((const Client *)g_ptr_array_index(clients, i))->fd);
}

void keeper_serve(const KeeperWires *wires, int listener, int lifeline, int stop)
{
	g_autoptr(GArray) ready = g_array_new(FALSE, TRUE, sizeof(struct pollfd));
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(client_free);
	for (;;) {
		gather(ready, clients, listener, lifeline, stop);
		const struct pollfd *fds = (const struct pollfd *)ready->data;
		if (poll((struct pollfd *)ready->data, ready->len, -1) < 0)
			continue;
		if (!lifeline_holds(lifeline, fds[0].revents) || fds[1].revents != 0)
			return;
		/* From the last: removing one moves only those behind it. */
		for (guint i = clients->len; i-- > 0;)
			if (fds[3 + i].revents != 0 &&
				!serve_client(wires, g_ptr_array_index(clients, i)))
				g_ptr_array_remove_index(clients, i);
		if (fds[2].revents != 0)
			accept_client(clients, listener);
	}
}

int keeper_listen(const char *path, GError **error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = -1;
	errno = ENAMETOOLONG;
	if (strlen(path) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, path);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		mode_t before = umask(0177);
		gboolean bound =
			fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
		umask(before);
		if (bound && listen(fd, CLIENTS_MAX) == 0)
			return fd;
	}
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot listen at %s: %s", path,
		g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

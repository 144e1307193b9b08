#include "line/keeper_server_parts.h"

#include "core/failure.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS_MAX 256

/* ---- clients ------------------------------------------------------------------------------- */

static void client_free(gpointer data)
{
	KeeperClient *client = data;
	close(client->fd);
	g_free(client->waits);
	g_free(client);
}

gboolean keeper_client_send(const KeeperClient *client, const char *text)
{
	gssize length = (gssize)strlen(text);
	return send(client->fd, text, (gsize)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

void keeper_drop(KeeperServer *server, guint index)
{
	KeeperClient *client = g_ptr_array_index(server->clients, index);
	g_ptr_array_remove(server->waiting, client);
	server->watching -= client->watches ? 1 : 0;
	g_ptr_array_remove_index(server->clients, index);
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
	KeeperClient *client = g_new0(KeeperClient, 1);
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

static void watch_fd(GArray *wires, int fd, gboolean reads)
{
	const struct pollfd wire = {.fd = fd, .events = reads ? POLLIN : 0};
	g_array_append_val(wires, wire);
}

static void gather(GArray *wires, const KeeperServer *server, int listener, int lifeline, int stop)
{
	g_array_set_size(wires, 0);
	watch_fd(wires, lifeline, TRUE);
	watch_fd(wires, stop, TRUE);
	watch_fd(wires, listener, TRUE);
	for (guint i = 0; i < server->clients->len; i++) {
		const KeeperClient *client = g_ptr_array_index(server->clients, i);
		watch_fd(wires, client->fd, client->waits == NULL);
	}
}

/* What was ready of the clients. From the last: dropping one moves only those behind it. */
static void serve_ready(KeeperServer *server, const struct pollfd *fds, guint count)
{
	for (guint i = count; i-- > 0;)
		if (fds[i].revents != 0 &&
			!keeper_serve_client(server, g_ptr_array_index(server->clients, i)))
			keeper_drop(server, i);
}

static int patience_ms(const KeeperServer *server)
{
	gint64 now = g_get_monotonic_time(), until = G_MAXINT64;
	if (server->watching > 0)
		until = server->look_us;
	if (server->waiting->len > 0)
		until = MIN(until, keeper_turns_next(server->turns, now));
	return until == G_MAXINT64 ? -1 : (int)CLAMP((until - now + 999) / 1000, 0, 1000);
}

static void serve(KeeperServer *server, int listener, int lifeline, int stop)
{
	g_autoptr(GArray) ready = g_array_new(FALSE, TRUE, sizeof(struct pollfd));
	for (;;) {
		gather(ready, server, listener, lifeline, stop);
		const struct pollfd *fds = (const struct pollfd *)ready->data;
		if (poll((struct pollfd *)ready->data, ready->len, patience_ms(server)) < 0)
			continue;
		if (!lifeline_holds(lifeline, fds[0].revents) || fds[1].revents != 0)
			return;
		serve_ready(server, fds + 3, ready->len - 3);
		keeper_give_turns(server);
		keeper_look(server);
		if (fds[2].revents != 0)
			accept_client(server->clients, listener);
	}
}

void keeper_serve(const KeeperWires *wires, int listener, int lifeline, int stop)
{
	g_autoptr(GPtrArray) clients = g_ptr_array_new_with_free_func(client_free);
	g_autoptr(KeeperInputs) inputs = keeper_inputs_new(wires);
	g_autoptr(KeeperLamps) lamps = keeper_lamps_new(wires, inputs);
	g_autoptr(KeeperTurns) turns = keeper_turns_new(wires->fixture);
	g_autoptr(GPtrArray) waiting = g_ptr_array_new();
	KeeperServer server = {.wires = wires,
		.inputs = inputs,
		.lamps = lamps,
		.turns = turns,
		.clients = clients,
		.waiting = waiting};
	serve(&server, listener, lifeline, stop);
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

#include "line/keeper_server.h"

#include "core/failure.h"
#include "line/keeper_lamps.h"
#include "line/keeper_turns.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUEST_MAX 64 /* "lamps 32 red+yellow+green+blue present\n" is 39 */
#define CLIENTS_MAX 256

typedef struct {
	const KeeperWires *wires;
	KeeperInputs *inputs;
	KeeperLamps *lamps;
	KeeperTurns *turns;
	GPtrArray *clients; /* of Client* */
	GPtrArray *waiting; /* of Client*: whose board has no turn yet, in the order of turns */
	guint watching;     /* so many of them want to hear of inputs */
	gint64 look_us;     /* when the inputs are looked at next */
} Server;

/* ---- clients ------------------------------------------------------------------------------- */

typedef struct {
	int fd;
	gsize length;
	gboolean watches; /* hears of inputs that change */
	char *waits;      /* the request that waits for its turn; or NULL */
	char request[REQUEST_MAX];
} Client;

static void client_free(gpointer data)
{
	Client *client = data;
	close(client->fd);
	g_free(client->waits);
	g_free(client);
}

/* FALSE: to be dropped. Answers are short; a client that does not read them is not waited for. */
static gboolean client_send(const Client *client, const char *text)
{
	gssize length = (gssize)strlen(text);
	return send(client->fd, text, (gsize)length, MSG_NOSIGNAL | MSG_DONTWAIT) == length;
}

static void drop(Server *server, guint index)
{
	Client *client = g_ptr_array_index(server->clients, index);
	g_ptr_array_remove(server->waiting, client);
	server->watching -= client->watches ? 1 : 0;
	g_ptr_array_remove_index(server->clients, index);
}

/* ---- inputs -------------------------------------------------------------------------------- */

/* To all who watch. From the last: dropping one moves only those behind it. */
static void broadcast(Server *server, const char *text)
{
	for (guint i = server->clients->len; *text != '\0' && i-- > 0;) {
		const Client *client = g_ptr_array_index(server->clients, i);
		if (client->watches && !client_send(client, text))
			drop(server, i);
	}
}

/* Inputs that cannot be read are told to nobody any more. */
static void stop_watching(Server *server, const GError *error)
{
	g_autofree char *line = keeper_error_line(error);
	broadcast(server, line);
	for (guint i = 0; i < server->clients->len; i++)
		((Client *)g_ptr_array_index(server->clients, i))->watches = FALSE;
	server->watching = 0;
}

static void look(Server *server)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gint64 now = g_get_monotonic_time();
	if (server->watching == 0 || now < server->look_us)
		return;
	server->look_us = now + KEEPER_LOOK_MS * G_TIME_SPAN_MILLISECOND;
	if (keeper_inputs_look(server->inputs, text, &error) &&
		keeper_lamps_look(server->lamps, &error))
		broadcast(server, text->str);
	else
		stop_watching(server, error);
}

/* How they are now, and from now on each change. The first who asks has them looked at, twice: only
 * what is seen twice counts. */
static gboolean begin_watching(Server *server, Client *client)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gboolean seen = TRUE;
	for (guint i = 0; server->watching == 0 && seen && i < 2; i++)
		seen = keeper_inputs_look(server->inputs, text, &error);
	if (!seen) {
		g_autofree char *line = keeper_error_line(error);
		return client_send(client, line);
	}
	server->watching += client->watches ? 0 : 1;
	client->watches = TRUE;
	g_string_truncate(text, 0);
	keeper_inputs_all(server->inputs, text);
	g_string_append(text, "ok\n");
	return client_send(client, text->str);
}

/* ---- requests ------------------------------------------------------------------------------ */

static KeeperDraw draw_of(const Server *server, const Client *client)
{
	return keeper_draw(server->wires, client->waits);
}

/* First come, first served; but power before erases: somebody may stand there and wait for it. */
static guint place_in_queue(const Server *server, const KeeperDraw *draw)
{
	guint place = 0;
	if (draw->kind == KEEPER_ERASE)
		return server->waiting->len;
	while (place < server->waiting->len &&
		draw_of(server, server->waiting->pdata[place]).kind == KEEPER_POWER_ON)
		place++;
	return place;
}

/* Behind so many of those who wait. */
static gboolean take_behind(Server *server, guint before, const KeeperDraw *draw, GString *others)
{
	keeper_turns_round(server->turns);
	for (guint i = 0; i < before; i++) {
		const KeeperDraw first = draw_of(server, server->waiting->pdata[i]);
		keeper_turns_reserve(server->turns, &first, g_get_monotonic_time());
	}
	return keeper_turns_take(server->turns, draw, g_get_monotonic_time(), others);
}

/* TRUE: it is to draw current, and others come first; they are told. */
static gboolean must_wait(Server *server, Client *client, const char *request)
{
	g_autoptr(GString) others = g_string_new(NULL);
	const KeeperDraw draw = keeper_draw(server->wires, request);
	guint place = place_in_queue(server, &draw);
	if (draw.kind == KEEPER_POWER_ON)
		keeper_lamps_power(server->lamps, draw.slot);
	if (!keeper_turns_draws(&draw)) {
		keeper_turns_end(server->turns, &draw);
		return FALSE;
	}
	if (take_behind(server, place, &draw, others))
		return FALSE;
	g_string_prepend(others, others->len > 0 ? "wait slots " : "wait those before");
	g_string_append_c(others, '\n');
	client->waits = g_strdup(request);
	g_ptr_array_insert(server->waiting, (gint)place, client);
	client_send(client, others->str);
	return TRUE;
}

/* Does it; the answer is newly allocated. */
static char *obey(Server *server, const char *request)
{
	const KeeperDraw draw = keeper_draw(server->wires, request);
	char *text = keeper_answer(server->wires, request);
	keeper_turns_begun(server->turns, &draw, g_get_monotonic_time());
	return text;
}

static gboolean answer(Server *server, Client *client, const char *request)
{
	if (strcmp(request, "watch") == 0)
		return begin_watching(server, client);
	if (must_wait(server, client, request))
		return TRUE;
	g_autofree char *text = keeper_lamps_answer(server->lamps, request);
	if (text == NULL)
		text = obey(server, request);
	return client_send(client, text);
}

/* Answers each whole line that has come, up to one that has to wait. FALSE: to be dropped. */
static gboolean answer_lines(Server *server, Client *client)
{
	char *end;
	while (client->waits == NULL &&
		(end = memchr(client->request, '\n', client->length)) != NULL) {
		gsize used = (gsize)(end + 1 - client->request);
		g_autofree char *request = g_strndup(client->request, used - 1);
		client->length -= used;
		memmove(client->request, end + 1, client->length);
		if (!answer(server, client, request))
			return FALSE;
	}
	return client->length < sizeof(client->request);
}

static gboolean serve_client(Server *server, Client *client)
{
	gssize got = recv(client->fd, client->request + client->length,
		sizeof(client->request) - client->length, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	client->length += (gsize)got;
	return got > 0 && answer_lines(server, client);
}

/* Its turn has come. */
static void serve_waiting(Server *server, guint waiting)
{
	Client *client = g_ptr_array_index(server->waiting, waiting);
	g_autofree char *text = obey(server, client->waits);
	guint index = 0;
	g_clear_pointer(&client->waits, g_free);
	g_ptr_array_remove_index(server->waiting, waiting);
	if ((!client_send(client, text) || !answer_lines(server, client)) &&
		g_ptr_array_find(server->clients, client, &index))
		drop(server, index);
}

/* Those whose turn has come. Each that is served may have sent more: then all are looked at once more. */
static void give_turns(Server *server)
{
	guint i = 0;
	keeper_turns_round(server->turns);
	while (i < server->waiting->len) {
		const KeeperDraw draw = draw_of(server, server->waiting->pdata[i]);
		g_autoptr(GString) others = g_string_new(NULL);
		if (keeper_turns_take(server->turns, &draw, g_get_monotonic_time(), others)) {
			serve_waiting(server, i);
			keeper_turns_round(server->turns);
			i = 0;
		} else {
			i++;
		}
	}
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

static void watch_fd(GArray *wires, int fd, gboolean reads)
{
	const struct pollfd wire = {.fd = fd, .events = reads ? POLLIN : 0};
	g_array_append_val(wires, wire);
}

static void gather(GArray *wires, const Server *server, int listener, int lifeline, int stop)
{
	g_array_set_size(wires, 0);
	watch_fd(wires, lifeline, TRUE);
	watch_fd(wires, stop, TRUE);
	watch_fd(wires, listener, TRUE);
	for (guint i = 0; i < server->clients->len; i++) {
		const Client *client = g_ptr_array_index(server->clients, i);
		watch_fd(wires, client->fd, client->waits == NULL);
	}
}

/* What was ready of the clients. From the last: dropping one moves only those behind it. */
static void serve_ready(Server *server, const struct pollfd *fds, guint count)
{
	for (guint i = count; i-- > 0;)
		if (fds[i].revents != 0 &&
			!serve_client(server, g_ptr_array_index(server->clients, i)))
			drop(server, i);
}

static int patience_ms(const Server *server)
{
	gint64 now = g_get_monotonic_time(), until = G_MAXINT64;
	if (server->watching > 0)
		until = server->look_us;
	if (server->waiting->len > 0)
		until = MIN(until, keeper_turns_next(server->turns, now));
	return until == G_MAXINT64 ? -1 : (int)CLAMP((until - now + 999) / 1000, 0, 1000);
}

static void serve(Server *server, int listener, int lifeline, int stop)
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
		give_turns(server);
		look(server);
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
	Server server = {.wires = wires,
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

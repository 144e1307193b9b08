/* Requests, and those of them that wait until the supply bears them. */
#include "line/keeper_server_parts.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static KeeperDraw draw_of(const KeeperServer *server, const KeeperClient *client)
{
	return keeper_draw(server->wires, client->waits);
}

/* First come, first served; but power before erases: somebody may stand there and wait for it. */
static guint place_in_queue(const KeeperServer *server, const KeeperDraw *draw)
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
static gboolean take_behind(
	KeeperServer *server, guint before, const KeeperDraw *draw, GString *others)
{
	keeper_turns_round(server->turns);
	for (guint i = 0; i < before; i++) {
		const KeeperDraw first = draw_of(server, server->waiting->pdata[i]);
		keeper_turns_reserve(server->turns, &first, g_get_monotonic_time());
	}
	return keeper_turns_take(server->turns, draw, g_get_monotonic_time(), others);
}

/* TRUE: it is to draw current, and others come first; they are told. */
static gboolean must_wait(KeeperServer *server, KeeperClient *client, const char *request)
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
	keeper_client_send(client, others->str);
	return TRUE;
}

/* Does it; the answer is newly allocated. */
static char *obey(KeeperServer *server, const char *request)
{
	const KeeperDraw draw = keeper_draw(server->wires, request);
	char *text = keeper_answer(server->wires, request);
	keeper_turns_begun(server->turns, &draw, g_get_monotonic_time());
	return text;
}

static gboolean answer(KeeperServer *server, KeeperClient *client, const char *request)
{
	if (strcmp(request, "watch") == 0)
		return keeper_begin_watching(server, client);
	if (must_wait(server, client, request))
		return TRUE;
	g_autofree char *text = keeper_lamps_answer(server->lamps, request);
	if (text == NULL)
		text = obey(server, request);
	return keeper_client_send(client, text);
}

/* Answers each whole line that has come, up to one that has to wait. FALSE: to be dropped. */
static gboolean answer_lines(KeeperServer *server, KeeperClient *client)
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

gboolean keeper_serve_client(KeeperServer *server, KeeperClient *client)
{
	gssize got = recv(client->fd, client->request + client->length,
		sizeof(client->request) - client->length, MSG_DONTWAIT);
	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	client->length += (gsize)got;
	return got > 0 && answer_lines(server, client);
}

/* Its turn has come. */
static void serve_waiting(KeeperServer *server, guint waiting)
{
	KeeperClient *client = g_ptr_array_index(server->waiting, waiting);
	g_autofree char *text = obey(server, client->waits);
	guint index = 0;
	g_clear_pointer(&client->waits, g_free);
	g_ptr_array_remove_index(server->waiting, waiting);
	if ((!keeper_client_send(client, text) || !answer_lines(server, client)) &&
		g_ptr_array_find(server->clients, client, &index))
		keeper_drop(server, index);
}

/* Those whose turn has come. Each that is served may have sent more: then all are looked at once more. */
void keeper_give_turns(KeeperServer *server)
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

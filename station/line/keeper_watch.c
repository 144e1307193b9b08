/* Clients that hear of inputs. */
#include "line/keeper_server_parts.h"

/* To all who watch. From the last: dropping one moves only those behind it. */
static void broadcast(KeeperServer *server, const char *text)
{
	for (guint i = server->clients->len; *text != '\0' && i-- > 0;) {
		const KeeperClient *client = g_ptr_array_index(server->clients, i);
		if (client->watches && !keeper_client_send(client, text))
			keeper_drop(server, i);
	}
}

/* Inputs that cannot be read are told to nobody any more. */
static void stop_watching(KeeperServer *server, const GError *error)
{
	g_autofree char *line = keeper_error_line(error);
	broadcast(server, line);
	for (guint i = 0; i < server->clients->len; i++)
		((KeeperClient *)g_ptr_array_index(server->clients, i))->watches = FALSE;
	server->watching = 0;
}

void keeper_look(KeeperServer *server)
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

/* The first who asks has them looked at, twice: only what is seen twice counts. */
gboolean keeper_begin_watching(KeeperServer *server, KeeperClient *client)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gboolean seen = TRUE;
	for (guint i = 0; server->watching == 0 && seen && i < 2; i++)
		seen = keeper_inputs_look(server->inputs, text, &error);
	if (!seen) {
		g_autofree char *line = keeper_error_line(error);
		return keeper_client_send(client, line);
	}
	server->watching += client->watches ? 0 : 1;
	client->watches = TRUE;
	g_string_truncate(text, 0);
	keeper_inputs_all(server->inputs, text);
	g_string_append(text, "ok\n");
	return keeper_client_send(client, text->str);
}

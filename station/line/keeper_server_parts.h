/* What the files of the keeper's server share, and nobody else uses. */
#pragma once

#include "line/keeper_lamps.h"
#include "line/keeper_server.h"

enum { KEEPER_REQUEST_MAX = 64 }; /* "lamps 32 red+yellow+green+blue present\n" is 39 */

typedef struct {
	int fd;
	gsize length;
	gboolean watches; /* hears of inputs that change */
	char *waits;      /* the request that waits for its turn; or NULL */
	char request[KEEPER_REQUEST_MAX];
} KeeperClient;

typedef struct {
	const KeeperWires *wires;
	KeeperInputs *inputs;
	KeeperLamps *lamps;
	KeeperTurns *turns;
	GPtrArray *clients; /* of KeeperClient* */
	GPtrArray
		*waiting; /* of KeeperClient*: whose board has no turn yet, in the order of turns */
	guint watching;   /* so many of them want to hear of inputs */
	gint64 look_us;   /* when the inputs are looked at next */
} KeeperServer;

/* FALSE: to be dropped. Answers are short; a client that does not read them is not waited for. */
gboolean keeper_client_send(const KeeperClient *client, const char *text);
void keeper_drop(KeeperServer *server, guint index);

/* keeper_watch.c: how inputs are now, and from now on each change. FALSE: to be dropped. */
gboolean keeper_begin_watching(KeeperServer *server, KeeperClient *client);
/* Looks at the inputs when it is time, and tells who watches. */
void keeper_look(KeeperServer *server);

/* keeper_queue.c: answers each whole line that has come, up to one that has to wait. FALSE: to be dropped. */
gboolean keeper_serve_client(KeeperServer *server, KeeperClient *client);
/* To those whose turn has come. */
void keeper_give_turns(KeeperServer *server);

/* The keeper's requests and its one poll loop; knows neither controllers nor signals. */
#pragma once

#include "core/fixture.h"

typedef struct {
	const Fixture *fixture;
	/* Brings one wire to an electrical level. Errors are FAILURE_PINS_LOST. */
	gboolean (*set)(gpointer data, const Pin *pin, gboolean high, GError **error);
	gpointer data;
} KeeperWires;

/* Brings a slot's wire to its active or inactive level. */
gboolean keeper_set(
	const KeeperWires *wires, const Slot *slot, Signal signal, gboolean active, GError **error);

/* The answer to one request (a line without its newline), newly allocated, with its newline. */
char *keeper_answer(const KeeperWires *wires, const char *request);

/* A listening unix socket of mode 0600 at a path that must not exist; -1 on error. */
int keeper_listen(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Serves clients until the lifeline reads end of file or `stop` can be read. Both stay open. */
void keeper_serve(const KeeperWires *wires, int listener, int lifeline, int stop);

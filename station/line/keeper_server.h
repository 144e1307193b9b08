/* The keeper's clients and its one poll loop; knows neither controllers nor signals. */
#pragma once

#include "line/keeper_wires.h"

/* A listening unix socket of mode 0600 at a path that must not exist; -1 on error. */
int keeper_listen(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Serves clients until the lifeline reads end of file or `stop` can be read. Both stay open. */
void keeper_serve(const KeeperWires *wires, int listener, int lifeline, int stop);

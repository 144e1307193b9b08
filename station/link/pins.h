/*
 * A slot's wires, as a job drives them. The chips behind them are shared by slots, so one process,
 * the keeper (line/keeper.h), owns them and does as it is told over a socket:
 *
 *   job  -> keeper   "set 3 power 1\n"        slot 3, logical level (1 is active)
 *   keeper -> job    "ok\n"  or  "error pins-lost what was seen\n"
 */
#pragma once

#include "core/fixture.h"
#include "core/watch.h"

typedef struct Pins Pins;

/* Connects to the keeper at this socket path. */
Pins *pins_connect(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pins_free(Pins *pins);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pins, pins_free)

/* Returns when the wire has its level. Bounded by the watch and by 5 s. */
gboolean pins_set(Pins *pins, guint slot, Signal signal, gboolean active, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

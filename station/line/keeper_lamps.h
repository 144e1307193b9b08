/*
 * Lamps that tell of a board go out when it does, whatever holds up who lit them: a verdict that stays would be taken
 * for the next board's. And none is lit for a board that has gone since its power came.
 *
 *   power on ... "lamps 3 green present" --> green        present goes off --> dark, at once
 *   power on ... present goes off ... "lamps 3 green present" --> dark
 *
 * Where a slot has no present input, or nobody watches the inputs, lamps are lit as they are told to.
 */
#pragma once

#include "line/keeper_inputs.h"

typedef struct KeeperLamps KeeperLamps;

KeeperLamps *keeper_lamps_new(const KeeperWires *wires, const KeeperInputs *inputs);
void keeper_lamps_free(KeeperLamps *lamps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeeperLamps, keeper_lamps_free)

/* The inputs have been looked at. FALSE with `error`: lamps cannot be put out. */
gboolean keeper_lamps_look(KeeperLamps *lamps, GError **error);
/* The slot's power comes: whoever is there now is who is told of. */
void keeper_lamps_power(KeeperLamps *lamps, guint slot);

/* The answer to a request for lamps, newly allocated; NULL: it asks for something else. */
char *keeper_lamps_answer(KeeperLamps *lamps, const char *request);

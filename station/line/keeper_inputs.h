/*
 * The fixture's inputs, looked at again and again while somebody wants to know. A contact bounces for
 * some milliseconds: a level counts when two looks, KEEPER_LOOK_MS apart, agree.
 */
#pragma once

#include "line/keeper_wires.h"

#define KEEPER_LOOK_MS 20

typedef struct KeeperInputs KeeperInputs;

KeeperInputs *keeper_inputs_new(const KeeperWires *wires);
void keeper_inputs_free(KeeperInputs *inputs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeeperInputs, keeper_inputs_free)

/* One look; appends "input 3 lid 1\n" for each that has changed. FALSE: they cannot be read. */
gboolean keeper_inputs_look(KeeperInputs *inputs, GString *text, GError **error);

/* Such a line for each that there is, as it was told last. */
void keeper_inputs_all(const KeeperInputs *inputs, GString *text);

/* Whether it is active, as it was told last; `unknown` where there is no such input. */
gboolean keeper_inputs_active(
	const KeeperInputs *inputs, guint slot, Signal signal, gboolean unknown);

/*
 * Brown-out care: a board takes much current while its power comes, and a supply bears only so much at once.
 *
 *   max_inrush_ma 1000, inrush_ma 500, inrush_time 100 ms:
 *
 *   slot 1  |##########|
 *   slot 2  |##########|
 *   slot 3  . waits ...|##########|
 *
 * A hub that feeds its slots may bear less (hubs: {"1-2": {max_inrush_ma: 500}}): then those wait for one another, and
 * the slots of other hubs do not wait for them.
 */
#pragma once

#include "core/fixture.h"

typedef struct KeeperTurns KeeperTurns;

KeeperTurns *keeper_turns_new(const Fixture *fixture);
void keeper_turns_free(KeeperTurns *turns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeeperTurns, keeper_turns_free)

/* May this slot's power come now? TRUE counts it as coming. FALSE: `waits_for` gets the slots before it, "1, 2". A
 * slot that has power already takes no turn. `now_us`: monotonic. */
gboolean keeper_turns_take(KeeperTurns *turns, guint slot, gint64 now_us, GString *waits_for);
/* Its power goes. */
void keeper_turns_off(KeeperTurns *turns, guint slot);

/* When the next of those that take current now is done; G_MAXINT64: none is. */
gint64 keeper_turns_next(KeeperTurns *turns, gint64 now_us);

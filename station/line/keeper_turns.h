/*
 * Brown-out care: a board takes much current while its power comes, and some while its flash is erased, and a supply
 * bears only so much at once.
 *
 *   max_inrush_ma 1000, inrush_ma 500, inrush_time 100 ms, erase_ma 300:
 *
 *   slot 1  |## on ####|           |######## erases ########|
 *   slot 2  |## on ####|        |######## erases ########|
 *   slot 3  . waits ...|## on ####|   |######## erases ########|
 *   slot 4  . waits ...|## on ####|      . waits ...........|######## erases ########|
 *
 * A power-on's turn lasts for inrush_time. An erase's ends when it is said to be over, when the slot's power goes, or
 * when it cannot last any longer: whoever asked for it may have been killed, and the chip erases on.
 *
 * A hub that feeds its slots may bear less (hubs: {"1-2": {max_inrush_ma: 500}}): then those wait for one another, and
 * the slots of other hubs do not wait for them.
 */
#pragma once

#include "core/fixture.h"

typedef enum {
	KEEPER_OTHER,     /* nothing that has to do with current */
	KEEPER_POWER_ON,  /* a slot's power comes */
	KEEPER_POWER_OFF, /* and goes */
	KEEPER_ERASE,     /* its board's flash is erased, for `most_ms` at most */
	KEEPER_ERASED,    /* and at rest again */
} KeeperDrawKind;

typedef struct {
	KeeperDrawKind kind;
	guint slot, most_ms;
} KeeperDraw;

typedef struct KeeperTurns KeeperTurns;

KeeperTurns *keeper_turns_new(const Fixture *fixture);
void keeper_turns_free(KeeperTurns *turns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeeperTurns, keeper_turns_free)

/* Whether it needs a turn. */
gboolean keeper_turns_draws(const KeeperDraw *draw);

/* From here on all that are asked for stand in one queue: what one of them has to wait for, those behind it
 * do not get. */
void keeper_turns_round(KeeperTurns *turns);

/* May this draw begin now? TRUE counts it. FALSE: `waits_for` gets the slots before it, "1, 2". A slot that has
 * power already takes no turn for it. `now_us`: monotonic. */
gboolean keeper_turns_take(
	KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us, GString *waits_for);
/* What was taken has been done: a power-on's time counts from here, however long the pin took. */
void keeper_turns_begun(KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us);
/* One that stands in the queue, and gets its turn elsewhere. */
void keeper_turns_reserve(KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us);
/* What KEEPER_POWER_OFF and KEEPER_ERASED end; others end nothing. */
void keeper_turns_end(KeeperTurns *turns, const KeeperDraw *draw);

/* When the next of those that take current now is done by itself; G_MAXINT64: none is. */
gint64 keeper_turns_next(KeeperTurns *turns, gint64 now_us);

#include "line/keeper_turns.h"

#define SUPPLY_OF_ALL 0 /* the fixture's; the hubs' are behind it */

typedef struct {
	guint slot, ma;
	gboolean erase;
	gint64 until_us;
} Turn;

struct KeeperTurns {
	const Fixture *fixture;
	GArray *turns;       /* of Turn: those that take current now */
	GHashTable *powered; /* slots */
	guint supplies;
	gboolean *closed; /* by supply: somebody in the queue waits for it */
};

KeeperTurns *keeper_turns_new(const Fixture *fixture)
{
	KeeperTurns *turns = g_new0(KeeperTurns, 1);
	turns->fixture = fixture;
	turns->turns = g_array_new(FALSE, FALSE, sizeof(Turn));
	turns->powered = g_hash_table_new(NULL, NULL);
	turns->supplies = 1 + (fixture->hubs ? fixture->hubs->len : 0);
	turns->closed = g_new0(gboolean, turns->supplies);
	return turns;
}

void keeper_turns_free(KeeperTurns *turns)
{
	if (turns == NULL)
		return;
	g_array_unref(turns->turns);
	g_hash_table_unref(turns->powered);
	g_free(turns->closed);
	g_free(turns);
}

/* ---- turns that end ---- */

static void forget_done(KeeperTurns *turns, gint64 now_us)
{
	for (guint i = turns->turns->len; i-- > 0;)
		if (g_array_index(turns->turns, Turn, i).until_us <= now_us)
			g_array_remove_index(turns->turns, i);
}

static void forget_erase(KeeperTurns *turns, guint slot)
{
	for (guint i = turns->turns->len; i-- > 0;) {
		const Turn *turn = &g_array_index(turns->turns, Turn, i);
		if (turn->erase && turn->slot == slot)
			g_array_remove_index(turns->turns, i);
	}
}

void keeper_turns_end(KeeperTurns *turns, const KeeperDraw *draw)
{
	if (draw->kind == KEEPER_POWER_OFF)
		g_hash_table_remove(turns->powered, GUINT_TO_POINTER(draw->slot));
	if (draw->kind == KEEPER_POWER_OFF || draw->kind == KEEPER_ERASED)
		forget_erase(turns, draw->slot);
}

gint64 keeper_turns_next(KeeperTurns *turns, gint64 now_us)
{
	gint64 next = G_MAXINT64;
	forget_done(turns, now_us);
	for (guint i = 0; i < turns->turns->len; i++)
		next = MIN(next, g_array_index(turns->turns, Turn, i).until_us);
	return next;
}

/* ---- supplies ---- */

static const HubLimit *hub_of(const KeeperTurns *turns, guint supply)
{
	return &g_array_index(turns->fixture->hubs, HubLimit, supply - 1);
}

/* 0: it bears everything. */
static guint limit_of(const KeeperTurns *turns, guint supply)
{
	return supply == SUPPLY_OF_ALL ? turns->fixture->max_inrush_ma
				       : hub_of(turns, supply)->max_inrush_ma;
}

static gboolean feeds(const KeeperTurns *turns, guint supply, guint slot)
{
	return supply == SUPPLY_OF_ALL || fixture_is_behind(fixture_slot(turns->fixture, slot)->usb,
						  hub_of(turns, supply)->port);
}

/* TRUE: the supply bears so much more. Else who takes it now. */
static gboolean bears(const KeeperTurns *turns, guint supply, guint ma, GString *waits_for)
{
	g_autoptr(GString) others = g_string_new(NULL);
	guint count = 0, sum = 0;
	for (guint i = 0; i < turns->turns->len; i++) {
		const Turn *turn = &g_array_index(turns->turns, Turn, i);
		if (!feeds(turns, supply, turn->slot))
			continue;
		g_string_append_printf(others, "%s%u", count++ > 0 ? ", " : "", turn->slot);
		sum += turn->ma;
	}
	/* One alone always may: waiting would not make it less. */
	if (limit_of(turns, supply) == 0 ||
		(!turns->closed[supply] && (count == 0 || sum + ma <= limit_of(turns, supply))))
		return TRUE;
	g_string_assign(waits_for, others->str);
	return FALSE;
}

/* The first supply that does not is closed to those behind this one in the queue. */
static gboolean all_bear(KeeperTurns *turns, guint slot, guint ma, GString *waits_for)
{
	for (guint supply = 0; supply < turns->supplies; supply++)
		if (feeds(turns, supply, slot) && !bears(turns, supply, ma, waits_for)) {
			turns->closed[supply] = TRUE;
			return FALSE;
		}
	return TRUE;
}

/* ---- turns that begin ---- */

gboolean keeper_turns_draws(const KeeperDraw *draw)
{
	return draw->kind == KEEPER_POWER_ON || draw->kind == KEEPER_ERASE;
}

void keeper_turns_round(KeeperTurns *turns)
{
	for (guint supply = 0; supply < turns->supplies; supply++)
		turns->closed[supply] = FALSE;
}

/* Nothing, of 0 mA, where it is borne whatever others do. */
static Turn turn_of(const KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us)
{
	const Fixture *fixture = turns->fixture;
	gboolean erase = draw->kind == KEEPER_ERASE;
	guint ms = erase ? draw->most_ms : fixture->inrush_time_ms;
	gboolean powered = g_hash_table_contains(turns->powered, GUINT_TO_POINTER(draw->slot));
	guint inrush_ma = powered ? 0 : fixture->inrush_ma;
	return (Turn){.slot = draw->slot,
		.erase = erase,
		.ma = erase ? fixture->erase_ma : inrush_ma,
		.until_us = now_us + ms * (gint64)G_TIME_SPAN_MILLISECOND};
}

gboolean keeper_turns_take(
	KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us, GString *waits_for)
{
	const Turn turn = turn_of(turns, draw, now_us);
	forget_done(turns, now_us);
	/* It erases one thing at a time: what it was said to do is over, or never was. */
	if (turn.erase)
		forget_erase(turns, turn.slot);
	if (turn.ma == 0)
		return TRUE;
	if (!all_bear(turns, turn.slot, turn.ma, waits_for))
		return FALSE;
	g_array_append_val(turns->turns, turn);
	if (!turn.erase)
		g_hash_table_add(turns->powered, GUINT_TO_POINTER(turn.slot));
	return TRUE;
}

/* Where it waits for nothing any more it is about to be served: nobody gets ahead of it then either. */
void keeper_turns_reserve(KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us)
{
	const Turn turn = turn_of(turns, draw, now_us);
	g_autoptr(GString) others = g_string_new(NULL);
	forget_done(turns, now_us);
	if (turn.ma == 0 || !all_bear(turns, turn.slot, turn.ma, others))
		return;
	for (guint supply = 0; supply < turns->supplies; supply++)
		if (feeds(turns, supply, turn.slot))
			turns->closed[supply] = TRUE;
}

void keeper_turns_begun(KeeperTurns *turns, const KeeperDraw *draw, gint64 now_us)
{
	gint64 inrush_us = turns->fixture->inrush_time_ms * (gint64)G_TIME_SPAN_MILLISECOND;
	for (guint i = 0; draw->kind == KEEPER_POWER_ON && i < turns->turns->len; i++) {
		Turn *turn = &g_array_index(turns->turns, Turn, i);
		if (turn->slot == draw->slot && !turn->erase)
			turn->until_us = now_us + inrush_us;
	}
}

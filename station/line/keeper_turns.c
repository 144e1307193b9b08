#include "line/keeper_turns.h"

typedef struct {
	guint slot;
	gint64 until_us;
} Turn;

struct KeeperTurns {
	const Fixture *fixture;
	GArray *turns;       /* of Turn: those that take their inrush now */
	GHashTable *powered; /* slots */
};

KeeperTurns *keeper_turns_new(const Fixture *fixture)
{
	KeeperTurns *turns = g_new0(KeeperTurns, 1);
	turns->fixture = fixture;
	turns->turns = g_array_new(FALSE, FALSE, sizeof(Turn));
	turns->powered = g_hash_table_new(NULL, NULL);
	return turns;
}

void keeper_turns_free(KeeperTurns *turns)
{
	if (turns == NULL)
		return;
	g_array_unref(turns->turns);
	g_hash_table_unref(turns->powered);
	g_free(turns);
}

static void forget_done(KeeperTurns *turns, gint64 now_us)
{
	for (guint i = turns->turns->len; i-- > 0;)
		if (g_array_index(turns->turns, Turn, i).until_us <= now_us)
			g_array_remove_index(turns->turns, i);
}

/* The slots of one supply that take their inrush now: so many, and, where that is too many for one more, who. `hub`
 * NULL: the fixture's supply. TRUE: it bears one more. */
static gboolean bears(const KeeperTurns *turns, const char *hub, guint max_ma, GString *waits_for)
{
	const Fixture *fixture = turns->fixture;
	g_autoptr(GString) others = g_string_new(NULL);
	guint count = 0;
	for (guint i = 0; i < turns->turns->len; i++) {
		guint number = g_array_index(turns->turns, Turn, i).slot;
		if (hub && !fixture_is_behind(fixture_slot(fixture, number)->usb, hub))
			continue;
		g_string_append_printf(others, "%s%u", count++ > 0 ? ", " : "", number);
	}
	/* One alone always may: waiting would not make it less. */
	if (max_ma == 0 || count == 0 || (count + 1) * fixture->inrush_ma <= max_ma)
		return TRUE;
	g_string_assign(waits_for, others->str);
	return FALSE;
}

static gboolean all_bear(const KeeperTurns *turns, guint slot, GString *waits_for)
{
	const Fixture *fixture = turns->fixture;
	if (!bears(turns, NULL, fixture->max_inrush_ma, waits_for))
		return FALSE;
	for (guint i = 0; fixture->hubs && i < fixture->hubs->len; i++) {
		const HubLimit *hub = &g_array_index(fixture->hubs, HubLimit, i);
		if (fixture_is_behind(fixture_slot(fixture, slot)->usb, hub->port) &&
			!bears(turns, hub->port, hub->max_inrush_ma, waits_for))
			return FALSE;
	}
	return TRUE;
}

gboolean keeper_turns_take(KeeperTurns *turns, guint slot, gint64 now_us, GString *waits_for)
{
	const Fixture *fixture = turns->fixture;
	const Turn turn = {slot, now_us + fixture->inrush_time_ms * G_TIME_SPAN_MILLISECOND};
	forget_done(turns, now_us);
	if (g_hash_table_contains(turns->powered, GUINT_TO_POINTER(slot)))
		return TRUE;
	if (!all_bear(turns, slot, waits_for))
		return FALSE;
	g_array_append_val(turns->turns, turn);
	g_hash_table_add(turns->powered, GUINT_TO_POINTER(slot));
	return TRUE;
}

void keeper_turns_off(KeeperTurns *turns, guint slot)
{
	g_hash_table_remove(turns->powered, GUINT_TO_POINTER(slot));
}

gint64 keeper_turns_next(KeeperTurns *turns, gint64 now_us)
{
	gint64 next = G_MAXINT64;
	forget_done(turns, now_us);
	for (guint i = 0; i < turns->turns->len; i++)
		next = MIN(next, g_array_index(turns->turns, Turn, i).until_us);
	return next;
}

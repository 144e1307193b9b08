#include "core/fixture_check.h"

#include "core/controller_check.h"
#include "core/fixture.h"
#include "core/scalar.h"
#include "core/text.h"

#include <string.h>

static void claim_text(
	Claims *seen, const Node *map, const char *key, const char *what, Problems *problems)
{
	const Node *node = node_get(map, key);
	g_autofree char *clipped = NULL, *thing = NULL;

	if (!node || node->kind != NODE_SCALAR)
		return;
	clipped = text_clip(node->text, 64);
	thing = g_strdup_printf("%s %s", what, clipped);
	claims_take(seen, node->place, thing, problems);
}

static void claim_number(Claims *seen, const Node *slot, Problems *problems)
{
	const char *text = node_text(slot, "slot");
	g_autofree char *thing = NULL;
	gint64 number;

	if (!text || !scalar_int(text, &number))
		return;
	thing = g_strdup_printf("slot %" G_GINT64_FORMAT, number);
	claims_take(seen, node_get(slot, "slot")->place, thing, problems);
}

/* The wires of a slot, or of the fixture. */
static void check_pins(Claims *seen, const Node *controllers, const Node *map, Problems *problems)
{
	for (guint i = 0; i < SIGNAL_COUNT; i++) {
		const Node *pin = signal_node(map, (Signal)i);

		if (pin)
			pin_check(seen, controllers, pin, signal_is_input((Signal)i),
				i == SIGNAL_POWER, problems);
	}
}

/* A trigger that can never come is a mistake. */
static void check_trigger(const Node *tree, const Node *slot, Problems *problems)
{
	static const struct {
		const char *trigger, *wire;
		gboolean common; /* one for all will do */
	} needs[] = {{"present", "present", FALSE}, {"all-present", "present", FALSE},
		{"lid", "lid", TRUE}, {"start", "start", TRUE}, {"port", "power", FALSE}};
	const Node *own = node_get(slot, "trigger");
	const Node *trigger = own ? own : node_get(tree, "trigger");

	for (gsize i = 0; trigger && trigger->text && i < G_N_ELEMENTS(needs); i++)
		if (!strcmp(trigger->text, needs[i].trigger) && !node_get(slot, needs[i].wire) &&
			!(needs[i].common && node_get(tree, needs[i].wire)))
			problems_add(problems, own ? own->place : slot->place,
				"trigger '%s' needs a wire '%s'%s", needs[i].trigger, needs[i].wire,
				needs[i].common ? " of the slot or of the fixture" : "");
}

static void check_current(
	Claims *seen, const Node *controllers, const Node *slot, Problems *problems)
{
	const Node *current = node_get(slot, "current");

	if (current)
		bus_check(seen, controllers, current, problems);
}

static void check_slot(Claims *seen, const Node *controllers, const Node *slot, Problems *problems)
{
	claim_number(seen, slot, problems);
	claim_text(seen, slot, "usb", "USB port", problems);
	claim_text(seen, slot, "probe", "probe", problems);
	check_pins(seen, controllers, slot, problems);
}

/* Where a hub hangs no board can: neither port of 1-1 and 1-1.2 is wrong alone. */
static void check_behind(Claims *seen, const Node *slot, Problems *problems)
{
	const char *usb = node_text(slot, "usb");

	for (const char *dot = usb ? strchr(usb, '.') : NULL; dot; dot = strchr(dot + 1, '.')) {
		g_autofree char *hub = g_strdup_printf("USB port %.*s", (int)(dot - usb), usb);
		guint line = GPOINTER_TO_UINT(g_hash_table_lookup(seen, hub));

		if (line)
			problems_add(problems, node_get(slot, "usb")->place,
				"USB port %s lies behind the one on line %u, where a board is", usb,
				line);
	}
}

/* A limit that holds for no slot is one that was meant for another hub. */
static void check_hub(const Node *slots, const Node *hub, Problems *problems)
{
	for (guint i = 0; i < slots->items->len; i++) {
		const char *usb = node_text(slots->items->pdata[i], "usb");

		if (usb && fixture_is_behind(usb, hub->key))
			return;
	}
	problems_add(problems, hub->place, "no slot's USB port lies behind the hub %s", hub->key);
}

/* A current that nothing is measured against. */
static void check_erase(const Node *tree, Problems *problems)
{
	const Node *erase = node_get(tree, "erase_ma");

	if (erase && !node_get(tree, "max_inrush_ma") && !node_get(tree, "hubs"))
		problems_add(problems, erase->place,
			"'erase_ma' has no erase wait while nothing says how much the supply "
			"bears: 'max_inrush_ma', of the fixture or of one of its 'hubs'");
}

void fixture_check(const Node *tree, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const Node *controllers = node_get(tree, "controllers");
	const Node *slots = node_get(tree, "slots"), *hubs = node_get(tree, "hubs");

	if (controllers && controllers->kind != NODE_MAP)
		controllers = NULL;
	controllers_check(seen, controllers, problems);
	check_erase(tree, problems);
	if (!slots || slots->kind != NODE_LIST)
		return;
	/* Which channels are buses has to be known before any pin is looked at. */
	for (guint i = 0; i < slots->items->len; i++)
		check_current(seen, controllers, slots->items->pdata[i], problems);
	check_pins(seen, controllers, tree, problems);
	if (slots->items->len == 0)
		problems_add(
			problems, slots->place, "'slots' is empty: a fixture has at least one");
	for (guint i = 0; i < slots->items->len; i++)
		check_slot(seen, controllers, slots->items->pdata[i], problems);
	for (guint i = 0; i < slots->items->len; i++)
		check_trigger(tree, slots->items->pdata[i], problems);
	for (guint i = 0; i < slots->items->len; i++)
		check_behind(seen, slots->items->pdata[i], problems);
	for (guint i = 0; hubs && hubs->kind == NODE_MAP && i < hubs->items->len; i++)
		check_hub(slots, hubs->items->pdata[i], problems);
}

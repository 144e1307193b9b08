#include "core/fixture_check.h"

#include "core/fixture.h"
#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

/* Chips whose channels can be driven pin by pin, and their last channel. */
static const struct {
	const char *chip;
	char last;
} chips[] = {{"FT232H", 'A'}, {"FT2232H", 'B'}, {"FT4232H", 'D'}};

/* Notes a thing that is there already. `seen`: what it is, as a text -> the line of the first. */
static void claim(GHashTable *seen, Place place, const char *thing, Problems *problems)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, thing));

	if (first)
		problems_add(problems, place, "%s is taken already, on line %u", thing, first);
	else
		g_hash_table_insert(seen, g_strdup(thing), GUINT_TO_POINTER(MAX(place.line, 1)));
}

static void claim_text(
	GHashTable *seen, const Node *map, const char *key, const char *what, Problems *problems)
{
	const Node *node = node_get(map, key);
	g_autofree char *clipped = NULL, *thing = NULL;

	if (!node || node->kind != NODE_SCALAR)
		return;
	clipped = text_clip(node->text, 64);
	thing = g_strdup_printf("%s %s", what, clipped);
	claim(seen, node->place, thing, problems);
}

static void claim_number(GHashTable *seen, const Node *slot, Problems *problems)
{
	const char *text = node_text(slot, "slot");
	g_autofree char *thing = NULL;
	gint64 number;

	if (!text || !scalar_int(text, &number))
		return;
	thing = g_strdup_printf("slot %" G_GINT64_FORMAT, number);
	claim(seen, node_get(slot, "slot")->place, thing, problems);
}

static void check_channel(const Node *pin, const char *chip, const char *place, Problems *problems)
{
	for (gsize i = 0; i < G_N_ELEMENTS(chips); i++)
		if (!g_strcmp0(chips[i].chip, chip) && place[0] > chips[i].last && place[0] <= 'D')
			problems_add(problems, node_get(pin, "pin")->place, "an %s has no pin %s",
				chip, place);
}

static void refuse_controller(const Node *controllers, const Node *name, Problems *problems)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *hint = NULL, *clipped = text_clip(name->text, 60);

	for (guint i = 0; controllers && i < MIN(controllers->items->len, 100); i++)
		g_ptr_array_add(names, ((Node *)controllers->items->pdata[i])->key);
	g_ptr_array_add(names, NULL);
	hint = words_hint(name->text, (const char *const *)names->pdata);
	problems_add(problems, name->place, "no controller '%s' in 'controllers'%s", clipped, hint);
}

static void check_pin(
	GHashTable *seen, const Node *controllers, const Node *pin, Problems *problems)
{
	const char *controller = node_text(pin, "controller"), *place = node_text(pin, "pin");
	const Node *found = controller ? node_get(controllers, controller) : NULL;
	g_autofree char *thing = NULL;

	if (!controller || !place)
		return;
	if (!found) {
		refuse_controller(controllers, node_get(pin, "controller"), problems);
		return;
	}
	check_channel(pin, node_text(found, "chip"), place, problems);
	thing = g_strdup_printf("pin %.8s of %s", place, controller);
	claim(seen, node_get(pin, "pin")->place, thing, problems);
}

/* The wires of a slot, or of the fixture. */
static void check_pins(
	GHashTable *seen, const Node *controllers, const Node *map, Problems *problems)
{
	for (guint i = 0; i < SIGNAL_COUNT; i++) {
		const Node *pin = signal_node(map, (Signal)i);

		if (pin)
			check_pin(seen, controllers, pin, problems);
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

static void check_slot(
	GHashTable *seen, const Node *controllers, const Node *slot, Problems *problems)
{
	claim_number(seen, slot, problems);
	claim_text(seen, slot, "usb", "USB port", problems);
	claim_text(seen, slot, "probe", "probe", problems);
	check_pins(seen, controllers, slot, problems);
}

/* Where a hub hangs no board can: neither port of 1-1 and 1-1.2 is wrong alone. */
static void check_behind(GHashTable *seen, const Node *slot, Problems *problems)
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

void fixture_check(const Node *tree, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const Node *controllers = node_get(tree, "controllers");
	const Node *slots = node_get(tree, "slots");

	if (controllers && controllers->kind != NODE_MAP)
		controllers = NULL;
	for (guint i = 0; controllers && i < controllers->items->len; i++)
		claim_text(seen, controllers->items->pdata[i], "serial", "controller serial",
			problems);
	check_pins(seen, controllers, tree, problems);
	if (!slots || slots->kind != NODE_LIST)
		return;
	if (slots->items->len == 0)
		problems_add(
			problems, slots->place, "'slots' is empty: a fixture has at least one");
	for (guint i = 0; i < slots->items->len; i++)
		check_slot(seen, controllers, slots->items->pdata[i], problems);
	for (guint i = 0; i < slots->items->len; i++)
		check_trigger(tree, slots->items->pdata[i], problems);
	for (guint i = 0; i < slots->items->len; i++)
		check_behind(seen, slots->items->pdata[i], problems);
}

#include "core/controller_check.h"

#include "core/controller.h"
#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

/* Which keys each kind has: those it needs, and those it may have. */
static const struct {
	const char *chip;
	const char *needs[3], *may[2];
} kinds[] = {
	{"FT232H", {"serial"}, {NULL}},
	{"FT2232H", {"serial"}, {NULL}},
	{"FT4232H", {"serial"}, {NULL}},
	{"TCA9555", {"bus", "address"}, {"channel"}},
	{"hub", {"port"}, {NULL}},
	{"command", {"set"}, {"get"}},
};

static const char *const keys[] = {"serial", "bus", "channel", "address", "port", "set", "get"};

void claims_take(Claims *claims, Place place, const char *thing, Problems *problems)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(claims, thing));

	if (first)
		problems_add(problems, place, "%s is taken already, on line %u", thing, first);
	else
		g_hash_table_insert(claims, g_strdup(thing), GUINT_TO_POINTER(MAX(place.line, 1)));
}

static gboolean among(const char *key, const char *const *list, gsize count)
{
	for (gsize i = 0; i < count; i++)
		if (!g_strcmp0(list[i], key))
			return TRUE;
	return FALSE;
}

/* "an FT4232H", "a hub" */
static const char *article(const char *chip)
{
	return chip[0] == 'F' ? "an" : "a";
}

static void check_keys(const Node *map, const char *chip, Problems *problems)
{
	gsize kind = 0;

	while (kind < G_N_ELEMENTS(kinds) && g_strcmp0(kinds[kind].chip, chip))
		kind++;
	for (gsize i = 0; kind < G_N_ELEMENTS(kinds) && i < G_N_ELEMENTS(keys); i++) {
		const Node *node = node_get(map, keys[i]);
		gboolean needs = among(keys[i], kinds[kind].needs, 3);

		if (!node && needs)
			problems_add(problems, map->place, "%s %s needs '%s'", article(chip), chip,
				keys[i]);
		else if (node && !needs && !among(keys[i], kinds[kind].may, 2))
			problems_add(problems, node->key_place, "%s %s has no '%s'", article(chip),
				chip, keys[i]);
	}
}

static const Node *need_controller(const Node *controllers, const Node *name, Problems *problems)
{
	const Node *found = node_get(controllers, name->text);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *hint = NULL, *clipped = NULL;

	if (found)
		return found;
	for (guint i = 0; controllers && i < MIN(controllers->items->len, 100); i++)
		g_ptr_array_add(names, ((Node *)controllers->items->pdata[i])->key);
	g_ptr_array_add(names, NULL);
	hint = words_hint(name->text, (const char *const *)names->pdata);
	clipped = text_clip(name->text, 60);
	problems_add(problems, name->place, "no controller '%s' in 'controllers'%s", clipped, hint);
	return NULL;
}

/* "channel A of i2c", which is an I2C bus and not free for pins. */
static char *channel_name(const char *controller, char channel)
{
	return g_strdup_printf("channel %c of %s", channel, controller);
}

void bus_check(Claims *claims, const Node *controllers, const Node *chip, Problems *problems)
{
	const Node *bus = node_get(chip, "bus"), *address = node_get(chip, "address");
	const char *channel = node_text(chip, "channel") ? node_text(chip, "channel") : "A";
	const Node *found = NULL;
	g_autofree char *thing = NULL;
	gint64 number;

	if (!bus || bus->kind != NODE_SCALAR || !node_text(chip, "address"))
		return;
	found = need_controller(controllers, bus, problems);
	if (!found)
		return;
	if ((guint)(channel[0] - 'A') >= controller_engines(node_text(found, "chip")))
		problems_add(problems, bus->place, "channel %.1s of %s cannot be an I2C bus",
			channel, bus->text);
	else if (scalar_int(address->text, &number)) {
		thing = g_strdup_printf(
			"address 0x%02X on channel %.1s of %s", (guint)number, channel, bus->text);
		claims_take(claims, address->place, thing, problems);
		g_hash_table_add(claims, channel_name(bus->text, channel[0]));
	}
}

static void claim_serial(Claims *claims, const Node *map, Problems *problems)
{
	const char *serial = node_text(map, "serial");
	g_autofree char *clipped = serial ? text_clip(serial, 64) : NULL;
	g_autofree char *thing = g_strdup_printf("controller serial %s", clipped);

	if (serial)
		claims_take(claims, node_get(map, "serial")->place, thing, problems);
}

void controllers_check(Claims *claims, const Node *controllers, Problems *problems)
{
	for (guint i = 0; controllers && i < controllers->items->len; i++) {
		const Node *map = controllers->items->pdata[i];

		if (map->kind != NODE_MAP)
			continue;
		check_keys(map, node_text(map, "chip"), problems);
		claim_serial(claims, map, problems);
		if (!g_strcmp0(node_text(map, "chip"), "TCA9555"))
			bus_check(claims, controllers, map, problems);
	}
}

static void check_use(
	const Node *pin, const char *chip, gboolean input, gboolean power, Problems *problems)
{
	gboolean hub = !g_strcmp0(chip, "hub"), command = !g_strcmp0(chip, "command");

	if (hub && !power)
		problems_add(problems, pin->place, "a hub's port can be nothing but 'power'");
	else if (command && input)
		problems_add(problems, pin->place, "a command's pin cannot be an input");
}

static void check_place(Claims *claims, const Node *pin, const char *controller, const char *chip,
	Problems *problems)
{
	const Node *place = node_get(pin, "pin");
	g_autofree char *thing = NULL, *channel = NULL;
	guint index;

	if (!controller_pin(chip, place->text, &index)) {
		problems_add(problems, place->place, "%s %s has no pin %s", article(chip), chip,
			place->text);
		return;
	}
	channel = channel_name(controller, place->text[0]);
	if (controller_engines(chip) && g_hash_table_contains(claims, channel))
		problems_add(problems, place->place, "%s is an I2C bus", channel);
	thing = g_strdup_printf("pin %.8s of %s", place->text, controller);
	claims_take(claims, place->place, thing, problems);
}

void pin_check(Claims *claims, const Node *controllers, const Node *pin, gboolean input,
	gboolean power, Problems *problems)
{
	const char *controller = node_text(pin, "controller"), *place = node_text(pin, "pin");
	const Node *found = NULL;
	const char *chip;

	if (!controller || !place)
		return;
	found = need_controller(controllers, node_get(pin, "controller"), problems);
	chip = found ? node_text(found, "chip") : NULL;
	if (!chip)
		return;
	check_use(pin, chip, input, power, problems);
	/* A place that is none at all has been refused by the schema. */
	if (strlen(place) <= 3)
		check_place(claims, pin, controller, chip, problems);
}

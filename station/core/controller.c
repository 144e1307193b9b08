#include "core/controller.h"

#include "core/text.h"

#include <string.h>

/* Channels: of pins, and from A on with the serial engine (FTDI DS_FT232H, DS_FT2232H, DS_FT4232H section 1). */
static const struct {
	const char *chip;
	ControllerKind kind;
	guint channels, engines;
} chips[] = {
	{"FT232H", CONTROLLER_FTDI, 1, 1},
	{"FT2232H", CONTROLLER_FTDI, 2, 2},
	{"FT4232H", CONTROLLER_FTDI, 4, 2},
	{"TCA9555", CONTROLLER_EXPANDER, 2, 0},
	{"hub", CONTROLLER_HUB, 0, 0},
	{"command", CONTROLLER_COMMAND, 0, 0},
};

static const char *const chip_words[] = {
	"FT232H", "FT2232H", "FT4232H", "TCA9555", "hub", "command", NULL};
static const char *const channel_words[] = {"A", "B", NULL};
static const char *const monitor_words[] = {"INA219", "INA226", NULL};

static const Field argument = {"", FIELD_TEXT};

/* Below 8 and above 0x77 addresses have other meanings (NXP UM10204 section 3.1.12). */
#define BUS_FIELDS(required_)                                                                      \
	{"bus", FIELD_TEXT, required_,                                                             \
		.help = "the FTDI chip whose I2C bus it hangs on, by its name in "                 \
			"'controllers'"},                                                          \
		{"channel", FIELD_WORD, .words = channel_words, .fallback = "A",                   \
			.help = "the channel of that chip which is the bus: pin 0 SCL, pins 1 "    \
				"and 2 SDA"},                                                      \
	{                                                                                          \
		"address", FIELD_INT, required_, 0x08, 0x77, .help = "its I2C address, 7 bits"     \
	}

const Field controller_fields[] = {
	{"chip", FIELD_WORD, TRUE, .words = chip_words, .help = "what it is"},
	{"serial", FIELD_TEXT, .pattern = TEXT_SERIAL_PATTERN,
		.help = "an FTDI chip's USB serial: 1 to 64 letters, digits, '.', '_' or '-'"},
	BUS_FIELDS(FALSE),
	{"port", FIELD_TEXT, .pattern = TEXT_PORT_PATTERN, .help = "a hub's port path: 1-2"},
	{"set", FIELD_LIST, .item = &argument,
		.help = "a command and its arguments; the pin and 1 or 0 follow. It exits with 0 "
			"when the pin has its level"},
	{"get", FIELD_LIST, .item = &argument,
		.help = "a command and its arguments; the pin follows. It prints the pin's level, "
			"1 or 0"},
	{NULL},
};

const Field monitor_fields[] = {
	{"chip", FIELD_WORD, .words = monitor_words, .fallback = "INA219",
		.help = "the current monitor"},
	BUS_FIELDS(TRUE),
	{"shunt_mohm", FIELD_INT, FALSE, 1, 10000, .fallback = "100",
		.help = "its shunt, in milliohm"},
	{NULL},
};

static gsize find_chip(const char *chip)
{
	gsize i = 0;

	while (i < G_N_ELEMENTS(chips) && g_strcmp0(chips[i].chip, chip))
		i++;
	return i;
}

guint controller_engines(const char *chip)
{
	gsize i = find_chip(chip);

	return i < G_N_ELEMENTS(chips) ? chips[i].engines : 0;
}

/* "P07": port 0, pin 7 (TI SCPS200E). */
static gboolean port_pin(char port, char pin, guint ports, guint *index)
{
	if (port < 0 || (guint)port >= ports || pin < '0' || pin > '7')
		return FALSE;
	*index = (guint)port * 8 + (guint)(pin - '0');
	return TRUE;
}

gboolean controller_pin(const char *chip, const char *place, guint *index)
{
	gsize i = find_chip(chip);
	guint64 number;

	if (i == G_N_ELEMENTS(chips))
		return FALSE;
	if (chips[i].kind == CONTROLLER_FTDI)
		return strlen(place) == 2 &&
		       port_pin((char)(place[0] - 'A'), place[1], chips[i].channels, index);
	if (chips[i].kind == CONTROLLER_EXPANDER)
		return strlen(place) == 3 && place[0] == 'P' &&
		       port_pin((char)(place[1] - '0'), place[2], chips[i].channels, index);
	if (!g_ascii_string_to_unsigned(place, 10, chips[i].kind == CONTROLLER_HUB ? 1 : 0,
		    PINS_MOST - 1, &number, NULL))
		return FALSE;
	*index = (guint)number;
	return TRUE;
}

/* ---- from checked trees ---- */

static char **read_list(const Node *map, const char *key)
{
	const Node *list = node_get(map, key);
	GPtrArray *words = g_ptr_array_new();

	for (guint i = 0; list && i < list->items->len; i++)
		g_ptr_array_add(words, g_strdup(((const Node *)list->items->pdata[i])->text));
	if (!words->len) {
		g_ptr_array_unref(words);
		return NULL;
	}
	g_ptr_array_add(words, NULL);
	return (char **)g_ptr_array_free(words, FALSE);
}

Controller *controller_read(const Node *map)
{
	Controller *controller = g_new0(Controller, 1);

	controller->name = map->key;
	controller->chip = schema_text(map, controller_fields, "chip");
	controller->kind = chips[find_chip(controller->chip)].kind;
	controller->serial = schema_text(map, controller_fields, "serial");
	controller->port = schema_text(map, controller_fields, "port");
	controller->set = read_list(map, "set");
	controller->get = read_list(map, "get");
	return controller;
}

void controller_free(gpointer data)
{
	Controller *controller = data;

	g_strfreev(controller->set);
	g_strfreev(controller->get);
	g_free(controller);
}

const Controller *controller_find(const GPtrArray *controllers, const char *name)
{
	for (guint i = 0; i < controllers->len; i++) {
		const Controller *controller = controllers->pdata[i];

		if (!strcmp(controller->name, name))
			return controller;
	}
	return NULL;
}

static void read_place(
	BusPlace *place, const Node *map, const Field *fields, const GPtrArray *controllers)
{
	place->bus = controller_find(controllers, schema_text(map, fields, "bus"));
	place->channel = (guint)(schema_text(map, fields, "channel")[0] - 'A');
	place->address = (guint8)schema_int(map, fields, "address");
}

void controller_find_bus(Controller *controller, const Node *map, const GPtrArray *controllers)
{
	if (controller->kind == CONTROLLER_EXPANDER)
		read_place(&controller->place, map, controller_fields, controllers);
}

void monitor_read(Monitor *monitor, const Node *map, const GPtrArray *controllers)
{
	read_place(&monitor->place, map, monitor_fields, controllers);
	monitor->ina226 = !strcmp(schema_text(map, monitor_fields, "chip"), "INA226");
	monitor->shunt_mohm = (guint)schema_int(map, monitor_fields, "shunt_mohm");
}

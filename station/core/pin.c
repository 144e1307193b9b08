#include "core/pin.h"

#include "core/text.h"

#include <string.h>

/* Where in a file each one stands: under `group`, if any, as `key`. */
static const struct {
	const char *word, *group, *key;
	gboolean input, slot, fixture;
} signals[SIGNAL_COUNT] = {
	[SIGNAL_POWER] = {"power", NULL, "power", .slot = TRUE},
	[SIGNAL_BOOT0] = {"boot0", NULL, "boot0", .slot = TRUE},
	[SIGNAL_NRST] = {"nrst", NULL, "nrst", .slot = TRUE},
	[SIGNAL_LAMP_RED] = {"lamp-red", "lamps", "red", .slot = TRUE},
	[SIGNAL_LAMP_YELLOW] = {"lamp-yellow", "lamps", "yellow", .slot = TRUE},
	[SIGNAL_LAMP_GREEN] = {"lamp-green", "lamps", "green", .slot = TRUE},
	[SIGNAL_LAMP_BLUE] = {"lamp-blue", "lamps", "blue", .slot = TRUE},
	[SIGNAL_BUZZER] = {"buzzer", NULL, "buzzer", .fixture = TRUE},
	[SIGNAL_PRESENT] = {"present", NULL, "present", .input = TRUE, .slot = TRUE},
	[SIGNAL_LID] = {"lid", NULL, "lid", .input = TRUE, .slot = TRUE, .fixture = TRUE},
	[SIGNAL_START] = {"start", NULL, "start", .input = TRUE, .slot = TRUE, .fixture = TRUE},
};

const char *signal_word(Signal signal)
{
	return signals[signal].word;
}

gboolean signal_from_word(const char *word, Signal *signal)
{
	for (guint i = 0; i < SIGNAL_COUNT; i++)
		if (!g_strcmp0(signals[i].word, word)) {
			*signal = (Signal)i;
			return TRUE;
		}
	return FALSE;
}

gboolean signal_is_input(Signal signal)
{
	return signals[signal].input;
}

gboolean signal_of_slot(Signal signal)
{
	return signals[signal].slot;
}

gboolean signal_of_fixture(Signal signal)
{
	return signals[signal].fixture;
}

const Node *signal_node(const Node *map, Signal signal)
{
	const char *group = signals[signal].group;

	if (group)
		map = node_get(map, group);
	return map && map->kind == NODE_MAP ? node_get(map, signals[signal].key) : NULL;
}

gboolean pin_active(const Pin *pin, guint32 levels)
{
	gboolean high = (levels >> pin->index & 1) != 0;

	return high != pin->active_low;
}

/* ---- in files ---- */

static const char *const chip_words[] = {"FT232H", "FT2232H", "FT4232H", NULL};

static const char *const active_words[] = {"high", "low", NULL};

const Field controller_fields[] = {
	{"chip", FIELD_WORD, TRUE, .words = chip_words, .help = "the pin controller's chip"},
	{"serial", FIELD_TEXT, TRUE, .pattern = TEXT_SERIAL_PATTERN,
		.help = "the controller's USB serial: 1 to 64 letters, digits, '.', '_' or '-'"},
	{NULL},
};

const Field pin_fields[] = {
	{"controller", FIELD_TEXT, TRUE, .help = "one of the names in 'controllers'"},
	{"pin", FIELD_TEXT, TRUE, .pattern = "^[A-D][0-7]$",
		.help = "channel and pin of the controller, A0 to D7"},
	{"active", FIELD_WORD, .words = active_words, .fallback = "high",
		.help = "the level at which the signal does what its name says"},
	{NULL},
};

const Field lamp_fields[] = {
	PIN_FIELD("red", "FAIL"),
	PIN_FIELD("yellow", "ERROR: the station cannot say"),
	PIN_FIELD("green", "PASS"),
	PIN_FIELD("blue", "the operator has to do something"),
	{NULL},
};

/* ---- from a checked tree ---- */

static const Controller *find_controller(const GPtrArray *controllers, const char *name)
{
	for (guint i = 0; i < controllers->len; i++) {
		const Controller *controller = controllers->pdata[i];

		if (!strcmp(controller->name, name))
			return controller;
	}
	return NULL;
}

void pin_read(Pin *pin, const Node *map, const GPtrArray *controllers)
{
	pin->controller = find_controller(controllers, schema_text(map, pin_fields, "controller"));
	pin->place = schema_text(map, pin_fields, "pin");
	pin->index = (guint)(pin->place[0] - 'A') * 8 + (guint)(pin->place[1] - '0');
	pin->active_low = !strcmp(schema_text(map, pin_fields, "active"), "low");
}

Controller *controller_read(const Node *map)
{
	Controller *controller = g_new0(Controller, 1);

	controller->name = map->key;
	controller->chip = schema_text(map, controller_fields, "chip");
	controller->serial = schema_text(map, controller_fields, "serial");
	return controller;
}

#include "core/pin.h"

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

guint32 pin_bit(const Pin *pin)
{
	return (guint32)1 << pin->index;
}

guint32 pin_level(const Pin *pin, gboolean active)
{
	return !active == !pin->active_low ? 0 : pin_bit(pin);
}

gboolean pin_active(const Pin *pin, guint32 levels)
{
	return (levels & pin_bit(pin)) == pin_level(pin, TRUE);
}

/* ---- in files ---- */

static const char *const active_words[] = {"high", "low", NULL};

const Field pin_fields[] = {
	{"controller", FIELD_TEXT, TRUE, .help = "one of the names in 'controllers'"},
	{"pin", FIELD_TEXT, TRUE, .pattern = "^([A-D][0-7]|P[01][0-7]|[0-9]{1,2})$",
		.help = "FTDI: channel and pin, A0 to D7; TCA9555: P00 to P17; hub: its port; "
			"command: 0 to 31"},
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

void pin_read(Pin *pin, const Node *map, const GPtrArray *controllers)
{
	pin->controller = controller_find(controllers, schema_text(map, pin_fields, "controller"));
	pin->place = schema_text(map, pin_fields, "pin");
	pin->active_low = !strcmp(schema_text(map, pin_fields, "active"), "low");
	/* The check has found that the controller has this pin. */
	if (!controller_pin(pin->controller->chip, pin->place, &pin->index))
		g_assert_not_reached();
}

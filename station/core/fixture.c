#include "core/fixture.h"

#include "core/fixture_check.h"
#include "core/text.h"

#include <string.h>

static const char *const triggers[TRIGGER_COUNT + 1] = {
	[TRIGGER_PORT] = "port",
	[TRIGGER_PRESENT] = "present",
	[TRIGGER_LID] = "lid",
	[TRIGGER_START] = "start",
	[TRIGGER_SCAN] = "scan",
	[TRIGGER_ALL] = "all-present",
};

const char *trigger_word(Trigger trigger)
{
	return triggers[trigger];
}

static const Field slot_fields[] = {
	{"slot", FIELD_INT, TRUE, 1, 64, .help = "the slot's number, as printed on the fixture"},
	{"usb", FIELD_TEXT, TRUE, .pattern = TEXT_PORT_PATTERN,
		.help = "a port path is the bus, '-', and the ports down to the board: 1-2.3"},
	{"probe", FIELD_TEXT, .pattern = TEXT_SERIAL_PATTERN,
		.help = "the debug probe's USB serial: 1 to 64 letters, digits, '.', '_' or '-'"},
	PIN_FIELD("power", "switches the board's supply"),
	PIN_FIELD("boot0", "drives the board's BOOT0"),
	PIN_FIELD("nrst", "drives the board's reset"),
	PIN_FIELD("present", "input: a board lies in the slot"),
	PIN_FIELD("lid", "input: the slot's lid is closed"),
	PIN_FIELD("start", "input: the slot's start button is held"),
	{"current", FIELD_MAP, .fields = monitor_fields,
		.help = "the current monitor in the board's supply"},
	{"lamps", FIELD_MAP, .fields = lamp_fields, .help = "the slot's lamps, by colour"},
	{"trigger", FIELD_WORD, .words = triggers,
		.help = "what starts a run in this slot, if not what the fixture says"},
	{"scanner", FIELD_TEXT, .help = "one of the names in 'scanners': this slot's own"},
	{NULL},
};

static const Field hub_fields[] = {
	{"max_inrush_ma", FIELD_INT, TRUE, 1, 100000,
		.help = "how much current the boards behind it may take at once while their power "
			"comes, and with 'erase_ma' for erasing, in mA"},
	{NULL},
};

static const Field slot_item = {"", FIELD_MAP, .fields = slot_fields};

static const Field fields[] = {
	{"flashline", FIELD_INT, TRUE, 1, 1, .help = "the version of this format: 1"},
	{"description", FIELD_TEXT, .help = "what this fixture is, for people"},
	{"swd_khz", FIELD_INT, FALSE, 5, 50000, .fallback = "4000",
		.help = "the SWD clock that the fixture's wiring bears, in kHz"},
	{"max_inrush_ma", FIELD_INT, FALSE, 1, 100000,
		.help = "how much current boards may take at once while their power comes, in mA: "
			"power-ons wait for their turn; absent: nobody waits"},
	{"inrush_ma", FIELD_INT, FALSE, 1, 10000, .fallback = "500",
		.help = "how much a board takes as its power comes, in mA"},
	{"inrush_time", FIELD_DURATION, .low = 1, .high = 5000, .fallback = "100ms",
		.help = "and for how long"},
	{"erase_ma", FIELD_INT, FALSE, 1, 10000,
		.help = "how much more a board takes while its flash is erased, in mA: erases "
			"count against 'max_inrush_ma', too, and wait for their turn; absent: they "
			"do not"},
	{"hubs", FIELD_DICT, .pattern = TEXT_PORT_PATTERN, .fields = hub_fields,
		.help = "hubs that feed their slots and bear less than the whole fixture, by port "
			"path"},
	{"controllers", FIELD_DICT, .pattern = "^[a-z][a-z0-9_-]{0,31}$",
		.fields = controller_fields, .help = "pin controllers by name"},
	PIN_FIELD("lid", "input: the fixture's lid is closed"),
	PIN_FIELD("start", "input: the fixture's start button is held"),
	PIN_FIELD("buzzer", "the fixture's buzzer"),
	{"trigger", FIELD_WORD, .words = triggers,
		.help = "what starts a run on a line; where this is missing, the present input of "
			"a "
			"slot that has one, a board on its port in the others"},
	{"quarantine_after", FIELD_INT, FALSE, 0, 100, .fallback = "3",
		.help = "a slot in which so many boards fail one after the other starts no more; "
			"0: "
			"never"},
	{"scanners", FIELD_DICT, .pattern = "^[a-z][a-z0-9_-]{0,31}$", .fields = scanner_fields,
		.help = "scanners by name"},
	{"scan_order", FIELD_WORD, .words = scan_order_words, .fallback = "slot-first",
		.help = "which is scanned first, the slot's code or the board's serial"},
	{"printer", FIELD_MAP, .fields = printer_fields,
		.help = "the label printer, which speaks ZPL"},
	{"selftest", FIELD_MAP, .fields = selftest_fields,
		.help = "boards of known worth, with which the fixture is tried"},
	{"slots", FIELD_LIST, TRUE, .item = &slot_item, .help = "the places for boards"},
	{NULL},
};

const Field *fixture_fields(void)
{
	return fields;
}

/* ---- from the checked tree to the structs ---- */

static void read_pins(const Fixture *fixture, const Node *map, Pin pins[SIGNAL_COUNT])
{
	for (guint i = 0; i < SIGNAL_COUNT; i++) {
		const Node *pin = signal_node(map, (Signal)i);

		if (pin)
			pin_read(&pins[i], pin, fixture->controllers);
	}
}

/* The slot's own, or the fixture's, or by what it is wired. */
static Trigger read_trigger(const Fixture *fixture, const Node *map, const Slot *slot)
{
	const char *word = node_text(map, "trigger");

	if (!word)
		word = node_text(fixture->tree, "trigger");
	for (guint i = 0; word && i < TRIGGER_COUNT; i++)
		if (!strcmp(triggers[i], word))
			return (Trigger)i;
	return slot->pins[SIGNAL_PRESENT].controller ? TRIGGER_PRESENT : TRIGGER_PORT;
}

static Slot *read_slot(const Fixture *fixture, const Node *map)
{
	Slot *slot = g_new0(Slot, 1);

	slot->number = (guint)schema_int(map, slot_fields, "slot");
	slot->usb = schema_text(map, slot_fields, "usb");
	slot->probe = schema_text(map, slot_fields, "probe");
	slot->place = map->place;
	read_pins(fixture, map, slot->pins);
	slot->trigger = read_trigger(fixture, map, slot);
	if (node_get(map, "current"))
		monitor_read(&slot->current, node_get(map, "current"), fixture->controllers);
	return slot;
}

static void read_controllers(Fixture *fixture)
{
	const Node *map = node_get(fixture->tree, "controllers");

	for (guint i = 0; map && i < map->items->len; i++)
		g_ptr_array_add(fixture->controllers, controller_read(map->items->pdata[i]));
	for (guint i = 0; map && i < map->items->len; i++)
		controller_find_bus(
			fixture->controllers->pdata[i], map->items->pdata[i], fixture->controllers);
}

static void read_hubs(Fixture *fixture)
{
	const Node *map = node_get(fixture->tree, "hubs");

	for (guint i = 0; map && i < map->items->len; i++) {
		const Node *hub = map->items->pdata[i];
		const HubLimit limit = {g_intern_string(hub->key),
			(guint)schema_int(hub, hub_fields, "max_inrush_ma")};

		g_array_append_val(fixture->hubs, limit);
	}
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	const Slot *x = *(Slot *const *)a, *y = *(Slot *const *)b;

	return (gint)x->number - (gint)y->number;
}

static void read_slots(Fixture *fixture)
{
	const Node *slots = node_get(fixture->tree, "slots");

	for (guint i = 0; i < slots->items->len; i++)
		g_ptr_array_add(fixture->slots, read_slot(fixture, slots->items->pdata[i]));
	g_ptr_array_sort(fixture->slots, by_number);
}

static char *name_of(const char *path)
{
	char *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, ".yaml"))
		name[strlen(name) - 5] = '\0';
	return name;
}

static Fixture *fixture_new(const char *path)
{
	Fixture *fixture = g_new0(Fixture, 1);
	g_autofree char *name = name_of(path);

	fixture->controllers = g_ptr_array_new_with_free_func(controller_free);
	fixture->slots = g_ptr_array_new_with_free_func(g_free);
	fixture->hubs = g_array_new(FALSE, FALSE, sizeof(HubLimit));
	fixture->name = g_intern_string(name);
	fixture->path = g_intern_string(path);
	return fixture;
}

static void check(const Node *tree, Problems *problems)
{
	schema_check(tree, fields, problems);
	fixture_check(tree, problems);
	desk_check(tree, problems);
	selftest_check(tree, problems);
}

static void read_tree(Fixture *fixture)
{
	const Node *tree = fixture->tree;

	fixture->description = schema_text(tree, fields, "description");
	fixture->swd_khz = (guint)schema_int(tree, fields, "swd_khz");
	fixture->quarantine_after = (guint)schema_int(tree, fields, "quarantine_after");
	fixture->max_inrush_ma = (guint)schema_int(tree, fields, "max_inrush_ma");
	fixture->inrush_ma = (guint)schema_int(tree, fields, "inrush_ma");
	fixture->inrush_time_ms = (guint)schema_int(tree, fields, "inrush_time");
	fixture->erase_ma = (guint)schema_int(tree, fields, "erase_ma");
	read_hubs(fixture);
	read_controllers(fixture);
	read_pins(fixture, tree, fixture->pins);
	read_slots(fixture);
	desk_read(&fixture->desk, tree);
	selftest_read(&fixture->selftest, tree, fixture->path);
}

Fixture *fixture_read(const char *path, const char *bytes, gsize length, Problems *problems)
{
	g_autoptr(Fixture) fixture = fixture_new(path);
	guint before = problems_count(problems);

	fixture->text = g_strndup(bytes, length);
	fixture->sha256 =
		g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	fixture->tree = node_read(path, bytes, length, problems);
	if (!fixture->tree)
		return NULL;
	check(fixture->tree, problems);
	if (problems_count(problems) > before)
		return NULL;
	read_tree(fixture);
	return g_steal_pointer(&fixture);
}

Fixture *fixture_load(const char *path, Problems *problems)
{
	gsize length;
	g_autofree char *bytes = node_file_bytes(path, &length, problems);

	return bytes ? fixture_read(path, bytes, length, problems) : NULL;
}

void fixture_free(Fixture *fixture)
{
	if (!fixture)
		return;
	g_ptr_array_unref(fixture->controllers);
	g_ptr_array_unref(fixture->slots);
	g_array_unref(fixture->hubs);
	desk_clear(&fixture->desk);
	selftest_clear(&fixture->selftest);
	g_free(fixture->text);
	g_free(fixture->sha256);
	node_free(fixture->tree);
	g_free(fixture);
}

const Slot *fixture_slot(const Fixture *fixture, guint number)
{
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = fixture->slots->pdata[i];

		if (slot->number == number)
			return slot;
	}
	return NULL;
}

gboolean fixture_is_behind(const char *port, const char *hub)
{
	return g_str_has_prefix(port, hub) && port[strlen(hub)] == '.';
}

const Pin *fixture_pin(const Fixture *fixture, guint number, Signal signal)
{
	const Slot *slot = number ? fixture_slot(fixture, number) : NULL;
	const Pin *pin = slot ? &slot->pins[signal] : &fixture->pins[signal];

	return (slot || !number) && pin->controller ? pin : NULL;
}

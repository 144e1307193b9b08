#include "core/desk.h"
#include "core/fixture.h"
#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

const char *const scan_order_words[] = {"slot-first", "serial-first", NULL};

static const char *const type_words[] = {"keyboard", "serial", NULL};

const Field scanner_fields[] = {
	{"device", FIELD_TEXT, TRUE, .pattern = "^/dev/[^ ]{1,250}$",
		.help = "the scanner's device, by its identity: /dev/input/by-id/... or "
			"/dev/serial/by-id/..."},
	{"type", FIELD_WORD, .words = type_words, .fallback = "keyboard",
		.help = "what the scanner is to the computer"},
	{"baud", FIELD_INT, FALSE, 1200, 115200, .fallback = "9600",
		.help = "the speed of a serial scanner"},
	{NULL},
};

const Field printer_fields[] = {
	{"address", FIELD_TEXT, .pattern = "^[A-Za-z0-9.:_-]{1,253}$",
		.help = "the label printer's name or number in the network"},
	{"port", FIELD_INT, FALSE, 1, 65535, .fallback = "9100", .help = "its TCP port"},
	{"device", FIELD_TEXT, .pattern = "^/dev/[^ ]{1,250}$",
		.help = "the label printer's device, where it is no printer in the network"},
	{NULL},
};

/* ---- mistakes ---- */

static const Node *map_of(const Node *tree, const char *key)
{
	const Node *map = node_get(tree, key);

	return map && map->kind == NODE_MAP ? map : NULL;
}

static void refuse_scanner(const Node *scanners, const Node *name, Problems *problems)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autofree char *hint = NULL, *clipped = text_clip(name->text, 60);

	for (guint i = 0; scanners && i < MIN(scanners->items->len, 100); i++)
		g_ptr_array_add(names, ((Node *)scanners->items->pdata[i])->key);
	g_ptr_array_add(names, NULL);
	hint = words_hint(name->text, (const char *const *)names->pdata);
	problems_add(problems, name->place, "no scanner '%s' in 'scanners'%s", clipped, hint);
}

/* `seen`: a scanner's name, or its device -> the line where it was taken. */
static void take_once(GHashTable *seen, const Node *node, const char *what, Problems *problems)
{
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, node->text));
	g_autofree char *clipped = text_clip(node->text, 60);

	if (first)
		problems_add(problems, node->place, "%s '%s' is taken already, on line %u", what,
			clipped, first);
	else
		g_hash_table_insert(
			seen, g_strdup(node->text), GUINT_TO_POINTER(MAX(node->place.line, 1)));
}

static void check_printer(const Node *printer, Problems *problems)
{
	if (printer && !node_get(printer, "address") == !node_get(printer, "device"))
		problems_add(problems, printer->place,
			"a printer has either an 'address' or a 'device'");
}

void desk_check(const Node *tree, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const Node *scanners = map_of(tree, "scanners"), *slots = node_get(tree, "slots");

	for (guint i = 0; scanners && i < scanners->items->len; i++) {
		const Node *device = node_get(scanners->items->pdata[i], "device");

		if (device && device->kind == NODE_SCALAR)
			take_once(seen, device, "device", problems);
	}
	for (guint i = 0; slots && slots->kind == NODE_LIST && i < slots->items->len; i++) {
		const Node *name = node_get(slots->items->pdata[i], "scanner");

		if (!name || name->kind != NODE_SCALAR)
			continue;
		if (!scanners || !node_get(scanners, name->text))
			refuse_scanner(scanners, name, problems);
		else
			take_once(seen, name, "scanner", problems);
	}
	check_printer(map_of(tree, "printer"), problems);
}

/* ---- from the checked tree ---- */

static guint slot_of(const Node *slots, const char *scanner)
{
	for (guint i = 0; i < slots->items->len; i++) {
		gint64 number;

		if (!g_strcmp0(node_text(slots->items->pdata[i], "scanner"), scanner) &&
			scalar_int(node_text(slots->items->pdata[i], "slot"), &number))
			return (guint)number;
	}
	return 0;
}

static ScannerPlace *read_scanner(const Node *map, const Node *slots)
{
	ScannerPlace *scanner = g_new0(ScannerPlace, 1);
	const char *type = schema_text(map, scanner_fields, "type");

	scanner->name = map->key;
	scanner->device = schema_text(map, scanner_fields, "device");
	scanner->type = !strcmp(type, "serial") ? SCANNER_SERIAL : SCANNER_KEYBOARD;
	scanner->baud = (guint)schema_int(map, scanner_fields, "baud");
	scanner->slot = slot_of(slots, map->key);
	return scanner;
}

void desk_read(Desk *desk, const Node *tree)
{
	const Node *scanners = node_get(tree, "scanners"), *printer = node_get(tree, "printer");
	const char *order = schema_text(tree, fixture_fields(), "scan_order");

	desk->scanners = g_ptr_array_new_with_free_func(g_free);
	desk->scan_order = !strcmp(order, "serial-first") ? SCAN_SERIAL_FIRST : SCAN_SLOT_FIRST;
	for (guint i = 0; scanners && i < scanners->items->len; i++)
		g_ptr_array_add(desk->scanners,
			read_scanner(scanners->items->pdata[i], node_get(tree, "slots")));
	if (!printer)
		return;
	desk->printer.address = schema_text(printer, printer_fields, "address");
	desk->printer.device = schema_text(printer, printer_fields, "device");
	desk->printer.port = (guint)schema_int(printer, printer_fields, "port");
}

void desk_clear(Desk *desk)
{
	g_clear_pointer(&desk->scanners, g_ptr_array_unref);
}

gboolean desk_has_printer(const Desk *desk)
{
	return desk->printer.address || desk->printer.device;
}

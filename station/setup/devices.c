#include "setup/devices.h"

#include "core/style.h"
#include "link/mounts.h"

#include <string.h>

static void warn(Devices *devices, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void warn(Devices *devices, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_ptr_array_add(devices->warnings, g_strdup_vprintf(format, args));
	va_end(args);
}

/* ---- what is there ----------------------------------------------------------------------------- */

guint devices_count(
	const GPtrArray *list, ThingKind kind, const char *serial, const UsbEntry **found)
{
	guint count = 0;

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_kind(entry) != kind || g_strcmp0(entry->serial, serial) != 0)
			continue;
		count++;
		if (found)
			*found = entry;
	}
	return count;
}

const UsbEntry *devices_board(const GPtrArray *list, const char *port)
{
	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (!entry->hub_ports && thing_on_port(entry, port))
			return entry;
	}
	return NULL;
}

static const UsbMount *mount_on(const Devices *devices, const UsbEntry *entry)
{
	for (guint i = 0; i < devices->mounts->len; i++) {
		const UsbMount *mount = devices->mounts->pdata[i];

		if (!strcmp(mount->port, entry->port))
			return mount;
	}
	return NULL;
}

/* ---- what is wrong ----------------------------------------------------------------------------- */

static void warn_of_serials(Devices *devices)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < devices->list->len; i++) {
		const UsbEntry *entry = devices->list->pdata[i];
		ThingKind kind = thing_kind(entry);
		const UsbEntry *other;

		if (kind != THING_PROBE && kind != THING_PINS)
			continue;
		if (!entry->serial) {
			warn(devices, "the %s on port %s has no serial: no slot can name it",
				thing_word(kind), entry->port);
			continue;
		}
		other = g_hash_table_lookup(seen, entry->serial);
		if (other)
			warn(devices, "ports %s and %s: both have serial %s; give each its own",
				other->port, entry->port, entry->serial);
		g_hash_table_insert(seen, entry->serial, (gpointer)entry);
	}
}

static void warn_of_mounts(Devices *devices)
{
	for (guint i = 0; i < devices->list->len; i++) {
		const UsbEntry *entry = devices->list->pdata[i];
		const UsbMount *mount = mount_on(devices, entry);
		Claim claim = {0};

		if (!mount)
			continue;
		if (devices->fixture)
			claim = thing_claim(devices->fixture, entry);
		if (claim.board)
			warn(devices,
				"slot %u: its drive is mounted at %s; unmount it, and install "
				"70-flashline.rules, which keeps the desktop off",
				claim.board->number, mount->where);
		else if (thing_is_board(thing_kind(entry)))
			warn(devices, "port %s: a board's drive is mounted at %s", entry->port,
				mount->where);
	}
}

static void warn_of_controllers(Devices *devices)
{
	for (guint i = 0; i < devices->fixture->controllers->len; i++) {
		const Controller *controller = devices->fixture->controllers->pdata[i];

		const UsbEntry *hub = controller->kind == CONTROLLER_HUB
					      ? usb_list_find(devices->list, controller->port)
					      : NULL;

		if (controller->kind == CONTROLLER_HUB && !(hub && hub->hub_ports))
			warn(devices, "controller %s: no hub is on port %s", controller->name,
				controller->port);
		if (controller->kind == CONTROLLER_FTDI &&
			!devices_count(devices->list, THING_PINS, controller->serial, NULL))
			warn(devices, "controller %s: no %s with serial %s is there",
				controller->name, controller->chip, controller->serial);
	}
}

/* A board without power is not on the bus, and most slots are without. */
static void warn_of_slots(Devices *devices)
{
	for (guint i = 0; i < devices->fixture->slots->len; i++) {
		const Slot *slot = devices->fixture->slots->pdata[i];
		const UsbEntry *there = devices_board(devices->list, slot->usb);

		if (slot->probe && !devices_count(devices->list, THING_PROBE, slot->probe, NULL))
			warn(devices, "slot %u: its probe %s is not there", slot->number,
				slot->probe);
		if (there && !thing_is_board(thing_kind(there))) {
			g_autofree char *what = thing_says(there);

			warn(devices, "slot %u: on its port %s is no board, but: %s", slot->number,
				slot->usb, what);
		} else if (!there && !slot->pins[SIGNAL_POWER].controller) {
			warn(devices, "slot %u: nothing is on its port %s", slot->number,
				slot->usb);
		}
	}
}

Devices *devices_new(const Fixture *fixture, GPtrArray *list)
{
	Devices *devices = g_new0(Devices, 1);

	devices->fixture = fixture;
	devices->list = list;
	devices->mounts = usb_mounts();
	devices->warnings = g_ptr_array_new_with_free_func(g_free);
	warn_of_serials(devices);
	warn_of_mounts(devices);
	if (fixture) {
		warn_of_controllers(devices);
		warn_of_slots(devices);
	}
	return devices;
}

void devices_free(Devices *devices)
{
	if (!devices)
		return;
	g_ptr_array_unref(devices->list);
	g_ptr_array_unref(devices->mounts);
	g_ptr_array_unref(devices->warnings);
	g_free(devices);
}

/* ---- shown ------------------------------------------------------------------------------------- */

typedef struct {
	const char *role; /* NULL: nobody claims it */
	guint slot;       /* 0: none */
} Role;

static Role role_of(const Devices *devices, const UsbEntry *entry)
{
	Claim claim = {0};

	if (devices->fixture)
		claim = thing_claim(devices->fixture, entry);
	if (claim.board)
		return (Role){"board", claim.board->number};
	if (claim.probe)
		return (Role){"probe", claim.probe->number};
	return claim.controller ? (Role){"controller", 0} : (Role){NULL, 0};
}

static char *role_text(const Devices *devices, const UsbEntry *entry)
{
	Role role = role_of(devices, entry);

	if (!role.role)
		return g_strdup("");
	if (!role.slot)
		return g_strdup_printf(
			"controller %s", thing_claim(devices->fixture, entry).controller->name);
	return g_strdup_printf("slot %u%s%s", role.slot, strcmp(role.role, "board") ? ", its " : "",
		strcmp(role.role, "board") ? role.role : "");
}

enum { PORT_WIDTH = 20, WHAT_WIDTH = 36, SERIAL_WIDTH = 26 };

static void append_entry(GString *out, const Devices *devices, const UsbEntry *entry)
{
	g_autofree char *says = thing_says(entry), *role = role_text(devices, entry);
	g_autofree char *port =
		g_strdup_printf("%*s%s", (int)(2 * usb_port_depth(entry->port)), "", entry->port);
	g_autofree char *left = style_fit(port, PORT_WIDTH), *what = style_fit(says, WHAT_WIDTH);
	g_autofree char *serial = style_fit(entry->serial ? entry->serial : "-", SERIAL_WIDTH);
	g_autofree char *line = g_strdup_printf("%s %s %04X:%04X  %s  %s", left, what,
		entry->id.vendor, entry->id.product, serial, role);

	g_string_append(out, g_strchomp(line));
	g_string_append_c(out, '\n');
}

char *devices_text(const Devices *devices)
{
	GString *out = g_string_new(NULL);

	if (!devices->list->len)
		g_string_append(out, "no USB device is there\n");
	for (guint i = 0; i < devices->list->len; i++)
		append_entry(out, devices, devices->list->pdata[i]);
	for (guint i = 0; i < devices->warnings->len; i++)
		g_string_append_printf(out, "%swarning: %s\n", i ? "" : "\n",
			(const char *)devices->warnings->pdata[i]);
	return g_string_free(out, FALSE);
}

/* json_pack's "s?" takes NULL for null. */
static json_t *entry_json(const Devices *devices, const UsbEntry *entry)
{
	g_autofree char *says = thing_says(entry);
	g_autofree char *id = g_strdup_printf("%04X:%04X", entry->id.vendor, entry->id.product);
	const UsbMount *mount = mount_on(devices, entry);
	Role role = role_of(devices, entry);

	return json_pack("{s:s s:s s:s s:s s:s? s:i s:o s:s? s:s?}", "port", entry->port, "kind",
		thing_word(thing_kind(entry)), "what", says, "id", id, "serial", entry->serial,
		"mbit", (int)entry->mbit, "slot", role.slot ? json_integer(role.slot) : json_null(),
		"role", role.role, "mounted", mount ? mount->where : NULL);
}

json_t *devices_json(const Devices *devices)
{
	json_t *list = json_array(), *warnings = json_array();

	for (guint i = 0; i < devices->list->len; i++)
		json_array_append_new(list, entry_json(devices, devices->list->pdata[i]));
	for (guint i = 0; i < devices->warnings->len; i++)
		json_array_append_new(warnings, json_string(devices->warnings->pdata[i]));
	return json_pack("{s:o s:o}", "devices", list, "warnings", warnings);
}

/* What USB itself bears: hubs behind hubs, devices and endpoints a host controller, usbfs's memory. */
#include "setup/preflight.h"
#include "setup/thing.h"

#include <string.h>

enum {
	/* USB 2.0 section 4.1.1: seven tiers with the root hub and the device, so five hubs between. */
	HUBS_MOST = 5,
	/* peers.md section 3: Intel's 8-series has 96 endpoints, and users report 32 devices. */
	ENDPOINTS_MOST = 96,
	DEVICES_MOST = 32,
	/* Control, three for the drive and the serial port's data each way, one interrupt: boards.md
	 * section 1.1. */
	CAMERA_ENDPOINTS = 6,
	/* A bulk transfer of ours is 1 MiB at most (link/usb.h). */
	USBFS_MIB_A_SLOT = 1,
};
#define USBFS_MEMORY "/sys/module/usbcore/parameters/usbfs_memory_mb"

static void check_depth(Preflight *preflight, const char *what, const char *port)
{
	guint hubs = usb_port_depth(port) - 1;

	if (hubs >= HUBS_MOST)
		preflight_find(preflight, hubs > HUBS_MOST ? GRADE_FAIL : GRADE_WARN, "hub-depth",
			"Plug its hub in nearer to the computer: at most four hubs in a row.",
			"%s at %s is behind %u hubs; USB allows five, hubs often hide one more",
			what, port, hubs);
}

static void check_depths(Preflight *preflight)
{
	const Fixture *fixture = preflight->fixture;
	guint before = preflight->findings->len;

	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = fixture->slots->pdata[i];
		g_autofree char *what = g_strdup_printf("slot %u", slot->number);

		check_depth(preflight, what, slot->usb);
	}
	for (guint i = 0; i < preflight->list->len; i++) {
		const UsbEntry *entry = preflight->list->pdata[i];
		Claim claim = thing_claim(fixture, entry);

		if (claim.probe || claim.controller)
			check_depth(preflight, thing_word(thing_kind(entry)), entry->port);
	}
	if (preflight->findings->len == before)
		preflight_find(preflight, GRADE_OK, "hub-depth", NULL,
			"nothing is behind more than four hubs");
}

/* ---- host controllers -------------------------------------------------------------------------- */

/* Buses of one controller (its USB 2 and its USB 3 half) share its limits: the folder above usbN. */
static char *controller_of(guint bus)
{
	g_autofree char *link = g_strdup_printf(USB_SYSFS_DEVICES "/usb%u", bus);
	g_autofree char *target = g_file_read_link(link, NULL);
	g_autofree char *above = target ? g_path_get_dirname(target) : NULL;

	return above ? g_path_get_basename(above) : g_strdup_printf("bus %u", bus);
}

typedef struct {
	guint devices, endpoints;
} Load;

static void add_load(GHashTable *loads, guint bus, guint devices, guint endpoints)
{
	g_autofree char *name = controller_of(bus);
	Load *load = g_hash_table_lookup(loads, name);

	if (!load) {
		load = g_new0(Load, 1);
		g_hash_table_insert(loads, g_steal_pointer(&name), load);
	}
	load->devices += devices;
	load->endpoints += endpoints;
}

/* What is there, and a camera in each slot that has none now. */
static GHashTable *count_loads(const Preflight *preflight)
{
	GHashTable *loads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (guint i = 0; i < preflight->list->len; i++) {
		const UsbEntry *entry = preflight->list->pdata[i];

		if (usb_port_depth(entry->port) && !thing_claim(preflight->fixture, entry).board)
			add_load(loads, entry->bus, 1, entry->endpoints);
	}
	for (guint i = 0; i < preflight->fixture->slots->len; i++) {
		const Slot *slot = preflight->fixture->slots->pdata[i];

		add_load(loads, (guint)g_ascii_strtoull(slot->usb, NULL, 10), 1, CAMERA_ENDPOINTS);
	}
	return loads;
}

static void check_controllers(Preflight *preflight)
{
	g_autoptr(GHashTable) loads = count_loads(preflight);
	GHashTableIter iter;
	gpointer name, value;
	guint most_devices = 0, most_endpoints = 0;

	g_hash_table_iter_init(&iter, loads);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		const Load *load = value;

		most_devices = MAX(most_devices, load->devices);
		most_endpoints = MAX(most_endpoints, load->endpoints);
		if (load->devices > DEVICES_MOST || load->endpoints > ENDPOINTS_MOST)
			preflight_find(preflight, GRADE_WARN, "xhci-limit",
				"If devices do not appear, move some to another host controller "
				"(a USB card).",
				"host controller %s has %u devices with %u endpoints when all "
				"slots are full; some bear no more than %u and %u",
				(const char *)name, load->devices, load->endpoints, DEVICES_MOST,
				ENDPOINTS_MOST);
	}
	if (most_devices <= DEVICES_MOST && most_endpoints <= ENDPOINTS_MOST)
		preflight_find(preflight, GRADE_OK, "xhci-limit", NULL,
			"at most %u devices with %u endpoints a host controller", most_devices,
			most_endpoints);
}

/* ---- memory ------------------------------------------------------------------------------------ */

static void check_memory(Preflight *preflight)
{
	guint needed = preflight->fixture->slots->len * USBFS_MIB_A_SLOT;
	g_autofree char *text = NULL;
	guint64 mib = 0;

	if (!g_file_get_contents(USBFS_MEMORY, &text, NULL, NULL) ||
		!g_ascii_string_to_unsigned(g_strstrip(text), 10, 0, G_MAXUINT32, &mib, NULL))
		preflight_find(preflight, GRADE_WARN, "usbfs-memory",
			"If transfers fail with ENOMEM, boot with usbcore.usbfs_memory_mb=64.",
			"the kernel does not tell how much memory usbfs may use");
	else if (mib && mib < needed)
		preflight_find(preflight, GRADE_FAIL, "usbfs-memory",
			"Boot with usbcore.usbfs_memory_mb=64, or write it to " USBFS_MEMORY ".",
			"usbfs may use %u MiB, %u slots need %u", (guint)mib,
			preflight->fixture->slots->len, needed);
	else
		preflight_find(preflight, GRADE_OK, "usbfs-memory", NULL,
			mib ? "%u MiB for %u slots" : "no limit (%u) for %u slots", (guint)mib,
			preflight->fixture->slots->len);
}

void preflight_bus(Preflight *preflight)
{
	check_depths(preflight);
	check_controllers(preflight);
	check_memory(preflight);
}

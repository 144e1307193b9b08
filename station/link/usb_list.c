#include "link/usb_list.h"

#include "link/usb_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void entry_free(gpointer data)
{
	UsbEntry *entry = data;

	g_free(entry->port);
	g_free(entry->manufacturer);
	g_free(entry->product);
	g_free(entry->serial);
	g_free(entry);
}

/* ---- what the kernel keeps of a device --------------------------------------------------------- */

static guint number(const char *port, const char *name)
{
	g_autofree char *text = usb_port_attribute(port, name);

	return text ? (guint)MIN(g_ascii_strtoull(text, NULL, 10), G_MAXINT) : 0;
}

/* An alternate setting is one or the other: the one with the most counts. */
static guint endpoints_of(const struct libusb_interface *interface)
{
	guint most = 0;

	for (int i = 0; i < interface->num_altsetting; i++)
		most = MAX(most, interface->altsetting[i].bNumEndpoints);
	return most;
}

static guint count_endpoints(libusb_device *device)
{
	struct libusb_config_descriptor *configuration = NULL;
	guint count = 1;

	if (libusb_get_active_config_descriptor(device, &configuration))
		return count;
	for (int i = 0; i < configuration->bNumInterfaces; i++)
		count += endpoints_of(&configuration->interface[i]);
	libusb_free_config_descriptor(configuration);
	return count;
}

static UsbEntry *entry_new(libusb_device *device)
{
	UsbEntry *entry = g_new0(UsbEntry, 1);
	struct libusb_device_descriptor descriptor;
	char port[USB_PORT_SIZE];

	usb_port_path(device, port, sizeof port);
	libusb_get_device_descriptor(device, &descriptor); /* from memory: it cannot fail */
	entry->port = g_strdup(port);
	entry->id = (UsbId){descriptor.idVendor, descriptor.idProduct};
	entry->bus = libusb_get_bus_number(device);
	entry->address = libusb_get_device_address(device);
	entry->mbit = number(port, "speed");
	entry->hub_ports =
		descriptor.bDeviceClass == LIBUSB_CLASS_HUB ? MAX(number(port, "maxchild"), 1) : 0;
	entry->endpoints = count_endpoints(device);
	entry->manufacturer = usb_port_attribute(port, "manufacturer");
	entry->product = usb_port_attribute(port, "product");
	entry->serial = usb_port_attribute(port, "serial");
	return entry;
}

/* ---- port paths -------------------------------------------------------------------------------- */

guint usb_port_depth(const char *port)
{
	guint depth = strchr(port, '-') ? 1 : 0;

	for (const char *at = port; *at; at++)
		depth += *at == '.';
	return depth;
}

gint usb_port_compare(const char *a, const char *b)
{
	for (;;) {
		char *rest_a, *rest_b;
		unsigned long x = strtoul(a, &rest_a, 10), y = strtoul(b, &rest_b, 10);

		if (x != y)
			return x < y ? -1 : 1;
		if (!*rest_a || !*rest_b || rest_a == a || rest_b == b)
			return strcmp(rest_a, rest_b);
		a = rest_a + 1;
		b = rest_b + 1;
	}
}

static gint by_port(gconstpointer a, gconstpointer b)
{
	return usb_port_compare((*(UsbEntry *const *)a)->port, (*(UsbEntry *const *)b)->port);
}

/* "1-2.3" -> "1-2" and 3; "1-2" -> "usb1" and 2. NULL: no port of a hub. */
static char *hub_of(const char *port, const char **number_of)
{
	const char *dash = strchr(port, '-'), *dot = strrchr(port, '.');

	if (!dash)
		return NULL;
	*number_of = dot ? dot + 1 : dash + 1;
	return dot ? g_strndup(port, (gsize)(dot - port))
		   : g_strdup_printf("usb%.*s", (int)(dash - port), port);
}

/* "2-2-port3" -> "2-2.3"; "usb2-port3" -> "2-3". */
static char *port_of(const char *name)
{
	const char *at = g_strrstr(name, "-port");

	if (!at || !g_ascii_isdigit(at[5]))
		return NULL;
	if (g_str_has_prefix(name, "usb"))
		return g_strdup_printf("%.*s-%s", (int)(at - name - 3), name + 3, at + 5);
	return g_strdup_printf("%.*s.%s", (int)(at - name), name, at + 5);
}

char *usb_port_twin(const char *devices, const char *port)
{
	const char *number_of = NULL;
	g_autofree char *hub = hub_of(port, &number_of), *link = NULL, *target = NULL;
	g_autofree char *name = NULL;
	gboolean root;

	if (!hub)
		return NULL;
	root = g_str_has_prefix(hub, "usb");
	link = g_strdup_printf("%s/%s/%s%s:1.0/%s-port%s/peer", devices, hub, root ? hub + 3 : hub,
		root ? "-0" : "", hub, number_of);
	target = g_file_read_link(link, NULL);
	name = target ? g_path_get_basename(target) : NULL;
	return name ? port_of(name) : NULL;
}

/* ---- the list ---------------------------------------------------------------------------------- */

GPtrArray *usb_list(Usb *usb)
{
	GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);
	libusb_device **list = NULL;
	gssize count;

	usb_handle_events(usb, 0, NULL); /* who has come and gone since */
	count = libusb_get_device_list(usb->context, &list);
	for (gssize i = 0; i < count; i++)
		g_ptr_array_add(entries, entry_new(list[i]));
	if (list)
		libusb_free_device_list(list, 1);
	g_ptr_array_sort(entries, by_port);
	return entries;
}

const UsbEntry *usb_list_find(const GPtrArray *list, const char *port)
{
	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (!strcmp(entry->port, port))
			return entry;
	}
	return NULL;
}

gboolean usb_list_may_open(Usb *usb, const UsbEntry *entry, GError **error)
{
	libusb_device *device = usb_find(usb, entry->port);
	libusb_device_handle *handle = NULL;
	int result = device ? libusb_open(device, &handle) : LIBUSB_ERROR_NO_DEVICE;

	if (handle)
		libusb_close(handle);
	if (device)
		libusb_unref_device(device);
	if (result == 0)
		return TRUE;
	g_set_error(error, FAILURE,
		result == LIBUSB_ERROR_ACCESS ? FAILURE_USB_ACCESS : FAILURE_USB_LOST,
		"opening %04X:%04X on port %s: %s", entry->id.vendor, entry->id.product,
		entry->port, libusb_strerror((enum libusb_error)result));
	return FALSE;
}

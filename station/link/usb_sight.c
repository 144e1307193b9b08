/* What is seen on the bus while a device is awaited: who else comes to its port, and where else it comes. */
#include "link/usb_parts.h"
#include "link/usb_port.h"

#include <string.h>

enum {
	SIGHTS_MAX = 256, /* boards come and go; nobody reads more */
	CROWD_MS = 1500,  /* longer than a boot window until a host comes (boards.md section 1.5) */
};

static void sight_free(gpointer data)
{
	UsbSight *sight = data;

	g_free(sight->port);
	g_free(sight->serial);
	g_free(sight);
}

void usb_sights_begin(Usb *usb)
{
	usb_sights_end(usb);
	memset(usb->sights_known, 0, sizeof usb->sights_known);
	usb->sights.elsewhere = g_ptr_array_new_with_free_func(sight_free);
}

void usb_sights_end(Usb *usb)
{
	g_clear_pointer(&usb->sights.elsewhere, g_ptr_array_unref);
	usb->sights.other = (UsbId){0};
	usb->sights.other_address = 0;
	usb->sights.others = 0;
	usb->sights.crowd = 0;
	usb->sights_us = 0;
}

const UsbSights *usb_sights(const Usb *usb)
{
	return &usb->sights;
}

static gboolean is_known(const Usb *usb, const char *port, guint8 address)
{
	for (guint i = 0; i < usb->sights.elsewhere->len; i++) {
		const UsbSight *sight = usb->sights.elsewhere->pdata[i];

		if (sight->address == address && strcmp(sight->port, port) == 0)
			return TRUE;
	}
	return usb->sights.elsewhere->len >= SIGHTS_MAX;
}

/* How long the common beginning of the ports of one hub is: 4 for "1-2.3", 2 for "1-2". */
static gsize hub_length(const char *port)
{
	const char *end = strrchr(port, '.');

	if (!end)
		end = strchr(port, '-');
	return end ? (gsize)(end - port) + 1 : 0;
}

static gboolean same_hub(const char *a, const char *b)
{
	gsize length = hub_length(a);

	return length == hub_length(b) && strncmp(a, b, length) == 0;
}

/* Who comes to the same hub makes the board wait: the kernel enumerates one port after the other. */
static void count_crowd(Usb *usb, libusb_device *device, const char *port)
{
	guint8 address = libusb_get_device_address(device) % 128, bit = (guint8)(1u << address % 8);
	gint64 since_us = g_get_monotonic_time() - usb->sights_us;
	char path[USB_PORT_SIZE];

	usb_port_path(device, path, sizeof path);
	if (!same_hub(path, port) || usb->sights_known[address / 8] & bit)
		return;
	usb->sights_known[address / 8] |= bit;
	if (usb->sights_us && since_us < CROWD_MS * G_TIME_SPAN_MILLISECOND &&
		strcmp(path, port) != 0)
		usb->sights.crowd++;
}

static void look_at(Usb *usb, libusb_device *device, const char *port, UsbId wanted)
{
	struct libusb_device_descriptor descriptor;
	guint8 address = libusb_get_device_address(device);
	char path[USB_PORT_SIZE];
	UsbSight *sight;

	libusb_get_device_descriptor(device, &descriptor); /* from memory: it cannot fail */
	if (descriptor.idVendor != wanted.vendor || descriptor.idProduct != wanted.product)
		return;
	usb_port_path(device, path, sizeof path);
	if (strcmp(path, port) == 0 || is_known(usb, path, address))
		return;
	sight = g_new0(UsbSight, 1);
	sight->port = g_strdup(path);
	/* As it was when the device came. It is not asked again: it may be somebody else's, at work. */
	sight->serial = usb_port_attribute(path, "serial");
	sight->address = address;
	g_ptr_array_add(usb->sights.elsewhere, sight);
}

void usb_sights_look(Usb *usb, const char *port, UsbId wanted)
{
	libusb_device **list = NULL;
	gssize count;

	if (!wanted.vendor)
		return;
	count = libusb_get_device_list(usb->context, &list);
	for (gssize i = 0; i < count; i++) {
		count_crowd(usb, list[i], port);
		look_at(usb, list[i], port, wanted);
	}
	if (!usb->sights_us)
		usb->sights_us = g_get_monotonic_time();
	if (list)
		libusb_free_device_list(list, 1);
}

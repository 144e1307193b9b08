/* What is seen on the bus while a device is awaited: who else comes to its port, and where else it comes. */
#include "link/usb_parts.h"
#include "link/usb_port.h"

#include <string.h>

enum {
	SIGHTS_MAX = 256, /* boards come and go; nobody reads more */
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
	usb->sights.elsewhere = g_ptr_array_new_with_free_func(sight_free);
}

void usb_sights_end(Usb *usb)
{
	g_clear_pointer(&usb->sights.elsewhere, g_ptr_array_unref);
	usb->sights.other = (UsbId){0};
	usb->sights.other_address = 0;
	usb->sights.others = 0;
	usb->sights.crowd = (UsbCrowd){0};
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

static void see(Usb *usb, libusb_device *device, const char *port, UsbId wanted)
{
	struct libusb_device_descriptor descriptor;
	guint8 address = libusb_get_device_address(device);
	char path[USB_PORT_SIZE];
	UsbSight *sight;

	usb_port_path(device, path, sizeof path);
	usb_crowd_see(&usb->sights.crowd, port, path, address, g_get_monotonic_time());
	libusb_get_device_descriptor(device, &descriptor); /* from memory: it cannot fail */
	if (descriptor.idVendor != wanted.vendor || descriptor.idProduct != wanted.product ||
		strcmp(path, port) == 0 || is_known(usb, path, address))
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
		see(usb, list[i], port, wanted);
	}
	if (!usb->sights.crowd.since_us)
		usb->sights.crowd.since_us = g_get_monotonic_time();
	if (list)
		libusb_free_device_list(list, 1);
}

/* The bus as a whole: libusb's context, and which device stands on which port. */
#include "link/usb_parts.h"

#include <stdio.h>
#include <string.h>

enum { PORTS_MAX = 7 }; /* tiers of hubs: libusb's own limit, USB 2.0 section 4.1.1 */

GQuark usb_error_quark(void)
{
	return g_quark_from_static_string("flashline-usb");
}

static int LIBUSB_CALL on_hotplug(
	libusb_context *context, libusb_device *device, libusb_hotplug_event event, void *data)
{
	Usb *usb = data;

	/* Opening in here would fail with BUSY (trust.md section 2): only take note. */
	usb->changed = TRUE;
	return 0;
}

/* A new context with its hot-plug events; NULL with libusb's error in *result. */
static libusb_context *begin(Usb *usb, int *result)
{
	libusb_context *context = NULL;
	libusb_hotplug_callback_handle callback;

	*result = libusb_init(&context);
	if (*result)
		return NULL;
	*result = libusb_hotplug_register_callback(context,
		LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT, 0,
		LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
		on_hotplug, usb, &callback);
	/* Without events the regular look has to do. */
	if (*result == 0 || *result == LIBUSB_ERROR_NOT_SUPPORTED)
		return context;
	libusb_exit(context);
	return NULL;
}

Usb *usb_new(GError **error)
{
	Usb *usb = g_new0(Usb, 1);
	int result;

	usb->context = begin(usb, &result);
	if (usb->context)
		return usb;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "libusb does not start: %s",
		libusb_strerror((enum libusb_error)result));
	g_free(usb);
	return NULL;
}

void usb_renew(Usb *usb)
{
	libusb_context *old = usb->context;
	int result;

	if (usb->open_devices)
		return;
	usb->context = begin(usb, &result);
	if (usb->context)
		libusb_exit(old);
	else
		usb->context = old;
}

void usb_free(Usb *usb)
{
	if (!usb)
		return;
	usb_sights_end(usb);
	/* With a device that could not be closed libusb cannot be left either. */
	if (!usb->open_devices)
		libusb_exit(usb->context);
	g_free(usb);
}

void usb_handle_events(Usb *usb, guint ms, int *completed)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	libusb_handle_events_timeout_completed(usb->context, &tv, completed);
}

/* ---- port paths ------------------------------------------------------------------------------ */

void usb_port_path(libusb_device *device, char *path, gsize size)
{
	guint8 ports[PORTS_MAX];
	int count = libusb_get_port_numbers(device, ports, PORTS_MAX);
	int length = snprintf(path, size, "%u", libusb_get_bus_number(device));

	for (int i = 0; i < count; i++)
		length += snprintf(
			path + length, size - (gsize)length, "%c%u", i ? '.' : '-', ports[i]);
}

libusb_device *usb_find(Usb *usb, const char *port)
{
	libusb_device **list = NULL, *found = NULL;
	gssize count = libusb_get_device_list(usb->context, &list);

	for (gssize i = 0; i < count && !found; i++) {
		char path[USB_PORT_SIZE];

		usb_port_path(list[i], path, sizeof path);
		if (strcmp(path, port) == 0)
			found = libusb_ref_device(list[i]);
	}
	if (list)
		libusb_free_device_list(list, 1);
	return found;
}

gboolean usb_listed(Usb *usb, libusb_device *device)
{
	libusb_device **list = NULL;
	gssize count = libusb_get_device_list(usb->context, &list);
	gboolean found = FALSE;

	for (gssize i = 0; i < count; i++)
		found = found || list[i] == device;
	if (list)
		libusb_free_device_list(list, 1);
	return found;
}

gboolean usb_id_equal(UsbId a, UsbId b)
{
	return a.vendor == b.vendor && a.product == b.product;
}

gboolean usb_id_parse(const char *text, UsbId *id)
{
	guint vendor, product;

	if (!text || !g_regex_match_simple(USB_ID_PATTERN, text, G_REGEX_DOLLAR_ENDONLY, 0) ||
		sscanf(text, "%4x:%4x", &vendor, &product) != 2)
		return FALSE;
	*id = (UsbId){.vendor = (guint16)vendor, .product = (guint16)product};
	return TRUE;
}

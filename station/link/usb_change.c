/* Hearing of what comes and goes on the bus, and waiting for a device to leave it. */
#include "link/usb_parts.h"
#include "link/usb_port.h"

gboolean usb_agrees_with_kernel(Usb *usb, const char *port)
{
	g_autofree char *text = usb_port_attribute(port, "devnum");
	libusb_device *device = usb_find(usb, port);
	guint64 known = device ? libusb_get_device_address(device) : 0;
	guint64 kernel = text ? g_ascii_strtoull(text, NULL, 10) : 0;

	if (device)
		libusb_unref_device(device);
	return known == kernel;
}

/*
 * libusb hears of changes from udev only, and udev's messages can be lost when many devices come at
 * once. So now and then, however much goes on at other ports, it is compared with what the kernel
 * itself says, and made to look anew where the two differ. That waits for every hub that is busy with a port, ten
 * seconds and more (fixtures/virtual/README.md).
 */
void usb_rescan(Usb *usb, const char *port)
{
	gint64 now_us = g_get_monotonic_time();

	if (now_us < usb->rescanned_us + USB_RESCAN_MS * G_GINT64_CONSTANT(1000))
		return;
	usb->rescanned_us = now_us;
	if (!usb_agrees_with_kernel(usb, port))
		usb_renew(usb);
}

void usb_wait_for_change(Usb *usb, guint ms, const Watch *watch)
{
	gint64 until_us = g_get_monotonic_time() + ms * G_GINT64_CONSTANT(1000);

	while (!usb->changed && watch_ok(watch, NULL)) {
		gint64 left_us = until_us - g_get_monotonic_time();

		if (left_us <= 0)
			return;
		usb_handle_events(usb,
			watch_timeout_ms(watch, (guint)MIN(left_us / 1000 + 1, USB_SLICE_MS)),
			NULL);
	}
}

void usb_await_change(Usb *usb, guint ms, const Watch *watch)
{
	usb->stop = watch->stop;
	usb->changed = FALSE;
	usb_wait_for_change(usb, ms, watch);
}

/* ---- departure ------------------------------------------------------------------------------- */

/* Of one that is open libusb hears without udev, by its file. */
gboolean usb_await_left(UsbDevice *device, Watch *watch, GError **error)
{
	Usb *usb = device->usb;

	usb->stop = watch->stop;
	for (;;) {
		usb->changed = FALSE;
		if (!usb_listed(usb, libusb_get_device(device->handle)))
			return TRUE;
		usb_wait_for_change(usb, USB_RESCAN_MS, watch);
		if (!watch_ok(watch, error)) {
			g_prefix_error(error,
				"%04X:%04X is still on port %s: ", device->descriptor.idVendor,
				device->descriptor.idProduct, device->port);
			return FALSE;
		}
	}
}

gboolean usb_await_gone(Usb *usb, const char *port, Watch *watch, GError **error)
{
	usb->stop = watch->stop;
	for (;;) {
		libusb_device *device;

		usb->changed = FALSE;
		device = usb_find(usb, port);
		if (!device)
			return TRUE;
		libusb_unref_device(device);
		usb_wait_for_change(usb, USB_RESCAN_MS, watch);
		usb_rescan(usb, port);
		if (!watch_ok(watch, error)) {
			g_prefix_error(error, "port %s is still occupied: ", port);
			return FALSE;
		}
	}
}

#include "link/usb_port.h"

#include "core/text.h"

#include <string.h>
#include <unistd.h>

enum { ATTRIBUTE_MAX = 1024 }; /* a string descriptor has 126 characters */

/* devnum is there as long as the device is; its folder may be on its way out. */
gboolean usb_port_occupied(const char *port)
{
	g_autofree char *path = g_strdup_printf(USB_SYSFS_DEVICES "/%s/devnum", port);

	return access(path, R_OK) == 0;
}

char *usb_port_attribute(const char *port, const char *name)
{
	/* The folder of a root hub is called usb1. */
	g_autofree char *path = g_strdup_printf(
		USB_SYSFS_DEVICES "/%s%s/%s", strchr(port, '-') ? "" : "usb", port, name);
	g_autofree char *text = NULL;
	gsize length;

	if (!g_file_get_contents(path, &text, &length, NULL))
		return NULL;
	length = MIN(length, ATTRIBUTE_MAX);
	while (length && text[length - 1] == '\n')
		length--;
	return length ? text_clean(text, (gssize)length) : NULL;
}

gboolean usb_port_openable(const char *port)
{
	g_autofree char *bus = usb_port_attribute(port, "busnum");
	g_autofree char *device = usb_port_attribute(port, "devnum");
	g_autofree char *path = NULL;

	if (!bus || !device)
		return FALSE;
	path = g_strdup_printf("/dev/bus/usb/%03u/%03u", (guint)g_ascii_strtoull(bus, NULL, 10),
		(guint)g_ascii_strtoull(device, NULL, 10));
	return access(path, R_OK | W_OK) == 0;
}

char *usb_port_of_serial(const char *serial)
{
	g_autoptr(GDir) devices = g_dir_open(USB_SYSFS_DEVICES, 0, NULL);
	const char *name;

	while (devices && (name = g_dir_read_name(devices))) {
		g_autofree char *own = NULL;

		/* An interface is "1-2:1.0", a root hub "usb1". */
		if (strchr(name, ':') || !strchr(name, '-'))
			continue;
		own = usb_port_attribute(name, "serial");
		if (g_strcmp0(own, serial) == 0)
			return g_strdup(name);
	}
	return NULL;
}

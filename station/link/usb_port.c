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

#include "link/usb_port.h"

#include <unistd.h>

/* devnum is there as long as the device is; its folder may be on its way out. */
gboolean usb_port_occupied(const char *port)
{
	g_autofree char *path = g_strdup_printf("/sys/bus/usb/devices/%s/devnum", port);

	return access(path, R_OK) == 0;
}

/* What is plugged into a USB port, as the kernel keeps it in sysfs: no device is opened or asked. */
#pragma once

#include <glib.h>

#define USB_SYSFS_DEVICES "/sys/bus/usb/devices"

/* `port`: a port path, "1-2.3". */
gboolean usb_port_occupied(const char *port);

/* Whether something is there and the rules for devices have opened it to us, which they do seconds after it came where its hub
 * is busy with other ports: they need the hub's own attributes, and those wait for it. */
gboolean usb_port_openable(const char *port);

/* Where the device with this serial is, its port path newly allocated; NULL: nowhere. Of two with one serial it is
 * either. */
char *usb_port_of_serial(const char *serial);

/* A line that the kernel has of the device there ("serial", "speed"), clean, newly allocated; NULL where there
 * is none. A root hub is its bus alone: "1". Strings wait while the device is being reset or removed, a hub's while
 * it brings up any port; numbers never do. */
char *usb_port_attribute(const char *port, const char *name);

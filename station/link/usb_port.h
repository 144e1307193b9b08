/* What is plugged into a USB port, as the kernel keeps it in sysfs: no device is opened or asked. */
#pragma once

#include <glib.h>

#define USB_SYSFS_DEVICES "/sys/bus/usb/devices"

/* `port`: a port path, "1-2.3". */
gboolean usb_port_occupied(const char *port);

/* Where the device with this serial is, its port path newly allocated; NULL: nowhere. Of two with one serial it is
 * either. */
char *usb_port_of_serial(const char *serial);

/* A line that the kernel has of the device there ("serial", "speed"), clean, newly allocated; NULL where there
 * is none. A root hub is its bus alone: "1". */
char *usb_port_attribute(const char *port, const char *name);

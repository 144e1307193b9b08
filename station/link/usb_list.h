/*
 * Everything on the bus, as it is now: for whoever looks at the fixture as a whole. No device is asked
 * anything: what the kernel read as a device came stands in sysfs, and it may be at work for others.
 */
#pragma once

#include "link/usb.h"
#include "link/usb_port.h"

typedef struct {
	char *port; /* "1-2.3"; a root hub is its bus alone: "1" */
	UsbId id;
	guint bus, address;
	guint mbit;      /* its speed: 12, 480, 5000 ...; 0: not told */
	guint hub_ports; /* 0: not a hub */
	guint endpoints; /* in use with its configuration, the control endpoint too */
	/* Clean texts; NULL where it has none. A serial with anything strange in it is not as it was. */
	char *manufacturer, *product, *serial;
} UsbEntry;

/* Of UsbEntry*, by port path: each hub before what hangs on it. */
GPtrArray *usb_list(Usb *usb);
const UsbEntry *usb_list_find(const GPtrArray *list, const char *port);

/* Root hubs have 0; "1-2.3" has 2: one hub between it and the root. */
guint usb_port_depth(const char *port);
/* Like strcmp(), with numbers as numbers: 1-2 before 1-10. */
gint usb_port_compare(const char *a, const char *b);

/* Whether this process may talk to it: opens and closes it. FAILURE_USB_ACCESS, FAILURE_USB_LOST.
 * Not while somebody works with the device. */
gboolean usb_list_may_open(
	Usb *usb, const UsbEntry *entry, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * A socket of a USB 3 hub is two ports, one a bus: the kernel tells which belong together.
 * The other one's path, newly allocated; NULL where there is none or nobody knows.
 *
 *   DEVICES/1-2/1-2:1.0/1-2-port3/peer -> .../2-2-port3        "1-2.3" -> "2-2.3"
 */
char *usb_port_twin(const char *devices, const char *port);

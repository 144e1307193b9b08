/*
 * What usb*.c share: libusb's own types stay behind this header.
 */
#pragma once

#include "core/failure.h"
#include "link/usb.h"

#include <libusb.h>

enum { USB_SLICE_MS = 50 }; /* how long a stop may go unnoticed */

struct Usb {
	libusb_context *context;
	gboolean changed; /* something came or went since it was last cleared */
	guint open_devices;
	gint64 rescanned_us; /* when libusb was last compared with the kernel */
	UsbSights sights;
	const volatile gint *stop; /* of the watch that was waited with last; may be NULL */
};

struct UsbDevice {
	UsbPipe pipe; /* first: a pipe is its device */
	Usb *usb;
	libusb_device_handle *handle;
	struct libusb_device_descriptor descriptor;
	char *port;
	guint8 *configuration;
	gsize configuration_length;
	guint32 claimed;  /* bit n: interface n */
	guint16 language; /* of its strings; 0: not asked yet */
	gboolean
		abandoned; /* libusb cannot close it any more: it stays open until the process ends */
};

/* "1-2.3": bus 1, port 2 of its root hub, port 3 of the hub there. A root hub has none: "1". */
#define USB_PORT_SIZE 64
void usb_port_path(libusb_device *device, char *path, gsize size);

/* The device on this port, referenced, or NULL. */
libusb_device *usb_find(Usb *usb, const char *port);

/* Whether libusb still lists exactly this device. */
gboolean usb_listed(Usb *usb, libusb_device *device);

/* A fresh look at the whole bus, where no device is open. */
void usb_renew(Usb *usb);

/* Lets libusb work for at most so long. */
void usb_handle_events(Usb *usb, guint ms, int *completed);

/*
 * usb_change.c. The safety net under hot-plug events, which udev may lose, and of which an arrival directly followed by a
 * removal gives none at all (virtual-usb.md section 2): every so often libusb is compared with the kernel, and made to look
 * anew where they differ about this port.
 */
enum { USB_RESCAN_MS = 500 };
void usb_rescan(Usb *usb, const char *port);
/* Whether libusb has the same device on this port as the kernel has, or none as it has none. */
gboolean usb_agrees_with_kernel(Usb *usb, const char *port);
/* Returns when something came or went since usb->changed was cleared, after `ms`, or when the watch is over. */
void usb_wait_for_change(Usb *usb, guint ms, const Watch *watch);

/* usb_open.c: opens a device that is configured; NULL with libusb's error in *result. */
UsbDevice *usb_open(Usb *usb, libusb_device *device, const char *port, int *result);

/* usb_transfer.c: fills in device->pipe. */
void usb_pipe_init(UsbDevice *device);

/* usb_sight.c: forgets what was seen; looks for this id on all ports but one; frees. */
void usb_sights_begin(Usb *usb);
void usb_sights_look(Usb *usb, const char *port, UsbId wanted);
void usb_sights_end(Usb *usb);

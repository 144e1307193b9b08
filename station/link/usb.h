/*
 * USB through libusb-1.0, the only place that knows it.
 *
 * A board is found by the port path of its slot ("1-2.3": bus, then the ports down to it), never
 * by a USB serial: ST's ROM gives every H743 the same one (facts/boards.md section 0.1).
 * Every transfer has a time-out, every wait a Watch. One Usb and one thread a process. The stop of
 * the watch given to usb_await() ends a transfer too, within 50 ms: an erase may take seconds.
 */
#pragma once

#include "core/failure.h"
#include "core/watch.h"
#include "link/usb_crowd.h"

typedef struct Usb Usb;             /* a libusb context with its hot-plug events */
typedef struct UsbDevice UsbDevice; /* one opened device */

Usb *usb_new(GError **error) G_GNUC_WARN_UNUSED_RESULT;
void usb_free(Usb *usb); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Usb, usb_free)

/* Vendor 0: any device. */
typedef struct {
	guint16 vendor, product;
} UsbId;

/* "37C5:9204", as people write it. FALSE leaves the result as it was. */
#define USB_ID_PATTERN "^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}$"
gboolean usb_id_parse(const char *text, UsbId *id) G_GNUC_WARN_UNUSED_RESULT;
gboolean usb_id_equal(UsbId a, UsbId b);

/*
 * Waits until this device is on this port and opens it. Another device there (a bootloader that
 * has yet to leave) is waited out; if the deadline passes with it still there, or it has
 * come and left, the failure is FAILURE_USB_WRONG_DEVICE and says what it was, with nothing there FAILURE_USB_NOT_SEEN, where
 * opening is denied FAILURE_USB_ACCESS, and where it was there and went before it could be opened
 * FAILURE_USB_LOST. Who comes to look when the deadline has passed looks once; what is absent then is FAILURE_STEP_DEADLINE.
 * Progress: phase "await". The device stays configured as the kernel left it:
 * no reset, no SET_CONFIGURATION (a bus reset boots OpenMV's application).
 */
UsbDevice *usb_await(Usb *usb, const char *port, UsbId id, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, but FAILURE_USB_WRONG_DEVICE as soon as the device `instead` has been there for 2 s: it will not make room.
 * Vendor 0: none. */
UsbDevice *usb_await_unless(Usb *usb, const char *port, UsbId id, UsbId instead, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the last usb_await() has seen besides the device that it waited for, so that its caller can say why
 * that did not come. Serials are as the kernel has read them; no device is asked. */
typedef struct {
	char *port, *serial; /* serial: NULL when it has none */
	guint8 address;
} UsbSight;
typedef struct {
	UsbCrowd crowd; /* what came to the same hub */
	UsbId other;    /* the last other device on its port; vendor 0: there was none */
	guint8 other_address;
	guint others; /* how often another one came to its port */
	GPtrArray
		*elsewhere; /* of UsbSight*: devices with the id that was awaited, on other ports */
} UsbSights;
const UsbSights *usb_sights(const Usb *usb);

/* Waits until this device is off the bus; another one may stand on its port already.
 * FAILURE_STEP_DEADLINE. */
gboolean usb_await_left(UsbDevice *device, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What is on the port now, without opening it; FALSE: nothing. */
gboolean usb_present(Usb *usb, const char *port, UsbId *id);

/* Waits until something comes or goes anywhere on the bus, for so long at most. */
void usb_await_change(Usb *usb, guint ms, const Watch *watch);

/* Waits until nothing is on the port. FAILURE_STEP_DEADLINE. */
gboolean usb_await_gone(
	Usb *usb, const char *port, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void usb_close(UsbDevice *device); /* releases what was claimed, lets kernel drivers have it back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(UsbDevice, usb_close)
/* The same for a device that has lost its power, which the kernel may learn later: its drivers do not get it back, or
 * they would begin to talk to it, and hold up its hub, and whoever lists the bus, for ten seconds. */
void usb_close_dead(UsbDevice *device);

/* Whether it still is on the bus, told by itself: it answers, within 500 ms, what every device answers at any time. */
gboolean usb_answers(UsbDevice *device);

/* What is known without asking the device again. */
UsbId usb_id(const UsbDevice *device);
const char *usb_port(const UsbDevice *device); /* its port path */
guint16 usb_bcd_device(const UsbDevice *device);
/* String descriptors as UTF-8, newly allocated, control characters replaced; NULL if it has none
 * or does not tell. `index` as in a descriptor. */
char *usb_string(UsbDevice *device, guint8 index);
char *usb_serial(UsbDevice *device);
/* The active configuration's descriptor, whole; owned by the device. */
const guint8 *usb_configuration(const UsbDevice *device, gsize *length);

/* Takes an interface from whatever kernel driver has it. */
gboolean usb_claim(UsbDevice *device, guint8 interface, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean usb_set_alt(
	UsbDevice *device, guint8 interface, guint8 alt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What a protocol engine needs of a device, so that tests and fuzzers can stand in for it.
 * Both return how many bytes moved, or -1; messages name request and port path. A stall is
 * USB_ERROR_STALL, a device that is gone FAILURE_USB_LOST, no answer in time USB_ERROR_TIMEOUT,
 * no memory of the kernel's for it FAILURE_USB_MEMORY, anything else FAILURE_USB_TRANSFER.
 */
#define USB_ERROR usb_error_quark()
GQuark usb_error_quark(void);
typedef enum { USB_ERROR_STALL, USB_ERROR_TIMEOUT } UsbError;

typedef struct UsbPipe UsbPipe;
struct UsbPipe {
	/* Direction is bit 7 of `type`, as in bmRequestType. */
	gssize (*control)(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
		guint8 *data, guint16 length, guint timeout_ms, GError **error);
	/* Direction is bit 7 of `endpoint`. At most 1 MiB. */
	gssize (*bulk)(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
		GError **error);
	gboolean (*clear_halt)(UsbPipe *pipe, guint8 endpoint, GError **error);
	/* SET_INTERFACE, as usb_set_alt(). */
	gboolean (*set_alt)(UsbPipe *pipe, guint8 interface, guint8 alt, GError **error);
};

/* For where a device that goes away means something of its own: FAILURE_USB_LOST becomes `code`. Returns FALSE. */
gboolean usb_lost_means(GError **error, FailureCode code);

/* The pipe of a real device; owned by it. */
UsbPipe *usb_pipe(UsbDevice *device);

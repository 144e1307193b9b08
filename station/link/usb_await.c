/* Waiting for a device to come to a port. */
#include "link/usb_parts.h"
#include "link/usb_port.h"

enum {
	/* The device is there, but cannot be opened yet. Its boot window may be running. */
	RETRY_MS = 20,
	/* The rules that open a device to us are applied as it arrives; after so long they are not. */
	DENIED_MS = 1000,
	/* What was there before a reset is off the bus when its hub has had time to notice. */
	INSTEAD_MS = 2000,
};

/* What was on the port the last time we looked. */
typedef struct {
	const char *port;
	UsbId wanted, seen;
	UsbId instead;     /* what ends the wait when it stays; vendor 0: nothing does */
	gint64 instead_us; /* since when it is there; 0: it is not */
	gboolean present;  /* something was there */
	gboolean met;      /* the wanted one was there, once */
	gboolean left;     /* and went: what is there now is another, or the same once more */
	guint8 address;    /* of the wanted one, the last time it was there */
	gint64 denied_us;  /* since when opening it is denied; 0: it is not */
	int result;        /* libusb's error at the last opening */
	gboolean late;     /* its time was over before the first look */
} Sighting;

static gboolean is_wanted(const Sighting *sighting)
{
	return !sighting->wanted.vendor || usb_id_equal(sighting->seen, sighting->wanted);
}

/* Whether what ends the wait has stayed. */
static gboolean is_instead(Sighting *sighting)
{
	gint64 now_us = g_get_monotonic_time();

	if (!sighting->present || !sighting->instead.vendor ||
		!usb_id_equal(sighting->seen, sighting->instead))
		sighting->instead_us = 0;
	else if (!sighting->instead_us)
		sighting->instead_us = now_us;
	return sighting->instead_us &&
	       now_us - sighting->instead_us >= INSTEAD_MS * G_TIME_SPAN_MILLISECOND;
}

/* Each arrival has another address. */
static void meet(Sighting *sighting, guint8 address)
{
	sighting->left = sighting->left || (sighting->met && address != sighting->address);
	sighting->address = address;
	sighting->met = TRUE;
}

static UsbDevice *try_open(Usb *usb, libusb_device *device, Sighting *sighting)
{
	UsbDevice *opened = usb_open(usb, device, sighting->port, &sighting->result);

	meet(sighting, libusb_get_device_address(device));
	if (sighting->result != LIBUSB_ERROR_ACCESS)
		sighting->denied_us = 0;
	else if (!sighting->denied_us)
		sighting->denied_us = g_get_monotonic_time();
	return opened;
}

static guint number_at(const char *port, const char *name, guint base)
{
	g_autofree char *text = usb_port_attribute(port, name);

	return text ? (guint)g_ascii_strtoull(text, NULL, base) : 0;
}

/* Whether the kernel has it and libusb has not heard of it: while a hub is busy with other ports a bootloader may come and
 * leave before udev tells anybody. Of others, of which one that is just leaving may be the last, libusb's word counts. */
static void look_at_kernel(Sighting *sighting)
{
	guint8 address = (guint8)number_at(sighting->port, "devnum", 10);
	UsbId id = {(guint16)number_at(sighting->port, "idVendor", 16),
		(guint16)number_at(sighting->port, "idProduct", 16)};

	if (address && id.vendor && usb_id_equal(id, sighting->wanted))
		meet(sighting, address);
}

/* Each arrival has another address. */
static void see_other(Usb *usb, UsbId id, guint8 address)
{
	usb->sights.others += address != usb->sights.other_address;
	usb->sights.other = id;
	usb->sights.other_address = address;
}

/* Looks at the port once. */
static UsbDevice *look(Usb *usb, Sighting *sighting)
{
	libusb_device *device = usb_find(usb, sighting->port);
	struct libusb_device_descriptor descriptor;
	UsbDevice *opened = NULL;

	sighting->present = device != NULL;
	if (!device) {
		look_at_kernel(sighting);
		return NULL;
	}
	libusb_get_device_descriptor(device, &descriptor); /* from memory: it cannot fail */
	sighting->seen = (UsbId){descriptor.idVendor, descriptor.idProduct};
	if (is_wanted(sighting))
		opened = try_open(usb, device, sighting);
	else
		see_other(usb, sighting->seen, libusb_get_device_address(device));
	libusb_unref_device(device);
	return opened;
}

static gboolean denied(const Sighting *sighting, GError **error)
{
	gint64 limit_us = DENIED_MS * G_GINT64_CONSTANT(1000);

	if (!sighting->denied_us || g_get_monotonic_time() - sighting->denied_us < limit_us)
		return FALSE;
	g_set_error(error, FAILURE, FAILURE_USB_ACCESS, "may not open %04X:%04X on port %s",
		sighting->seen.vendor, sighting->seen.product, sighting->port);
	return TRUE;
}

/* Whether the wanted one has been there since it was met, by the kernel's word too: one that comes and goes as a
 * bootloader does whose window is missed, again and again, may be just leaving or just back when the wait ends. */
static gboolean stayed(Usb *usb, const Sighting *sighting)
{
	return sighting->present && is_wanted(sighting) && !sighting->left &&
	       usb_agrees_with_kernel(usb, sighting->port);
}

/* The wanted one was not there. Who had no time to look has no proof of that: late was we, not the board. */
static void explain_absence(
	Usb *usb, const Sighting *sighting, const char *wanted, double waited, GError **error)
{
	UsbId other = usb->sights.other;

	if (sighting->late)
		g_set_error(error, FAILURE, FAILURE_STEP_DEADLINE,
			"port %s could not be looked at before %.1f s, when the time was over; "
			"then it "
			"had no %s",
			sighting->port, waited, wanted);
	else if (sighting->present)
		g_set_error(error, FAILURE, FAILURE_USB_WRONG_DEVICE,
			"after %.1f s %04X:%04X is on port %s, not %s", waited,
			sighting->seen.vendor, sighting->seen.product, sighting->port, wanted);
	else if (other.vendor)
		g_set_error(error, FAILURE, FAILURE_USB_WRONG_DEVICE,
			"%04X:%04X was on port %s and left; %s did not come for %.1f s",
			other.vendor, other.product, sighting->port, wanted, waited);
	else
		g_set_error(error, FAILURE, FAILURE_USB_NOT_SEEN,
			"nothing on port %s for %.1f s, waiting for %s", sighting->port, waited,
			wanted);
}

/* The end of the wait, in terms of what was seen. Somebody's stop stays what it is. */
static void explain(Usb *usb, const Sighting *sighting, const Watch *watch, GError **error)
{
	double waited = (g_get_monotonic_time() - watch->begin_us) / 1e6;
	g_autofree char *wanted = sighting->wanted.vendor
					  ? g_strdup_printf("%04X:%04X", sighting->wanted.vendor,
						    sighting->wanted.product)
					  : g_strdup("device");
	g_autoptr(GError) failure = NULL;

	if (!watch_ok(watch, &failure) && g_error_matches(failure, FAILURE, FAILURE_STOPPED))
		g_propagate_error(error, g_steal_pointer(&failure));
	else if (stayed(usb, sighting))
		g_set_error(error, FAILURE, FAILURE_USB_TRANSFER,
			"%s is on port %s but could not be opened for %.1f s: %s", wanted,
			sighting->port, waited, libusb_error_name(sighting->result));
	else if (sighting->met)
		g_set_error(error, FAILURE, FAILURE_USB_LOST,
			"%s was on port %s but left before it could be opened", wanted,
			sighting->port);
	else
		explain_absence(usb, sighting, wanted, waited, error);
}

/* Looks until it is there or its time is over; the last time then: on a slow machine the look before that may be long
 * ago, or there was none. */
static UsbDevice *look_out(Usb *usb, Sighting *sighting, Watch *watch, GError **error)
{
	gboolean over = !watch_ok(watch, NULL);

	sighting->late = over;
	for (;; over = !watch_ok(watch, NULL)) {
		UsbDevice *device;

		usb->changed = FALSE;
		device = look(usb, sighting);
		if (device || denied(sighting, error))
			return device;
		usb_sights_look(usb, sighting->port, sighting->wanted);
		if (over || is_instead(sighting))
			break;
		/* One that cannot be opened may have left without a word, too. */
		usb_wait_for_change(usb,
			sighting->present && is_wanted(sighting) ? RETRY_MS : USB_RESCAN_MS, watch);
		if (usb_port_openable(sighting->port))
			usb_rescan(usb, sighting->port);
	}
	explain(usb, sighting, watch, error);
	return NULL;
}

UsbDevice *usb_await(Usb *usb, const char *port, UsbId id, Watch *watch, GError **error)
{
	return usb_await_unless(usb, port, id, (UsbId){0}, watch, error);
}

UsbDevice *usb_await_unless(
	Usb *usb, const char *port, UsbId id, UsbId instead, Watch *watch, GError **error)
{
	Sighting sighting = {.port = port, .wanted = id, .instead = instead};
	UsbDevice *device;

	usb->stop = watch->stop;
	usb_sights_begin(usb);
	watch_progress(watch, "await", 0, 1);
	device = look_out(usb, &sighting, watch, error);
	if (device)
		watch_progress(watch, "await", 1, 1);
	return device;
}

gboolean usb_present(Usb *usb, const char *port, UsbId *id)
{
	libusb_device *device = usb_find(usb, port);
	struct libusb_device_descriptor descriptor;

	if (!device)
		return FALSE;
	libusb_get_device_descriptor(device, &descriptor);
	*id = (UsbId){descriptor.idVendor, descriptor.idProduct};
	libusb_unref_device(device);
	return TRUE;
}

/* One device: opening, its descriptors and strings, its interfaces. */
#include "link/usb_parts.h"

#include "core/text.h"

#include <string.h>

enum {
	DESCRIPTOR_MS = 1000, /* a device answers these from memory */
	CONFIGURATION_MAX = 4096,
	CONFIGURATIONS_MAX = 8,
	STRING_MAX = 255,
};

static gssize get_descriptor(
	UsbDevice *device, guint8 type, guint8 index, guint16 language, guint8 *into, guint16 size)
{
	return device->pipe.control(&device->pipe, LIBUSB_ENDPOINT_IN,
		LIBUSB_REQUEST_GET_DESCRIPTOR, (guint16)(type << 8 | index), language, into, size,
		DESCRIPTOR_MS, NULL);
}

/* ---- opening --------------------------------------------------------------------------------- */

/* The configuration that is active, as bytes: libusb only hands it out taken apart. */
static gboolean read_configuration(UsbDevice *device, int active)
{
	guint8 *bytes = g_malloc(CONFIGURATION_MAX);
	guint count = MIN(device->descriptor.bNumConfigurations, CONFIGURATIONS_MAX);

	for (guint8 index = 0; index < count; index++) {
		gssize length = get_descriptor(
			device, LIBUSB_DT_CONFIG, index, 0, bytes, CONFIGURATION_MAX);

		if (length >= LIBUSB_DT_CONFIG_SIZE && bytes[5] == active) {
			device->configuration = bytes;
			device->configuration_length = (gsize)length;
			return TRUE;
		}
	}
	g_free(bytes);
	return FALSE;
}

static int examine(UsbDevice *device)
{
	int active = 0, result;

	libusb_get_device_descriptor(libusb_get_device(device->handle), &device->descriptor);
	result = libusb_get_configuration(device->handle, &active);
	if (result)
		return result;
	if (!active)
		return LIBUSB_ERROR_NOT_FOUND; /* the kernel has yet to configure it */
	/* Devices without kernel drivers, and systems without any, say NOT_SUPPORTED. */
	libusb_set_auto_detach_kernel_driver(device->handle, 1);
	return read_configuration(device, active) ? 0 : LIBUSB_ERROR_IO;
}

UsbDevice *usb_open(Usb *usb, libusb_device *device, const char *port, int *result)
{
	libusb_device_handle *handle = NULL;
	UsbDevice *opened;

	*result = libusb_open(device, &handle);
	if (*result)
		return NULL;
	opened = g_new0(UsbDevice, 1);
	opened->usb = usb;
	opened->handle = handle;
	opened->port = g_strdup(port);
	usb->open_devices++;
	usb_pipe_init(opened);
	*result = examine(opened);
	if (*result)
		g_clear_pointer(&opened, usb_close);
	return opened;
}

void usb_close(UsbDevice *device)
{
	if (!device)
		return;
	/* The last first: as each is released the kernel looks for a driver again, and cdc_acm takes a port by its
	 * first interface, but only if the second is free by then. */
	for (int number = 31; number >= 0 && !device->abandoned; number--)
		if (device->claimed >> number & 1)
			libusb_release_interface(device->handle, number);
	if (!device->abandoned) {
		libusb_close(device->handle);
		device->usb->open_devices--;
	}
	g_free(device->configuration);
	g_free(device->port);
	g_free(device);
}

void usb_close_dead(UsbDevice *device)
{
	/* Giving back is the other half of libusb's detaching by itself. */
	if (device)
		libusb_set_auto_detach_kernel_driver(device->handle, 0);
	usb_close(device);
}

/* ---- what it says of itself ------------------------------------------------------------------ */

UsbId usb_id(const UsbDevice *device)
{
	return (UsbId){device->descriptor.idVendor, device->descriptor.idProduct};
}

guint16 usb_bcd_device(const UsbDevice *device)
{
	return device->descriptor.bcdDevice;
}

const char *usb_port(const UsbDevice *device)
{
	return device->port;
}

const guint8 *usb_configuration(const UsbDevice *device, gsize *length)
{
	*length = device->configuration_length;
	return device->configuration;
}

/* The first of its languages, asked for once. */
static guint16 language_of(UsbDevice *device)
{
	guint8 reply[STRING_MAX] = {0};

	if (!device->language) {
		gssize length = get_descriptor(device, LIBUSB_DT_STRING, 0, 0, reply, sizeof reply);

		/* 0x0409, English, is what nearly all have (boards.md section 1.5). */
		device->language =
			length >= 4 && reply[0] >= 4 ? (guint16)(reply[2] | reply[3] << 8) : 0x0409;
	}
	return device->language;
}

/* UTF-16 in little-endian order, as long as it says and as there is of it. */
static char *decode_string(const guint8 *reply, gsize length)
{
	gunichar2 units[STRING_MAX / 2];
	glong count = ((glong)MIN(reply[0], length) - 2) / 2;
	g_autofree char *text = NULL;

	for (glong i = 0; i < count; i++)
		units[i] = (gunichar2)(reply[2 + 2 * i] | reply[3 + 2 * i] << 8);
	text = g_utf16_to_utf8(units, count, NULL, NULL, NULL);
	return text ? text_clean(text, -1) : NULL;
}

char *usb_string(UsbDevice *device, guint8 index)
{
	guint8 reply[STRING_MAX] = {0};
	gssize length;

	if (!index)
		return NULL;
	length = get_descriptor(
		device, LIBUSB_DT_STRING, index, language_of(device), reply, sizeof reply);
	if (length < 2 || reply[0] < 2 || reply[1] != LIBUSB_DT_STRING)
		return NULL;
	return decode_string(reply, (gsize)length);
}

char *usb_serial(UsbDevice *device)
{
	return usb_string(device, device->descriptor.iSerialNumber);
}

/* ---- interfaces ------------------------------------------------------------------------------ */

static gboolean interface_failed(
	const UsbDevice *device, const char *what, guint8 interface, int result, GError **error)
{
	gboolean gone = result == LIBUSB_ERROR_NO_DEVICE || result == LIBUSB_ERROR_NOT_FOUND;
	gboolean taken = result == LIBUSB_ERROR_BUSY || result == LIBUSB_ERROR_ACCESS;

	g_set_error(error, FAILURE,
		gone    ? FAILURE_USB_LOST
		: taken ? FAILURE_USB_ACCESS
			: FAILURE_USB_TRANSFER,
		"%s interface %u on port %s: %s", what, interface, device->port,
		libusb_strerror((enum libusb_error)result));
	return FALSE;
}

gboolean usb_claim(UsbDevice *device, guint8 interface, GError **error)
{
	int result = interface < 32 ? libusb_claim_interface(device->handle, interface)
				    : LIBUSB_ERROR_INVALID_PARAM;

	if (result)
		return interface_failed(device, "claiming", interface, result, error);
	device->claimed |= 1u << interface;
	return TRUE;
}

gboolean usb_set_alt(UsbDevice *device, guint8 interface, guint8 alt, GError **error)
{
	int result = libusb_set_interface_alt_setting(device->handle, interface, alt);

	/* Of a device that it knows to have left libusb 1.0.26 unlocks here what it has not locked, and aborts the process
	 * when the device is closed (mended in 1.0.27, 18a64374). */
	device->abandoned |= result == LIBUSB_ERROR_NO_DEVICE;
	if (result == LIBUSB_ERROR_PIPE) {
		g_set_error(error, USB_ERROR, USB_ERROR_STALL,
			"setting %u of interface %u on port %s: stalled", alt, interface,
			device->port);
		return FALSE;
	}
	return result == 0 || interface_failed(device, "setting", interface, result, error);
}

/*
 * tool_drivers PORT: which interfaces of the device at this port path a kernel driver has, as libusb tells it, one
 * digit each: "110". Written straight against libusb, so that it judges link/usb and link/ftdi.
 */
#include <libusb.h>
#include <stdio.h>
#include <string.h>

static void port_path(libusb_device *device, char *path, size_t size)
{
	uint8_t ports[8];
	int count = libusb_get_port_numbers(device, ports, sizeof(ports));
	int length = snprintf(path, size, "%u", libusb_get_bus_number(device));

	for (int i = 0; i < count; i++)
		length += snprintf(
			path + length, size - (size_t)length, "%c%u", i ? '.' : '-', ports[i]);
}

static int tell(libusb_device *device)
{
	struct libusb_config_descriptor *configuration;
	libusb_device_handle *handle;

	if (libusb_open(device, &handle) ||
		libusb_get_active_config_descriptor(device, &configuration))
		return 1;
	for (int i = 0; i < configuration->bNumInterfaces; i++)
		putchar(libusb_kernel_driver_active(handle, i) == 1 ? '1' : '0');
	putchar('\n');
	libusb_free_config_descriptor(configuration);
	libusb_close(handle);
	return 0;
}

int main(int argc, char **argv)
{
	libusb_device **list;
	ssize_t count;
	int result = 1;

	if (argc != 2 || libusb_init(NULL) || (count = libusb_get_device_list(NULL, &list)) < 0)
		return 2;
	for (ssize_t i = 0; i < count; i++) {
		char path[64];

		port_path(list[i], path, sizeof(path));
		if (strcmp(path, argv[1]) == 0)
			result = tell(list[i]);
	}
	libusb_free_device_list(list, 1);
	libusb_exit(NULL);
	return result;
}

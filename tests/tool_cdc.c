/*
 * tool_cdc PORT COMMAND...: speaks to OpenMV's CDC bootloader on a port, as soon as it is there. Written straight
 * against libusb, so that it judges the simulated bootloader and not our own link/cdcboot.
 *
 *   start            prints the version       erase FIRST-LAST   sectors
 *   layout           prints three words       write FILE         packets of 60 bytes, 32 a transfer
 *   reset                                     time               prints how long all before took, in ms
 *
 * Exit status: 0; 1 an error; 3 nothing was answered for 5 s.
 */
#include <libusb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { IN = 0x81, OUT = 0x01, PACKET = 64, BATCH = 32, PATIENCE_MS = 5000 };
enum { START = 0xABCD0001, RESET = 0xABCD0002, ERASE = 0xABCD0004, WRITE = 0xABCD0008 };
enum { LAYOUT = 0xABCD0010 };

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *what, int result)
{
	fprintf(stderr, "tool_cdc: %s: %s\n", what, libusb_error_name(result));
	exit(result == LIBUSB_ERROR_TIMEOUT ? 3 : 1);
}

static int is_at(libusb_device *device, const char *port)
{
	struct libusb_device_descriptor descriptor;
	uint8_t ports[7];
	char path[32];
	int count = libusb_get_port_numbers(device, ports, 7);
	int length = snprintf(path, sizeof path, "%u", libusb_get_bus_number(device));

	for (int i = 0; i < count; i++)
		length += snprintf(path + length, sizeof path - (size_t)length, "%c%u",
			i ? '.' : '-', ports[i]);
	libusb_get_device_descriptor(device, &descriptor);
	return strcmp(path, port) == 0 && descriptor.idVendor == 0x1209 &&
	       descriptor.idProduct == 0xABD1;
}

static libusb_device_handle *find(const char *port)
{
	libusb_device **list;
	libusb_device_handle *handle = NULL;
	ssize_t count = libusb_get_device_list(NULL, &list);

	for (ssize_t i = 0; i < count && !handle; i++)
		if (is_at(list[i], port) && libusb_open(list[i], &handle))
			handle = NULL;
	libusb_free_device_list(list, 1);
	if (handle)
		libusb_set_auto_detach_kernel_driver(handle, 1);
	return handle;
}

static libusb_device_handle *await(const char *port)
{
	double end = now_ms() + 20000;
	struct timeval slice = {.tv_usec = 5000};
	libusb_device_handle *handle;

	while (!(handle = find(port)) && now_ms() < end)
		libusb_handle_events_timeout_completed(NULL, &slice, NULL);
	if (!handle || libusb_claim_interface(handle, 1))
		die("it is not there", LIBUSB_ERROR_NO_DEVICE);
	return handle;
}

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static void send(libusb_device_handle *handle, uint8_t *data, int length)
{
	int moved, result = libusb_bulk_transfer(handle, OUT, data, length, &moved, PATIENCE_MS);

	if (result)
		die("no packet is taken", result);
}

static void command(libusb_device_handle *handle, uint32_t what, const uint32_t *argument)
{
	uint8_t packet[8];

	put32(packet, what);
	if (argument)
		put32(packet + 4, *argument);
	send(handle, packet, argument ? 8 : 4);
}

static void ask(libusb_device_handle *handle, uint32_t what)
{
	uint8_t reply[PACKET];
	int length, result;

	command(handle, what, NULL);
	result = libusb_bulk_transfer(handle, IN, reply, sizeof reply, &length, PATIENCE_MS);
	if (result)
		die("no answer", result);
	for (int i = 0; i + 4 <= length; i += 4)
		printf("%s%u", i ? " " : "",
			reply[i] | reply[i + 1] << 8 | reply[i + 2] << 16 |
				(unsigned)reply[i + 3] << 24);
	puts("");
}

static void erase(libusb_device_handle *handle, const char *range)
{
	unsigned first = 0, last = 0;

	sscanf(range, "%u-%u", &first, &last);
	for (uint32_t sector = first; sector <= last; sector++)
		command(handle, ERASE, &sector);
}

static void write_file(libusb_device_handle *handle, const char *path)
{
	uint8_t batch[BATCH * PACKET];
	FILE *file = fopen(path, "rb");
	size_t length = PACKET - 4;

	while (file && length == PACKET - 4) {
		int filled = 0;

		for (int i = 0; i < BATCH && length == PACKET - 4; i++) {
			put32(batch + filled, WRITE);
			length = fread(batch + filled + 4, 1, PACKET - 4, file);
			filled += (int)(length ? length + 4 : 0);
		}
		if (filled)
			send(handle, batch, filled);
	}
	if (!file)
		die(path, LIBUSB_ERROR_NOT_FOUND);
	fclose(file);
}

int main(int argc, char **argv)
{
	libusb_device_handle *handle;
	double begin;

	if (argc < 3 || libusb_init(NULL))
		return 2;
	handle = await(argv[1]);
	begin = now_ms();
	for (int i = 2; i < argc; i++) {
		if (!strcmp(argv[i], "start"))
			ask(handle, START);
		else if (!strcmp(argv[i], "layout"))
			ask(handle, LAYOUT);
		else if (!strcmp(argv[i], "reset"))
			command(handle, RESET, NULL);
		else if (!strcmp(argv[i], "time"))
			printf("%.0f\n", now_ms() - begin);
		else if (!strcmp(argv[i], "erase") && i + 1 < argc)
			erase(handle, argv[++i]);
		else if (!strcmp(argv[i], "write") && i + 1 < argc)
			write_file(handle, argv[++i]);
		else
			return 2;
	}
	libusb_close(handle);
	libusb_exit(NULL);
	return 0;
}

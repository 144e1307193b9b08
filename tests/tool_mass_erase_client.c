/*
 * tool_mass_erase_client PORT FILE ADDRESS: writes a file through ST's ROM bootloader as MicroPython's
 * client does, for the bench: one mass erase, then 1 KiB at a time, each with its own set-address, two
 * GETSTATUS a request, poll times never read, nothing read back (boards.md sections 3.2 and 6).
 */
#include "link/usb.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	DNLOAD = 1,
	GETSTATUS = 3,
	IDLE = 2,
	BUSY = 4,
	DOWNLOAD_IDLE = 5,
	CHUNK = 1024,
	/* As that client's: boards.md section 6. */
	STATUS_MS = 20000,
	REQUEST_MS = 4000,
};

typedef struct {
	UsbPipe *pipe;
	GError *error;
} Client;

static int fail(Client *client, const char *what)
{
	fprintf(stderr, "%s: %s\n", what,
		client->error ? client->error->message : "the device is in another state");
	g_clear_error(&client->error);
	return 1;
}

static gboolean out(Client *client, guint8 request, guint16 block, guint8 *data, guint16 length)
{
	UsbPipe *pipe = client->pipe;

	return pipe->control(pipe, 0x21, request, block, 0, data, length, REQUEST_MS,
		       &client->error) == length;
}

static int state(Client *client)
{
	guint8 answer[6];
	UsbPipe *pipe = client->pipe;
	gssize moved = pipe->control(
		pipe, 0xA1, GETSTATUS, 0, 0, answer, sizeof answer, STATUS_MS, &client->error);

	return moved == sizeof answer ? answer[4] : -1;
}

/* A DNLOAD, the GETSTATUS that starts it, and the one that says it is done. */
static gboolean download(Client *client, guint16 block, guint8 *data, guint16 length)
{
	return out(client, DNLOAD, block, data, length) && state(client) == BUSY &&
	       state(client) == DOWNLOAD_IDLE;
}

static gboolean set_address(Client *client, guint32 address)
{
	guint8 command[5] = {0x21, (guint8)address, (guint8)(address >> 8), (guint8)(address >> 16),
		(guint8)(address >> 24)};

	return download(client, 0, command, sizeof command);
}

static int write_all(Client *client, guint8 *data, gsize length, guint32 address)
{
	guint8 mass_erase[1] = {0x41}; /* boards.md section 3.2 */

	if (state(client) != IDLE)
		return fail(client, "begin");
	if (!download(client, 0, mass_erase, sizeof mass_erase))
		return fail(client, "mass erase");
	for (gsize at = 0; at < length; at += CHUNK)
		if (!set_address(client, address + (guint32)at) ||
			!download(client, 2, data + at, (guint16)MIN(CHUNK, length - at)))
			return fail(client, "write");
	return 0;
}

int main(int argc, char **argv)
{
	Client client = {0};
	Watch watch;
	g_autoptr(Usb) usb = usb_new(&client.error);
	g_autoptr(UsbDevice) device = NULL;
	g_autofree char *data = NULL;
	gsize length;

	if (argc != 4 || !usb)
		return 2;
	if (!g_file_get_contents(argv[2], &data, &length, &client.error))
		return fail(&client, "file");
	watch_begin(&watch, 60000, 0);
	device = usb_await(
		usb, argv[1], (UsbId){.vendor = 0x0483, .product = 0xDF11}, &watch, &client.error);
	if (!device || !usb_claim(device, 0, &client.error))
		return fail(&client, argv[1]);
	client.pipe = usb_pipe(device);
	return write_all(&client, (guint8 *)data, length, (guint32)strtoul(argv[3], NULL, 0));
}

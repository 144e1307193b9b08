/*
 * tool_left PORT: opens what comes to a port, waits until it has left, and uses it all the same, as a step does that has not
 * heard of it yet. Prints the failures' words.
 */
#include "core/failure.h"
#include "link/usb.h"

#include <stdio.h>

enum { PATIENCE_MS = 60000 };

static void say(const char *what, gboolean went_well, const GError *error)
{
	printf("%s: %s\n", what, went_well ? "fine" : failure_of(error)->word);
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL, setting = NULL, claiming = NULL;
	Watch watch = {0};
	Usb *usb = usb_new(&error);
	UsbDevice *device;
	gboolean left, set, claimed;

	if (argc != 2 || !usb)
		return 2;
	watch_begin(&watch, PATIENCE_MS, 0);
	device = usb_await(usb, argv[1], (UsbId){0}, &watch, &error);
	left = device && usb_claim(device, 0, &error) && usb_await_left(device, &watch, &error);
	if (!left) {
		fprintf(stderr, "tool_left: %s\n", error->message);
		return 1;
	}
	set = usb_set_alt(device, 0, 1, &setting);
	say("setting", set, setting);
	claimed = usb_claim(device, 1, &claiming);
	say("claiming", claimed, claiming);
	usb_close(device);
	usb_free(usb);
	puts("closed");
	return 0;
}

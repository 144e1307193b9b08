/* flashline devices: what is on the bus, and whose it is. */
#include "cmd.h"
#include "setup/devices.h"

#include <stdio.h>

static int show(const Fixture *fixture, gboolean json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Usb) usb = usb_new(&error);
	g_autoptr(Devices) devices = NULL;

	if (!usb)
		return cmd_refuse("devices", CMD_STATION, error);
	devices = devices_new(fixture, usb_list(usb));
	if (json) {
		json_t *object = devices_json(devices);

		cmd_print_json(object);
		json_decref(object);
	} else {
		g_autofree char *text = devices_text(devices);

		fputs(text, stdout);
	}
	return devices->warnings->len ? CMD_STATION : CMD_PASS;
}

int cmd_devices(int argc, char **argv)
{
	g_autofree char *path = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &path,
						"Whose slots claim things", "FILE"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "For programs", NULL},
		G_OPTION_ENTRY_NULL};
	g_autoptr(Fixture) fixture = NULL;

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (path && !(fixture = cmd_fixture(path)))
		return CMD_USAGE;
	return show(fixture, json);
}

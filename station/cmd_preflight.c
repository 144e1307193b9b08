/* flashline preflight: is everything fit for a shift? */
#include "cmd.h"
#include "core/style.h"
#include "journal/journal.h"
#include "setup/preflight.h"

#include <stdio.h>
#include <unistd.h>

static int show(const Preflight *preflight, gboolean json)
{
	if (json) {
		json_t *array = preflight_json(preflight);

		cmd_print_json(array);
		json_decref(array);
	} else {
		g_autofree char *text = preflight_text(preflight, style_has_colour(STDOUT_FILENO));

		fputs(text, stdout);
	}
	return preflight_worst(preflight) == GRADE_FAIL ? CMD_STATION : CMD_PASS;
}

int cmd_preflight(int argc, char **argv)
{
	g_autofree char *path = NULL, *given = NULL, *journal = NULL;
	gboolean json = FALSE;
	const GOptionEntry entries[] = {
		{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &path, "The fixture", "FILE"},
		CMD_JOURNAL_OPTION(&given),
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "For programs", NULL},
		G_OPTION_ENTRY_NULL};
	g_autoptr(Fixture) fixture = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(Usb) usb = NULL;
	g_autoptr(Preflight) preflight = NULL;

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (!path) {
		fputs("flashline preflight: --fixture is needed\n", stderr);
		return CMD_USAGE;
	}
	if (!(fixture = cmd_fixture(path)))
		return CMD_USAGE;
	usb = usb_new(&error);
	if (!usb)
		return cmd_refuse("preflight", CMD_STATION, error);
	journal = given ? g_strdup(given) : journal_default_path();
	preflight = preflight_new(fixture, journal, usb);
	preflight_run(preflight);
	return show(preflight, json);
}

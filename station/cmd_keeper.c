/* flashline keeper: the process that owns a fixture's pins, as the controller starts it. */
#include "cmd.h"
#include "line/keeper.h"

#include <stdio.h>
#include <unistd.h>

int cmd_keeper(int argc, char **argv)
{
	g_autofree char *path = NULL, *socket = NULL;
	const GOptionEntry entries[] = {
		{"fixture", 0, 0, G_OPTION_ARG_FILENAME, &path, "Whose pins", "FILE"},
		{"socket", 0, 0, G_OPTION_ARG_FILENAME, &socket, "Where to listen", "SOCKET"},
		G_OPTION_ENTRY_NULL};
	g_autoptr(Fixture) fixture = NULL;

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (!path || !socket) {
		fputs("flashline keeper: --fixture and --socket are needed\n", stderr);
		return CMD_USAGE;
	}
	fixture = cmd_fixture(path);
	if (!fixture)
		return CMD_USAGE;
	/* Whoever started us holds the other end of standard input. */
	return keeper_main(fixture, socket, STDIN_FILENO);
}

/* flashline keeper: owns a fixture's pins until its standard input ends. */
#include "cmd.h"
#include "line/keeper.h"

#include <stdio.h>
#include <unistd.h>

typedef struct {
	char *fixture, *socket;
} KeeperArgs;

static void args_clear(KeeperArgs *args)
{
	g_free(args->fixture);
	g_free(args->socket);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(KeeperArgs, args_clear)

static gboolean parse(int *argc, char ***argv, KeeperArgs *args)
{
	const GOptionEntry entries[] = {
		{"fixture", 0, 0, G_OPTION_ARG_FILENAME, &args->fixture, "Whose pins", "FILE"},
		{"socket", 0, 0, G_OPTION_ARG_FILENAME, &args->socket,
			"Where jobs ask for them; must not exist yet", "SOCKET"},
		G_OPTION_ENTRY_NULL};

	if (!cmd_options(argc, argv, entries, 0, 0))
		return FALSE;
	if (args->fixture && args->socket)
		return TRUE;
	fputs("flashline keeper: --fixture and --socket are needed\n", stderr);
	return FALSE;
}

int cmd_keeper(int argc, char **argv)
{
	g_auto(KeeperArgs) args = {0};
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Fixture) fixture = NULL;

	if (!parse(&argc, &argv, &args))
		return CMD_USAGE;
	fixture = fixture_load(args.fixture, problems);
	if (!fixture) {
		g_autofree char *text = problems_text(problems);

		fputs(text, stderr);
		return CMD_USAGE;
	}
	return keeper_main(fixture, args.socket, STDIN_FILENO);
}

/* flashline teach: a fixture file from the fixture itself. */
#include "cmd.h"
#include "core/failure.h"
#include "setup/teach.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static volatile gint stop_requested; /* a signal has nowhere else to say it */

static void on_stop(int number)
{
	stop_requested = 1;
}

/* Without SA_RESTART: a question that waits for its answer ends too. */
static void take_signals(void)
{
	const struct sigaction stop = {.sa_handler = on_stop};

	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGHUP, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int run(const char *path, const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Usb) usb = usb_new(&error);
	TeachOptions options = {path, fixture, usb, stdin, stdout, &stop_requested};
	gint count;

	if (!usb)
		return cmd_refuse("teach", CMD_STATION, error);
	take_signals();
	count = teach(&options, &error);
	if (count > 0)
		printf("%d slots written to %s. Next: flashline preflight --fixture %s\n", count,
			path, path);
	else if (!error)
		puts("No slot was taught.");
	if (error)
		return cmd_refuse("teach", CMD_STATION, error);
	return count > 0 && !stop_requested ? CMD_PASS : CMD_STATION;
}

int cmd_teach(int argc, char **argv)
{
	g_autofree char *path = NULL;
	const GOptionEntry entries[] = {{"fixture", 'f', 0, G_OPTION_ARG_FILENAME, &path,
						"The file to be made, or completed", "FILE"},
		G_OPTION_ENTRY_NULL};
	g_autoptr(Fixture) fixture = NULL;

	if (!cmd_options(&argc, &argv, entries, 0, 0))
		return CMD_USAGE;
	if (!path) {
		fputs("flashline teach: --fixture is needed\n", stderr);
		return CMD_USAGE;
	}
	/* Never over a file that it cannot understand. */
	if (g_file_test(path, G_FILE_TEST_EXISTS) && !(fixture = cmd_fixture(path)))
		return CMD_USAGE;
	return run(path, fixture);
}

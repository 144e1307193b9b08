/* flashline line: boards come and go until somebody says that it is enough. */
#include "cmd_start.h"
#include "line/line.h"

#include <stdio.h>

/* Around the slots: their count, and the answer to a command. */
#define EXTRA_LINES 2

typedef struct {
	const StartArgs *args;
	const Start *start;
	char *lease;
	gint boards;
} LineArgs;

static SerialSource *open_lease(const LineArgs *args, Journal *journal, Problems *problems)
{
	Lease *lease = lease_open(args->lease, args->start->recipe, journal, problems);

	return lease ? serial_lease_new(lease) : NULL;
}

static SerialSource *open_serials(Journal *journal, gpointer data, GError **error)
{
	const LineArgs *args = data;
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *text = NULL;
	SerialSource *serials;

	if (!args->lease && !args->args->serials)
		return serial_scan_new();
	serials = args->lease ? open_lease(args, journal, problems)
			      : serial_list_new(args->args->serials, args->start->slots,
					args->start->recipe, problems);

	if (serials)
		return serials;
	text = problems_text(problems);
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s", g_strchomp(text));
	return NULL;
}

static int run(const StartArgs *args, const Start *start, LineArgs *own)
{
	LineOptions options = {.station = start_station(args, start),
		.open_serials = open_serials,
		.data = own,
		.boards = (guint)own->boards};
	g_autoptr(GError) error = NULL;
	gboolean ended;

	options.station.view = start_view(args, start->slots->len + EXTRA_LINES);
	ended = line_run(&options, &error);
	options.station.view->free(options.station.view);
	if (error && error->domain == G_OPTION_ERROR) {
		fprintf(stderr, "%s\n", error->message);
		return CMD_USAGE;
	}
	/* What became of the boards stands in the journal: the line itself is well when it ends as it was told. */
	return start_status(ended ? VERDICT_PASS : VERDICT_ERROR, error);
}

int cmd_line(int argc, char **argv)
{
	g_auto(StartArgs) args = {0};
	g_auto(Start) start = {0};
	g_autofree char *lease = NULL;
	g_autoptr(GError) error = NULL;
	LineArgs own = {.args = &args, .start = &start};
	const GOptionEntry more[] = {
		{"boards", 0, 0, G_OPTION_ARG_INT, &own.boards,
			"End when so many are done (default: when told to)", "N"},
		{"lease", 0, 0, G_OPTION_ARG_FILENAME, &lease,
			"Give out serial numbers that are leased to this station", "FILE"},
		G_OPTION_ENTRY_NULL};

	if (!start_parse(&argc, &argv, &args, more))
		return CMD_USAGE;
	own.lease = lease;
	if (own.boards < 0 || (args.serials && lease)) {
		fputs("flashline line: serial numbers come from --serials or --lease, not both; "
		      "--boards is not negative\n",
			stderr);
		return CMD_USAGE;
	}
	if (!start_read_files(&args, "line", &start) || !start_can_label(&start))
		return CMD_USAGE;
	if (!args.serials && !lease && start.fixture->desk.scanners->len == 0) {
		fputs("flashline line: one of --serials and --lease says which serial numbers "
		      "the boards get, where the fixture has no scanner\n",
			stderr);
		return CMD_USAGE;
	}
	if (!line_check_recipe(start.recipe, &error))
		return cmd_refuse("line", CMD_USAGE, error);
	return run(&args, &start, &own);
}

/* flashline qualify run: the same recipe again and again over the boards of a fixture. */
#include "cmd_qualify.h"
#include "cmd_start.h"
#include "line/cycles.h"

#include <stdio.h>

enum { CYCLES_MAX = 1000000 };

static View *view(guint boards, gpointer data)
{
	return start_view(data, boards);
}

static void told(guint done, guint all, gpointer data)
{
	const StartArgs *args = data;

	/* With --json, standard output is for events alone. */
	fprintf(args->json ? stderr : stdout, "\n%u of %u cycles of these boards are done\n", done,
		all);
}

static int finish(const CyclesResult *result, int units, int cycles, FILE *out)
{
	fprintf(out, "\n%u of %u boards have their %d cycles, %u cycles failed\n", result->complete,
		result->units, cycles, result->failed);
	if (units && result->complete_ever < units)
		fprintf(out,
			"%" G_GINT64_FORMAT
			" of %d units are done with this recipe: place the next boards "
			"and start again\n",
			result->complete_ever, units);
	if (result->complete < result->units)
		fputs(result->stopped ? "stopped; the same call goes on here\n"
				      : "boards that ended three times in a row without a result "
					"were left alone: see their errors, then start again\n",
			out);
	return result->failed                     ? CMD_FAIL
	       : result->complete < result->units ? CMD_STATION
						  : CMD_PASS;
}

static int run(const StartArgs *args, const Start *start, int units, int cycles)
{
	const CyclesOptions options = {
		.station = start_station(args, start),
		.serials = start->serials,
		.cycles = (guint)cycles,
		.view = view,
		.told = told,
		.data = (gpointer)args,
	};
	g_autoptr(GError) error = NULL;
	CyclesResult result;

	if (!cycles_run(&options, &result, &error))
		return start_status(VERDICT_ERROR, error);
	return finish(&result, units, cycles, args->json ? stderr : stdout);
}

int qualify_run(int argc, char **argv)
{
	g_auto(StartArgs) args = {0};
	g_auto(Start) start = {0};
	int units = 0, cycles = 0;
	const GOptionEntry more[] = {{"units", 0, 0, G_OPTION_ARG_INT, &units,
					     "Units the plan asks for, over all sittings", "N"},
		{"cycles", 0, 0, G_OPTION_ARG_INT, &cycles, "Cycles of each board", "M"},
		G_OPTION_ENTRY_NULL};

	if (!start_parse(&argc, &argv, &args, more))
		return CMD_USAGE;
	if (cycles < 1 || cycles > CYCLES_MAX || units < 0) {
		fprintf(stderr,
			"flashline qualify run: --cycles is needed, 1 to %d; --units is "
			"not negative\n",
			CYCLES_MAX);
		return CMD_USAGE;
	}
	if (!start_read(&args, "qualify run", &start))
		return CMD_USAGE;
	return run(&args, &start, units, cycles);
}

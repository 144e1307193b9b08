/* flashline run: one recipe on the boards of a fixture. */
#include "cmd_start.h"
#include "line/batch.h"

int cmd_run(int argc, char **argv)
{
	g_auto(StartArgs) args = {0};
	g_auto(Start) start = {0};
	g_autoptr(GError) error = NULL;
	BatchOptions options;
	Verdict verdict;

	if (!start_parse(&argc, &argv, &args, NULL) || !start_read(&args, "run", &start) ||
		!start_can_label(&start))
		return CMD_USAGE;
	options = (BatchOptions){
		.station = start_station(&args, &start),
		.serials = start.serials,
	};
	options.station.view = start_view(&args, g_hash_table_size(start.serials));
	verdict = batch_run(&options, &error);
	options.station.view->free(options.station.view);
	return start_status(verdict, error);
}

/*
 * Makes a journal with a qualification of revision C against B in it:
 *
 *   tool_trial PATH SEED UNITS CYCLES FAULT [SHIFT]   FAULT: the share of C's units with a drive fault
 */
#include "lib/trial_made.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
	if (argc < 6)
		return 2;
	trial_made(argv[1], &(TrialMade){.seed = strtoull(argv[2], NULL, 10),
				    .units = (guint)strtoul(argv[3], NULL, 10),
				    .cycles = (guint)strtoul(argv[4], NULL, 10),
				    .fault = g_ascii_strtod(argv[5], NULL),
				    .shift = argc > 6 ? g_ascii_strtod(argv[6], NULL) : 0});
	return 0;
}

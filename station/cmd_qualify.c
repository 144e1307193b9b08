/* flashline qualify: is a new revision of a board as good as the old one? */
#include "cmd_qualify.h"

#include <stdio.h>
#include <string.h>

int cmd_qualify(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	char *verb = argv[0];

	/* The sub-verb goes, so that options are read as everywhere. */
	if (!strcmp(what, "plan") || !strcmp(what, "run")) {
		argv[1] = verb;
		return *what == 'p' ? qualify_plan(argc - 1, argv + 1)
				    : qualify_run(argc - 1, argv + 1);
	}
	if (!strcmp(what, "--help"))
		return cmd_options(&argc, &argv, NULL, 0, 0) ? CMD_PASS : CMD_USAGE;
	fputs("Usage: flashline qualify plan --reliability R --confidence C\n"
	      "       flashline qualify run --recipe FILE --fixture FILE --cycles M\n"
	      "Then:  flashline report qualify --revision NEW --against OLD\n",
		stderr);
	return CMD_USAGE;
}

#include "cmd.h"
#include "core/version.h"

#include <stdio.h>

int cmd_version(int argc, char **argv)
{
	if (!cmd_options(&argc, &argv, NULL, 0, 0))
		return CMD_USAGE;
	puts("flashline " FLASHLINE_VERSION);
	return CMD_PASS;
}

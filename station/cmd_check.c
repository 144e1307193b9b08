#include "cmd.h"
#include "core/check.h"
#include "core/text.h"
#include "steps/steps.h"

#include <stdio.h>

int cmd_check(int argc, char **argv)
{
	g_autoptr(Problems) problems = problems_new();

	if (!cmd_options(&argc, &argv, NULL, 1, G_MAXINT))
		return CMD_USAGE;
	for (int i = 1; i < argc; i++) {
		g_autofree char *what = check_file(argv[i], step_kinds(), problems);
		g_autofree char *name = text_clean(argv[i], -1);

		if (what)
			printf("%s: %s\n", name, what);
	}
	return cmd_problems(problems) ? CMD_USAGE : CMD_PASS;
}

#include "cmd.h"
#include "core/recipe.h"
#include "steps/steps.h"

#include <stdio.h>

int cmd_steps(int argc, char **argv)
{
	g_autofree char *text = NULL;

	if (!cmd_options(&argc, &argv, NULL, 0, 0))
		return CMD_USAGE;
	text = recipe_steps_text(step_kinds());
	fputs(text, stdout);
	return CMD_PASS;
}

#include "cmd.h"
#include "core/fixture.h"
#include "core/recipe.h"
#include "steps/steps.h"

#include <stdio.h>
#include <string.h>

int cmd_schema(int argc, char **argv)
{
	g_autofree char *text = NULL;

	if (!cmd_options(&argc, &argv, NULL, 1, 1))
		return CMD_USAGE;
	if (!strcmp(argv[1], "recipe"))
		text = recipe_schema_json(step_kinds());
	else if (!strcmp(argv[1], "fixture"))
		text = schema_json("Flashline fixture", fixture_fields());
	else {
		fputs("flashline schema: there are 'recipe' and 'fixture'\n", stderr);
		return CMD_USAGE;
	}
	fputs(text, stdout);
	return CMD_PASS;
}

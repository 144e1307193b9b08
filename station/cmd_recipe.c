#include "cmd.h"
#include "core/recipe.h"
#include "core/text.h"
#include "steps/steps.h"

#include <stdio.h>
#include <string.h>

static void print_summary(const Recipe *recipe)
{
	g_autofree char *description = text_clean(recipe->description, -1);

	printf("%s, revision %s%s\n", recipe->product, recipe->revision,
		recipe->template ? " (a template: to be extended, not run)" : "");
	if (*description)
		printf("%s\n", description);
	puts("\nimages");
	for (guint i = 0; i < recipe->images->len; i++) {
		const Image *image = recipe->images->pdata[i];

		printf("  %-16s %s\n", image->name,
			image->sha256 ? image->sha256 : "(no file yet)");
	}
	puts("\nsteps");
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];

		printf("  %2u %-16s %-16s deadline %g s\n", i + 1, step->id, step->kind->name,
			step->deadline_ms / 1000.0);
	}
	printf("\nsha256 %s\n", recipe->sha256);
}

int cmd_recipe(int argc, char **argv)
{
	gboolean effective = FALSE;
	const GOptionEntry entries[] = {
		{"effective", 'e', 0, G_OPTION_ARG_NONE, &effective,
			"the whole text, with the origin of each value", NULL},
		{NULL},
	};
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Recipe) recipe = NULL;
	g_autofree char *text = NULL;

	if (!cmd_options(&argc, &argv, entries, 2, 2))
		return CMD_USAGE;
	if (strcmp(argv[1], "show")) {
		fputs("Usage: flashline recipe show [--effective] FILE\n", stderr);
		return CMD_USAGE;
	}
	recipe = recipe_load(argv[2], step_kinds(), NULL, problems);
	if (!recipe) {
		cmd_problems(problems);
		return CMD_USAGE;
	}
	if (effective) {
		text = recipe_explain(recipe);
		printf("# %s: sha256 %s\n%s", recipe->name, recipe->sha256, text);
	} else {
		print_summary(recipe);
	}
	return CMD_PASS;
}

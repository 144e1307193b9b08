#include "core/check.h"

#include "core/fixture.h"
#include "core/recipe.h"

typedef enum { FILE_UNKNOWN, FILE_RECIPE, FILE_FIXTURE } FileKind;

/* By the keys that only one of them can have. */
static FileKind kind_of(const Node *tree)
{
	static const struct {
		const char *key;
		FileKind kind;
	} signs[] = {
		{"slots", FILE_FIXTURE},
		{"controllers", FILE_FIXTURE},
		{"steps", FILE_RECIPE},
		{"extends", FILE_RECIPE},
		{"images", FILE_RECIPE},
		{"product", FILE_RECIPE},
		{"chip", FILE_RECIPE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
		if (node_get(tree, signs[i].key))
			return signs[i].kind;
	return FILE_UNKNOWN;
}

static char *check_recipe(const char *path, const StepKind *const *kinds, Problems *problems)
{
	g_autoptr(Recipe) recipe = recipe_load(path, kinds, NULL, problems);

	if (!recipe)
		return NULL;
	return g_strdup_printf("%s for %s %s, %u steps",
		recipe->template ? "recipe template" : "recipe", recipe->product, recipe->revision,
		recipe->steps->len);
}

static char *check_fixture(const char *path, Problems *problems)
{
	g_autoptr(Fixture) fixture = fixture_load(path, problems);

	return fixture ? g_strdup_printf("fixture with %u slots", fixture->slots->len) : NULL;
}

char *check_file(const char *path, const StepKind *const *kinds, Problems *problems)
{
	/* Read once only to see what it is; whoever loads it says what is wrong. */
	g_autoptr(Problems) quiet = problems_new();
	g_autoptr(Node) tree = node_read_file(path, quiet);
	g_autoptr(Node) again = NULL;

	switch (kind_of(tree)) {
	case FILE_RECIPE:
		return check_recipe(path, kinds, problems);
	case FILE_FIXTURE:
		return check_fixture(path, problems);
	default:
		again = node_read_file(path, problems);
		if (again)
			problems_add(problems, again->place,
				"neither a recipe (no 'steps') nor a fixture (no 'slots')");
		return NULL;
	}
}

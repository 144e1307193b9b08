#include "core/recipe_parts.h"

#include "core/words.h"

#include <string.h>

void recipe_free(Recipe *recipe)
{
	if (!recipe)
		return;
	g_free(recipe->serial_pattern);
	g_ptr_array_unref(recipe->keep);
	recipe_free_chip(recipe);
	g_ptr_array_unref(recipe->images);
	g_ptr_array_unref(recipe->folders);
	g_ptr_array_unref(recipe->steps);
	g_free(recipe->effective);
	g_free(recipe->sha256);
	node_free(recipe->tree);
	g_free(recipe);
}

static Recipe *recipe_new(const char *path)
{
	Recipe *recipe = g_new0(Recipe, 1);
	g_autofree char *name = g_path_get_basename(path);

	if (g_str_has_suffix(name, ".yaml"))
		name[strlen(name) - 5] = '\0';
	recipe->name = g_intern_string(name);
	recipe->path = g_intern_string(path);
	recipe->keep = g_ptr_array_new();
	recipe->images = g_ptr_array_new_with_free_func((GDestroyNotify)image_free);
	recipe->folders = g_ptr_array_new_with_free_func((GDestroyNotify)recipe_folder_free);
	recipe->steps = g_ptr_array_new_with_free_func(g_free);
	return recipe;
}

static void keep_region(Recipe *recipe, const Node *item, Problems *problems)
{
	const BoardRegion *region = board_profile_region(recipe->board, item->text);
	g_autoptr(GPtrArray) names = NULL;
	g_autofree char *hint = NULL, *all = NULL;

	if (region) {
		g_ptr_array_add(recipe->keep, (gpointer)region);
		return;
	}
	names = g_ptr_array_new();
	for (guint i = 0; i < recipe->board->count; i++)
		g_ptr_array_add(names, (gpointer)recipe->board->regions[i].name);
	g_ptr_array_add(names, NULL);
	hint = words_hint(item->text, (const char *const *)names->pdata);
	all = g_strjoinv("', '", (char **)names->pdata);
	problems_add(problems, item->place, "%s has no region '%s'%s; there are '%s'",
		recipe->board->name, item->text, hint, all);
}

static void read_board(Recipe *recipe, Problems *problems)
{
	const char *board = schema_text(recipe->tree, recipe_fields(), "board");
	const Node *keep = node_get(recipe->tree, "keep");

	recipe->board = board ? board_profile_find(board) : NULL;
	if (keep && !recipe->board)
		problems_add(problems, keep->key_place, "'keep' needs 'board': whose regions?");
	else if (keep)
		for (guint i = 0; i < keep->items->len; i++)
			keep_region(recipe, keep->items->pdata[i], problems);
	else if (recipe->board)
		g_ptr_array_add(recipe->keep, (gpointer)recipe->board->drive);
}

static void read_label(Recipe *recipe, Problems *problems)
{
	const Node *label = node_get(recipe->tree, "label");

	if (!label)
		return;
	recipe->label = recipe_image(recipe, label->text);
	if (!recipe->label)
		problems_add(problems, label->place,
			"'label' names no image of this recipe: '%.60s'", label->text);
}

typedef void (*ReadPinned)(Recipe *recipe, Node *node, const char *images_dir, Problems *problems);

/* Images or folders. */
static void read_pinned(Recipe *recipe, const char *key, const Field *fields, ReadPinned read,
	const char *images_dir, Problems *problems)
{
	Node *dict = node_get(recipe->tree, key);

	if (!dict || dict->kind != NODE_MAP)
		return;
	for (guint i = 0; i < dict->items->len; i++) {
		Node *node = dict->items->pdata[i];
		g_autoptr(Problems) quiet = problems_new();

		/* What the schema refuses has been said; the others are still looked at. */
		schema_check(node, fields, quiet);
		if (problems_count(quiet) == 0)
			read(recipe, node, images_dir, problems);
	}
}

static void read_head(Recipe *recipe)
{
	const Field *fields = recipe_fields();

	recipe->product = schema_text(recipe->tree, fields, "product");
	recipe->revision = schema_text(recipe->tree, fields, "revision");
	recipe->description = schema_text(recipe->tree, fields, "description");
	if (schema_bool(recipe->tree, fields, "template"))
		recipe->template = TRUE;
	recipe->retest = schema_bool(recipe->tree, fields, "retest");
}

static void check_steps(const Recipe *recipe, Problems *problems)
{
	for (guint i = 0; i < recipe->steps->len; i++) {
		const Step *step = recipe->steps->pdata[i];

		if (step->kind->check)
			step->kind->check(step, recipe, problems);
	}
}

Recipe *recipe_load(
	const char *path, const StepKind *const *kinds, const char *images_dir, Problems *problems)
{
	g_autoptr(Recipe) recipe = recipe_new(path);
	guint before = problems_count(problems);

	recipe->tree = recipe_tree(path, problems);
	if (!recipe->tree)
		return NULL;
	schema_check(recipe->tree, recipe_fields(), problems);
	recipe_read_serial(recipe, problems);
	read_pinned(recipe, "images", recipe_image_fields, recipe_read_image, images_dir, problems);
	read_pinned(
		recipe, "folders", recipe_folder_fields, recipe_read_folder, images_dir, problems);
	recipe_read_steps(recipe, kinds, problems);
	if (problems_count(problems) > before)
		return NULL;
	read_head(recipe);
	recipe_read_chip(recipe, problems);
	read_board(recipe, problems);
	read_label(recipe, problems);
	if (problems_count(problems) == before && !recipe->template)
		check_steps(recipe, problems);
	if (problems_count(problems) > before)
		return NULL;
	recipe->effective = recipe_write(recipe, FALSE);
	recipe->sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, recipe->effective, -1);
	return g_steal_pointer(&recipe);
}

const Image *recipe_image(const Recipe *recipe, const char *name)
{
	for (guint i = 0; i < recipe->images->len; i++) {
		const Image *image = recipe->images->pdata[i];

		if (!g_strcmp0(image->name, name))
			return image;
	}
	return NULL;
}

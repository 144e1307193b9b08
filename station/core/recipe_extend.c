/*
 * `extends`: the base is read first, with all that it extends itself; then every value of the file
 * takes the place of the base's. Each value keeps the place where it stands.
 *
 *   base        product  images{firmware{address max           }}  steps[a b c]
 *   file                 images{firmware{            file sha256}}  steps[b': changes by id]
 *   merged      product  images{firmware{address max file sha256}}  steps[a b' c]
 */
#include "core/recipe_parts.h"

#include "core/text.h"

#include <string.h>

static Node *read_chain(const char *path, GPtrArray *chain, Problems *problems);

/* Puts the values of `changes` into `base`, maps key by key. */
static void merge_map(Node *base, const Node *changes)
{
	base->place = changes->place;
	base->key_place = changes->key_place;
	for (guint i = 0; i < changes->items->len; i++) {
		const Node *change = changes->items->pdata[i];
		Node *old = node_get(base, change->key);

		if (old && old->kind == NODE_MAP && change->kind == NODE_MAP)
			merge_map(old, change);
		else
			node_put(base, node_copy(change));
	}
}

/* Takes both. */
static Node *merge(Node *base, Node *file, Problems *problems)
{
	Node *changes = node_get(file, "steps"), *steps = node_get(base, "steps");

	if (changes && steps && changes->kind == NODE_LIST && steps->kind == NODE_LIST) {
		recipe_change_steps(steps, changes, problems);
		node_drop(file, "steps");
	}
	/* These are about their own file only. */
	node_drop(base, "template");
	node_drop(file, "extends");
	merge_map(base, file);
	node_free(file);
	return base;
}

/* The base's path as messages show it: beside the file that names it. */
static char *path_beside(const char *file, const char *relative)
{
	g_autofree char *dir = g_path_get_dirname(file);

	return strcmp(dir, ".") || g_str_has_prefix(file, "./")
		       ? g_build_filename(dir, relative, NULL)
		       : g_strdup(relative);
}

static gboolean may_extend(
	const Node *extends, const char *base, const GPtrArray *chain, Problems *problems)
{
	g_autofree char *canonical = g_canonicalize_filename(base, NULL);

	for (guint i = 0; i < chain->len; i++)
		if (!strcmp(chain->pdata[i], canonical)) {
			problems_add(problems, extends->place,
				"'extends' runs in a circle: %s again", base);
			return FALSE;
		}
	if (!g_file_test(base, G_FILE_TEST_EXISTS)) {
		problems_add(problems, extends->place, "there is no recipe %s", base);
		return FALSE;
	}
	if (chain->len > RECIPE_EXTENDS_MAX) {
		problems_add(problems, extends->place, "'extends' is more than %d files deep",
			RECIPE_EXTENDS_MAX);
		return FALSE;
	}
	return TRUE;
}

/* The file on its base. Takes `file`. */
static Node *extend(Node *file, const Node *extends, GPtrArray *chain, Problems *problems)
{
	g_autofree char *base_path = NULL;
	Node *base = NULL;

	if (extends->kind != NODE_SCALAR || !*extends->text || g_path_is_absolute(extends->text)) {
		problems_add(problems, extends->place,
			"'extends' needs the path of a recipe, relative to this one");
	} else {
		base_path = path_beside(extends->place.file, extends->text);
		if (may_extend(extends, base_path, chain, problems))
			base = read_chain(base_path, chain, problems);
	}
	if (!base) {
		node_free(file);
		return NULL;
	}
	if (!node_get(file, "flashline"))
		problems_add(problems, file->place,
			"key 'flashline' is missing: the version of this format: 1");
	return merge(base, file, problems);
}

static Node *read_chain(const char *path, GPtrArray *chain, Problems *problems)
{
	Node *file = node_read_file(path, problems);
	const Node *extends = node_get(file, "extends");

	if (!file)
		return NULL;
	if (file->kind != NODE_MAP) {
		problems_add(
			problems, file->place, "a recipe consists of keys and values (key: value)");
		node_free(file);
		return NULL;
	}
	if (!extends)
		return file;
	g_ptr_array_add(chain, g_canonicalize_filename(path, NULL));
	return extend(file, extends, chain, problems);
}

Node *recipe_tree(const char *path, Problems *problems)
{
	g_autoptr(GPtrArray) chain = g_ptr_array_new_with_free_func(g_free);

	return read_chain(path, chain, problems);
}

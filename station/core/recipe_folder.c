/* Folders: trees of files that are what their pin says, or nothing. */
#include "core/folder.h"
#include "core/recipe_parts.h"

#include <string.h>

void recipe_folder_free(Folder *folder)
{
	g_free((char *)folder->path);
	g_free(folder);
}

/* Read once, so that what is wrong is said before a board is touched. */
static void check_tree(const Folder *folder, const Node *node, Problems *problems)
{
	const Node *path = node_get(node, "path"), *pin = node_get(node, "sha256");
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = folder_read(folder->path, &error);
	g_autofree char *sha256 = NULL;

	if (!files) {
		problems_add(problems, path->place, "folder '%s' (%s) %s", folder->name, path->text,
			error->message);
		return;
	}
	sha256 = folder_sha256(files);
	if (!pin)
		problems_add(problems, path->place,
			"folder '%s' has a path but no 'sha256'; its files' is %s", folder->name,
			sha256);
	else if (strcmp(sha256, pin->text))
		problems_add(problems, pin->place,
			"folder '%s' (%s) has SHA-256 %s, the recipe names %s", folder->name,
			path->text, sha256, pin->text);
}

void recipe_read_folder(Recipe *recipe, Node *node, const char *images_dir, Problems *problems)
{
	Folder *folder = g_new0(Folder, 1);
	Node *path = node_get(node, "path");
	const Node *pin = node_get(node, "sha256");

	folder->name = node->key;
	folder->sha256 = pin ? pin->text : NULL;
	folder->place = node->key_place;
	g_ptr_array_add(recipe->folders, folder);
	if (!path) {
		recipe->template = TRUE;
		return;
	}
	folder->path = recipe_resolve(recipe, path);
	if (images_dir && pin) {
		g_free((char *)folder->path);
		folder->path = g_build_filename(images_dir, pin->text, NULL);
	}
	check_tree(folder, node, problems);
}

const Folder *recipe_folder(const Recipe *recipe, const char *name)
{
	for (guint i = 0; i < recipe->folders->len; i++) {
		const Folder *folder = recipe->folders->pdata[i];

		if (!g_strcmp0(folder->name, name))
			return folder;
	}
	return NULL;
}

/* Paths in a recipe are relative to the file in which they stand. */
#include "core/recipe_parts.h"

#include <gio/gio.h>
#include <string.h>

/* `../x` from the folder `from` to the canonical path `to`. */
static char *relative_path(const char *from, const char *to)
{
	g_auto(GStrv) a = g_strsplit(from, "/", 0), b = g_strsplit(to, "/", 0);
	GString *out = g_string_new(NULL);
	guint same = 0;

	while (a[same] && b[same] && !strcmp(a[same], b[same]))
		same++;
	for (guint i = same; a[i]; i++)
		if (*a[i])
			g_string_append(out, "../");
	for (guint i = same; b[i]; i++)
		g_string_append_printf(out, "%s%s", b[i], b[i + 1] ? "/" : "");
	return g_string_free(out, FALSE);
}

/* A base in another folder means its own neighbours: rewritten for the recipe's folder. */
char *recipe_resolve(const Recipe *recipe, Node *file)
{
	g_autofree char *own = g_path_get_dirname(file->place.file);
	g_autofree char *top = g_path_get_dirname(recipe->path);
	g_autofree char *own_dir = g_canonicalize_filename(own, NULL);
	g_autofree char *top_dir = g_canonicalize_filename(top, NULL);
	char *path = g_canonicalize_filename(file->text, own_dir);

	if (strcmp(own_dir, top_dir) && !g_path_is_absolute(file->text)) {
		g_free(file->text);
		file->text = relative_path(top_dir, path);
	}
	return path;
}

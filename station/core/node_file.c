/* A YAML file's bytes. */
#include "core/file.h"
#include "core/node.h"

Place place_of_file(const char *path)
{
	return (Place){.file = g_intern_string(path)};
}

char *node_file_bytes(const char *path, gsize *length, Problems *problems)
{
	g_autoptr(GError) error = NULL;
	GBytes *bytes = file_bytes(path, NODE_BYTES_MAX, &error);

	if (bytes)
		return g_bytes_unref_to_data(bytes, length);
	problems_add(problems, place_of_file(path), "%s", error->message);
	return NULL;
}

Node *node_read_file(const char *path, Problems *problems)
{
	gsize length;
	g_autofree char *bytes = node_file_bytes(path, &length, problems);

	return bytes ? node_read(path, bytes, length, problems) : NULL;
}

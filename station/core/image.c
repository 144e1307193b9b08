/* Images: files that are what their pin says, or nothing. */
#include "core/recipe_parts.h"

#include "core/failure.h"
#include "core/file.h"

#include <gio/gio.h>
#include <string.h>

enum { IMAGE_BYTES_MAX = 64 << 20 }; /* larger than any part of an OpenMV camera (boards.md 1.3) */

static GBytes *read_file(const char *path, guint64 most, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(GBytes) bytes = file_bytes(path, most, &failure);

	if (!bytes)
		g_set_error_literal(error, FAILURE, FAILURE_IMAGE_CHANGED, failure->message);
	else if (g_bytes_get_size(bytes) == 0)
		g_set_error_literal(error, FAILURE, FAILURE_IMAGE_CHANGED, "is empty");
	else
		return g_steal_pointer(&bytes);
	return NULL;
}

static guint64 room(const Image *image)
{
	return image->size_max ? image->size_max : IMAGE_BYTES_MAX;
}

GBytes *image_bytes(const Image *image, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	g_autofree char *sha256 = NULL;

	if (!image->path || !image->sha256) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED, "image '%s' has no file",
			image->name);
		return NULL;
	}
	bytes = read_file(image->path, room(image), error);
	if (!bytes) {
		g_prefix_error(error, "image '%s', %s, ", image->name, image->path);
		return NULL;
	}
	sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	if (strcmp(sha256, image->sha256)) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED,
			"image '%s', %s, has SHA-256 %s, the recipe names %s", image->name,
			image->path, sha256, image->sha256);
		return NULL;
	}
	return g_steal_pointer(&bytes);
}

/* Opens it once, so that what is wrong is said before a board is touched. */
static void check_file(const Image *image, const Node *node, Problems *problems)
{
	const Node *file = node_get(node, "file"), *pin = node_get(node, "sha256");
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = read_file(image->path, room(image), &error);
	g_autofree char *sha256 = NULL;

	if (!bytes) {
		problems_add(problems, file->place, "image '%s' (%s) %s", image->name, file->text,
			error->message);
		return;
	}
	sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	if (!pin)
		problems_add(problems, file->place,
			"image '%s' has a file but no 'sha256'; the file's is %s", image->name,
			sha256);
	else if (strcmp(sha256, pin->text))
		problems_add(problems, pin->place,
			"image '%s' (%s) has SHA-256 %s, the recipe names %s", image->name,
			file->text, sha256, pin->text);
}

void image_free(Image *image)
{
	g_free((char *)image->path);
	g_free(image);
}

void recipe_read_image(Recipe *recipe, Node *node, const char *images_dir, Problems *problems)
{
	Image *image = g_new0(Image, 1);
	Node *file = node_get(node, "file");
	const Node *pin = node_get(node, "sha256");

	image->name = node->key;
	image->sha256 = pin ? pin->text : NULL;
	image->address = (guint64)schema_int(node, recipe_image_fields, "address");
	image->size_max = (guint64)schema_int(node, recipe_image_fields, "max");
	image->place = node->key_place;
	g_ptr_array_add(recipe->images, image);
	if (!file) {
		recipe->template = TRUE;
		return;
	}
	image->path = recipe_resolve(recipe, file);
	if (images_dir && pin) {
		g_free((char *)image->path);
		image->path = g_build_filename(images_dir, pin->text, NULL);
	}
	check_file(image, node, problems);
}

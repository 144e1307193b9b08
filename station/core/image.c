/* Images: files that are what their pin says, or nothing. */
#include "core/recipe_parts.h"

#include "core/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IMAGE_BYTES_MAX = 64 << 20 }; /* larger than any part of an OpenMV camera (boards.md 1.3) */

static gboolean fill(int fd, guchar *bytes, gsize length)
{
	while (length) {
		gssize got = read(fd, bytes, length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FALSE;
		if (got == 0) {
			errno = ENODATA; /* shorter than it was a moment ago */
			return FALSE;
		}
		bytes += got;
		length -= got;
	}
	return TRUE;
}

/* Of a regular file of 1 to `most` bytes. */
static GBytes *read_open(int fd, guint64 most, GError **error)
{
	g_autofree guchar *bytes = NULL;
	struct stat status;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED, "is not a regular file");
		return NULL;
	}
	if (status.st_size < 1 || (guint64)status.st_size > most) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED,
			"has %" G_GINT64_FORMAT " bytes; 1 to %" G_GUINT64_FORMAT " are allowed",
			(gint64)status.st_size, most);
		return NULL;
	}
	bytes = g_malloc(status.st_size);
	if (!fill(fd, bytes, status.st_size)) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED, "cannot be read: %s",
			g_strerror(errno));
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&bytes), status.st_size);
}

static GBytes *read_file(const char *path, guint64 most, GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	GBytes *bytes;

	if (fd < 0) {
		g_set_error(error, FAILURE, FAILURE_IMAGE_CHANGED, "cannot be opened: %s",
			g_strerror(errno));
		return NULL;
	}
	bytes = read_open(fd, most, error);
	close(fd);
	return bytes;
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
static char *resolve(const Recipe *recipe, Node *file)
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
	image->path = resolve(recipe, file);
	if (images_dir && pin) {
		g_free((char *)image->path);
		image->path = g_build_filename(images_dir, pin->text, NULL);
	}
	check_file(image, node, problems);
}

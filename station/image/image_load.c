/* Image files from a disk: regular, and no larger than allowed. */
#include "image/image_parts.h"

#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean fill(int fd, guint8 *bytes, gsize length, GError **error)
{
	for (gsize at = 0; at < length;) {
		gssize got = read(fd, bytes + at, length - at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return image_refuse(error, IMAGE_FILE_IO, at, "cannot be read: %s",
				got ? g_strerror(errno) : "it shrank meanwhile");
		at += (gsize)got;
	}
	return TRUE;
}

static GBytes *read_open(int fd, GError **error)
{
	g_autofree guint8 *bytes = NULL;
	struct stat status;
	gsize length;

	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		image_refuse(error, IMAGE_FILE_IO, 0, "is not a regular file");
		return NULL;
	}
	if (status.st_size > IMAGE_FILE_BYTES_MAX) {
		image_refuse(error, IMAGE_FILE_TOO_MUCH, IMAGE_FILE_BYTES_MAX,
			"the file goes on; %u bytes are allowed", IMAGE_FILE_BYTES_MAX);
		return NULL;
	}
	length = (gsize)status.st_size;
	bytes = g_malloc(length);
	if (!fill(fd, bytes, length, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&bytes), length);
}

static GBytes *read_file(const char *path, GError **error)
{
	/* Not to wait for a writer of a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	GBytes *bytes;

	if (fd < 0) {
		g_set_error(error, IMAGE_FILE_ERROR, IMAGE_FILE_IO, "cannot be opened: %s",
			g_strerror(errno));
		return NULL;
	}
	bytes = read_open(fd, error);
	close(fd);
	return bytes;
}

ImageFile *image_file_load(const char *path, guint64 bin_address, GError **error)
{
	g_autoptr(GBytes) bytes = read_file(path, error);

	if (!bytes) {
		g_autofree char *clean = text_clean(path, -1);

		g_prefix_error(error, "%s: ", clean);
		return NULL;
	}
	return image_file_parse(bytes, path, bin_address, error);
}

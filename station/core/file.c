#include "core/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean refuse_errno(GError **error, const char *what)
{
	int code = errno;

	g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", what,
		g_strerror(code));
	return FALSE;
}

static gboolean refuse_size(GError **error, guint64 size, gsize most)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
		"has %" G_GUINT64_FORMAT " bytes; %zu are allowed", size, most);
	return FALSE;
}

static gboolean look(int fd, gsize most, gsize *size, GError **error)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return refuse_errno(error, "cannot be read");
	if (!S_ISREG(status.st_mode)) {
		g_set_error_literal(
			error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "is not a regular file");
		return FALSE;
	}
	*size = (gsize)status.st_size;
	return (guint64)status.st_size <= most || refuse_size(error, (guint64)status.st_size, most);
}

/* As much as there is, but no more than `room`. */
static gssize fill(int fd, char *bytes, gsize room)
{
	gsize length = 0;

	while (length < room) {
		gssize got = read(fd, bytes + length, room - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		length += (gsize)got;
	}
	return (gssize)length;
}

static GBytes *read_open(int fd, gsize most, GError **error)
{
	g_autofree char *bytes = NULL;
	gsize size;
	gssize got;

	if (!look(fd, most, &size, error))
		return NULL;
	/* One more than it had a moment ago, to see whether it grows. */
	bytes = g_malloc(size + 2);
	got = fill(fd, bytes, size + 1);
	if (got < 0)
		refuse_errno(error, "cannot be read");
	else if ((gsize)got != size)
		g_set_error_literal(
			error, G_FILE_ERROR, G_FILE_ERROR_AGAIN, "changes while it is being read");
	if (got < 0 || (gsize)got != size)
		return NULL;
	bytes[got] = '\0';
	return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

static GBytes *read_at(int folder, const char *path, int flags, gsize most, GError **error)
{
	/* O_NONBLOCK: a named pipe must not hold us up before fstat() has said what it is. */
	int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
	GBytes *bytes;

	if (fd < 0) {
		refuse_errno(error, "cannot be opened");
		return NULL;
	}
	bytes = read_open(fd, most, error);
	close(fd);
	return bytes;
}

GBytes *file_bytes(const char *path, gsize most, GError **error)
{
	return read_at(AT_FDCWD, path, 0, most, error);
}

GBytes *file_bytes_in(int folder, const char *name, gsize most, GError **error)
{
	g_return_val_if_fail(!strchr(name, '/'), NULL);
	return read_at(folder, name, O_NOFOLLOW, most, error);
}

/* A file's bytes, bounded before they are read. */
#include "core/node.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

Place place_of_file(const char *path)
{
	return (Place){.file = g_intern_string(path)};
}

/* O_NONBLOCK: a named pipe must not hold the station up before fstat() has said what it is. */
static int open_regular(const char *path, Problems *problems)
{
	int fd = g_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
	struct stat status;

	if (fd < 0) {
		problems_add(
			problems, place_of_file(path), "cannot be opened: %s", g_strerror(errno));
		return -1;
	}
	if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
		return fd;
	problems_add(problems, place_of_file(path), "is not a regular file");
	close(fd);
	return -1;
}

/* Up to one byte more than allowed: a file may grow between fstat() and read(). */
static gssize read_all(int fd, char *bytes, gsize room)
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
		length += got;
	}
	return length;
}

char *node_file_bytes(const char *path, gsize *length, Problems *problems)
{
	g_autofree char *bytes = NULL;
	gssize got;
	int fd = open_regular(path, problems);

	if (fd < 0)
		return NULL;
	bytes = g_malloc(NODE_BYTES_MAX + 2);
	got = read_all(fd, bytes, NODE_BYTES_MAX + 1);
	if (got < 0)
		problems_add(
			problems, place_of_file(path), "cannot be read: %s", g_strerror(errno));
	close(fd);
	if (got < 0)
		return NULL;
	if (got > NODE_BYTES_MAX) {
		problems_add(problems, place_of_file(path),
			"the file is larger than 1 MiB, the most that is allowed");
		return NULL;
	}
	bytes[got] = '\0';
	*length = got;
	return g_steal_pointer(&bytes);
}

Node *node_read_file(const char *path, Problems *problems)
{
	gsize length;
	g_autofree char *bytes = node_file_bytes(path, &length, problems);

	return bytes ? node_read(path, bytes, length, problems) : NULL;
}

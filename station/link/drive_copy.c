#include "link/drive_copy.h"

#include "core/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCK = 512 };

struct DriveCopy {
	Scsi *scsi;
	guint8 *bytes; /* of the whole drive; memory only where something was read */
	guint8 *known; /* one bit a block */
	gsize size, known_size;
};

/* Zeros that take no memory before they are written to. */
static guint8 *reserve(gsize size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

DriveCopy *drive_copy_new(Scsi *scsi, GError **error)
{
	g_autoptr(DriveCopy) copy = g_new0(DriveCopy, 1);

	copy->scsi = scsi;
	copy->size = (gsize)scsi->blocks * BLOCK;
	copy->known_size = scsi->blocks / 8 + 1;
	copy->bytes = reserve(copy->size);
	copy->known = reserve(copy->known_size);
	if (copy->bytes && copy->known)
		return g_steal_pointer(&copy);
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
		"no memory for a copy of a drive of %u blocks: %s", scsi->blocks,
		g_strerror(errno));
	return NULL;
}

void drive_copy_free(DriveCopy *copy)
{
	if (!copy)
		return;
	if (copy->bytes)
		munmap(copy->bytes, copy->size);
	if (copy->known)
		munmap(copy->known, copy->known_size);
	g_free(copy);
}

Scsi *drive_copy_scsi(DriveCopy *copy)
{
	return copy->scsi;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static gboolean is_known(const DriveCopy *copy, guint32 block)
{
	return copy->known[block / 8] >> block % 8 & 1;
}

static void set_known(DriveCopy *copy, guint32 block, guint32 count)
{
	for (guint32 i = block; i < block + count; i++)
		copy->known[i / 8] |= (guint8)(1 << i % 8);
}

static guint8 *at(const DriveCopy *copy, guint32 block)
{
	return copy->bytes + (gsize)block * BLOCK;
}

/* How many of the blocks from here on are all known, or all not. */
static guint32 alike(const DriveCopy *copy, guint32 block, guint32 most)
{
	guint32 count = 1;

	while (count < most && is_known(copy, block + count) == is_known(copy, block))
		count++;
	return count;
}

static gboolean in_range(const DriveCopy *copy, guint32 block, guint32 count, GError **error)
{
	if (block <= copy->scsi->blocks && count <= copy->scsi->blocks - block)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
		"blocks %u to %" G_GUINT64_FORMAT " of a drive of %u", block,
		(guint64)block + count - 1, copy->scsi->blocks);
	return FALSE;
}

gboolean drive_copy_read(gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	DriveCopy *copy = data;

	if (!in_range(copy, block, count, error))
		return FALSE;
	for (guint32 i = 0; i < count;) {
		guint32 run = alike(copy, block + i, count - i);

		if (!is_known(copy, block + i)) {
			if (!scsi_read(copy->scsi, block + i, run, at(copy, block + i), error))
				return FALSE;
			set_known(copy, block + i, run);
		}
		i += run;
	}
	memcpy(into, at(copy, block), (gsize)count * BLOCK);
	return TRUE;
}

gboolean drive_copy_read_again(
	DriveCopy *copy, guint32 block, guint32 count, guint8 *into, GError **error)
{
	return in_range(copy, block, count, error) &&
	       scsi_read(copy->scsi, block, count, into, error);
}

const guint8 *drive_copy_block(const DriveCopy *copy, guint32 block)
{
	return block < copy->scsi->blocks && is_known(copy, block) ? at(copy, block) : NULL;
}

gboolean drive_copy_write(
	DriveCopy *copy, guint32 block, guint32 count, const guint8 *from, GError **error)
{
	if (!in_range(copy, block, count, error) ||
		!scsi_write(copy->scsi, block, count, from, error))
		return FALSE;
	memcpy(at(copy, block), from, (gsize)count * BLOCK);
	set_known(copy, block, count);
	return TRUE;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static gboolean put(int fd, const guint8 *bytes, gsize length, gsize offset)
{
	while (length) {
		gssize put_now = pwrite(fd, bytes, length, (off_t)offset);

		if (put_now < 0 && errno == EINTR)
			continue;
		if (put_now <= 0)
			return FALSE;
		bytes += put_now;
		offset += (gsize)put_now;
		length -= (gsize)put_now;
	}
	return TRUE;
}

static gboolean save(const DriveCopy *copy, guint32 first, guint32 count, int fd)
{
	if (ftruncate(fd, (off_t)count * BLOCK) != 0)
		return FALSE;
	for (guint32 i = 0; i < count;) {
		guint32 run = alike(copy, first + i, count - i);

		if (is_known(copy, first + i) &&
			!put(fd, at(copy, first + i), (gsize)run * BLOCK, (gsize)i * BLOCK))
			return FALSE;
		i += run;
	}
	return TRUE;
}

gboolean drive_copy_save(
	const DriveCopy *copy, guint32 first, guint32 count, const char *path, GError **error)
{
	gboolean done = FALSE;
	int fd, code;

	if (!in_range(copy, first, count, error))
		return FALSE;
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0)
		done = save(copy, first, count, fd);
	code = errno;
	if (fd >= 0)
		close(fd);
	if (!done)
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot write %s: %s", path,
			g_strerror(code));
	return done;
}

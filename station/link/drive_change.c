#include "link/drive_change.h"

#include "core/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 512, PIECE_BLOCKS = 128, DAMAGED_BITS = 8 };

/* In the order of writing; directories are RANK_DIRECTORIES minus their place among them. */
enum { RANK_DATA, RANK_TABLES, RANK_DIRECTORIES = 1 << 20, RANK_BOOT };

typedef struct {
	guint32 block; /* of the drive */
	guint rank;
} Change;

/* The volume's file, and which of its blocks a walk of it has looked at. */
typedef struct {
	int fd;
	guint32 blocks;
	GByteArray *seen; /* one byte a block */
} VolumeFile;

/* ---- the file -------------------------------------------------------------------------------- */

static gboolean read_file(gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	VolumeFile *file = data;
	gsize length = (gsize)count * BLOCK;

	if (pread(file->fd, into, length, (off_t)block * BLOCK) != (gssize)length) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"the volume's file cannot be read at block %u", block);
		return FALSE;
	}
	memset(file->seen->data + block, 1, count);
	return TRUE;
}

static gboolean open_file(VolumeFile *file, const char *path, GError **error)
{
	struct stat status;

	file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file->fd < 0 || fstat(file->fd, &status) != 0) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "cannot read %s: %s", path,
			g_strerror(errno));
		return FALSE;
	}
	file->blocks = (guint32)(status.st_size / BLOCK);
	file->seen = g_byte_array_sized_new(file->blocks);
	g_byte_array_set_size(file->seen, file->blocks);
	memset(file->seen->data, 0, file->blocks);
	return TRUE;
}

static FatVolume *walk_file(VolumeFile *file, GError **error)
{
	g_autoptr(FatVolume) volume = fat_walk(read_file, file, file->blocks, error);
	const FatFinding *finding;

	if (!volume || !volume->findings->len)
		return g_steal_pointer(&volume);
	finding = volume->findings->pdata[0];
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
		"what was to be written is not sound: %s: %s", finding->code, finding->text);
	return NULL;
}

/* ---- what differs ---------------------------------------------------------------------------- */

static gboolean inside(const FatExtent *extent, guint32 block)
{
	return block >= extent->first && block - extent->first < extent->count;
}

/* `block` counts from the volume's first, as the volume's extents do here. */
static guint rank_of(const FatVolume *volume, guint32 block)
{
	if (inside(&volume->tables, block))
		return RANK_TABLES;
	for (guint i = 0; i < volume->directories->len; i++)
		if (inside(&g_array_index(volume->directories, FatExtent, i), block))
			return RANK_DIRECTORIES - i;
	return block < volume->tables.first ? RANK_BOOT : RANK_DATA;
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
	const Change *left = a, *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->block < right->block ? -1 : left->block > right->block;
}

static gboolean differs(const DriveCopy *copy, guint32 block, const guint8 *wanted)
{
	const guint8 *there = drive_copy_block(copy, block);

	return !there || memcmp(there, wanted, BLOCK) != 0;
}

static GArray *find_changes(const DriveCopy *copy, guint32 first, const VolumeFile *file,
	const FatVolume *volume, GError **error)
{
	g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(Change));
	guint8 wanted[BLOCK];

	for (guint32 block = 0; block < file->blocks; block++) {
		if (!file->seen->data[block])
			continue;
		if (!read_file((gpointer)file, block, 1, wanted, error))
			return NULL;
		if (differs(copy, first + block, wanted))
			g_array_append_val(changes,
				((Change){.block = first + block, .rank = rank_of(volume, block)}));
	}
	g_array_sort(changes, by_rank);
	return g_steal_pointer(&changes);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Blocks of one rank, side by side. */
static guint run_length(const GArray *changes, guint from)
{
	const Change *first = &g_array_index(changes, Change, from);
	guint count = 1;

	while (count < PIECE_BLOCKS && from + count < changes->len) {
		const Change *next = &g_array_index(changes, Change, from + count);

		if (next->rank != first->rank || next->block != first->block + count)
			break;
		count++;
	}
	return count;
}

typedef gboolean (*RunFunc)(
	DriveCopy *copy, guint32 block, guint count, const guint8 *wanted, GError **error);

static gboolean each_run(DriveCopy *copy, guint32 first, VolumeFile *file, const GArray *changes,
	RunFunc func, GError **error)
{
	g_autofree guint8 *wanted = g_malloc(PIECE_BLOCKS * BLOCK);

	for (guint i = 0; i < changes->len;) {
		guint32 block = g_array_index(changes, Change, i).block;
		guint count = run_length(changes, i);

		if (!read_file(file, block - first, count, wanted, error) ||
			!func(copy, block, count, wanted, error))
			return FALSE;
		i += count;
	}
	return TRUE;
}

static gboolean write_run(
	DriveCopy *copy, guint32 block, guint count, const guint8 *wanted, GError **error)
{
	return drive_copy_write(copy, block, count, wanted, error);
}

static guint differing_bits(const guint8 *a, const guint8 *b)
{
	guint bits = 0;

	for (guint i = 0; i < BLOCK; i++)
		bits += (guint)__builtin_popcount(a[i] ^ b[i]);
	return bits;
}

/* A few bits: what is stored or read is damaged. Many: something else is there. */
static gboolean compare_block(
	guint32 number, const guint8 *there, const guint8 *wanted, GError **error)
{
	guint bits = differing_bits(there, wanted);

	if (!bits)
		return TRUE;
	g_set_error(error, FAILURE,
		bits <= DAMAGED_BITS ? FAILURE_DRIVE_CORRUPT : FAILURE_DRIVE_WRITE_LOST,
		"block %u was written and reads otherwise, in %u of its %d bits", number, bits,
		BLOCK * 8);
	return FALSE;
}

/* From the drive itself, which may say that it has written and not have done it. */
static gboolean compare_run(
	DriveCopy *copy, guint32 block, guint count, const guint8 *wanted, GError **error)
{
	g_autofree guint8 *there = g_malloc(PIECE_BLOCKS * BLOCK);

	if (!drive_copy_read_again(copy, block, count, there, error))
		return FALSE;
	for (guint i = 0; i < count; i++)
		if (!compare_block(block + i, there + i * BLOCK, wanted + i * BLOCK, error))
			return FALSE;
	return TRUE;
}

static gboolean change(
	DriveCopy *copy, guint32 first, VolumeFile *file, DriveChange *result, GError **error)
{
	g_autoptr(FatVolume) volume = walk_file(file, error);
	g_autoptr(GArray) changes = NULL;

	if (!volume)
		return FALSE;
	changes = find_changes(copy, first, file, volume, error);
	if (!changes)
		return FALSE;
	drive_copy_scsi(copy)->bytes_to_write += (guint64)changes->len * BLOCK;
	if (!each_run(copy, first, file, changes, write_run, error) ||
		!each_run(copy, first, file, changes, compare_run, error))
		return FALSE;
	result->blocks = changes->len;
	result->volume = g_steal_pointer(&volume);
	return TRUE;
}

gboolean drive_change(
	DriveCopy *copy, guint32 first, const char *path, DriveChange *result, GError **error)
{
	VolumeFile file = {.fd = -1};
	gboolean done;

	*result = (DriveChange){0};
	done = open_file(&file, path, error) && change(copy, first, &file, result, error);
	if (file.fd >= 0)
		close(file.fd);
	if (file.seen)
		g_byte_array_unref(file.seen);
	return done;
}

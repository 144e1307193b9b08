#include "lib/fat_drive.h"

#include <gio/gio.h>
#include <string.h>

enum { BLOCK = 512, FINDINGS_MAX = 100, FILES_MAX = 10000 };

typedef struct {
	FatRead read;
	gpointer data;
	guint8 *seen; /* by block: how often it was read */
	guint32 blocks;
	guint left, reads;
} Drive;

static gboolean drive_read(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	Drive *drive = data;

	g_assert_cmpuint(count, >, 0);
	g_assert_cmpuint((guint64)block + count, <=, drive->blocks);
	drive->reads++;
	if (drive->reads == drive->left) {
		g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, "reading fails");
		return FALSE;
	}
	for (guint32 i = block; i < block + count; i++)
		drive->seen[i]++;
	return drive->read(drive->data, block, count, into, error);
}

/* Takes from `seen` what is allocated; the rest must be zero then. */
static void prove_extents(const Drive *drive, const FatVolume *volume)
{
	guint32 end = 0;

	for (guint i = 0; i < volume->extents->len; i++) {
		FatExtent extent = g_array_index(volume->extents, FatExtent, i);

		g_assert_true(i == 0 || extent.first > end);
		g_assert_cmpuint(extent.count, >, 0);
		end = extent.first + extent.count;
		g_assert_cmpuint(end, <=, drive->blocks);
		for (guint32 block = extent.first; block < end; block++) {
			/* The boot sector may be where FSInfo or its own copy is said to be. */
			g_assert_cmpuint(drive->seen[block], <=,
				block < volume->first_block + G_MAXUINT16 ? 3 : 1);
			drive->seen[block] = 0;
		}
	}
	for (guint32 block = 0; block < drive->blocks; block++)
		g_assert_cmpuint(drive->seen[block], ==, 0);
}

static void prove_texts(const FatVolume *volume)
{
	g_assert_cmpuint(volume->findings->len, <=, FINDINGS_MAX);
	g_assert_cmpuint(volume->files->len, <=, FILES_MAX);
	g_assert_true(!volume->label || g_utf8_validate(volume->label, -1, NULL));
	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];

		g_assert_true(g_utf8_validate(file->path, -1, NULL));
		g_assert_true(!file->directory || !file->sha256);
	}
	for (guint i = 0; i < volume->findings->len; i++) {
		const FatFinding *finding = volume->findings->pdata[i];

		g_assert_true(g_utf8_validate(finding->text, -1, NULL));
		g_assert_true(g_str_has_prefix(finding->code, "fat-"));
	}
}

static FatVolume *walk(Drive *drive, GError **error)
{
	g_autofree guint8 *seen = g_malloc0((gsize)drive->blocks + 1);
	FatVolume *volume;

	drive->seen = seen;
	volume = fat_walk(drive_read, drive, drive->blocks, error);

	if (volume) {
		prove_extents(drive, volume);
		prove_texts(volume);
	}
	return volume;
}

FatVolume *fat_drive_walk_read(FatRead read, gpointer data, guint32 blocks)
{
	Drive drive = {.read = read, .data = data, .blocks = blocks};
	g_autoptr(GError) error = NULL;
	FatVolume *volume = walk(&drive, &error);

	g_assert_no_error(error);
	return volume;
}

/* ---- bytes in memory ------------------------------------------------------------------------- */

static gboolean read_bytes(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	memcpy(into, (const guint8 *)data + (gsize)block * BLOCK, (gsize)count * BLOCK);
	return TRUE;
}

FatVolume *fat_drive_walk(const guint8 *bytes, gsize length)
{
	return fat_drive_walk_read(read_bytes, (gpointer)bytes, (guint32)(length / BLOCK));
}

FatVolume *fat_drive_walk_failing(
	const guint8 *bytes, gsize length, guint left, guint *reads, GError **error)
{
	Drive drive = {.read = read_bytes,
		.data = (gpointer)bytes,
		.blocks = (guint32)(length / BLOCK),
		.left = left};
	FatVolume *volume = walk(&drive, error);

	if (reads)
		*reads = drive.reads;
	return volume;
}

/* ---- few blocks ------------------------------------------------------------------------------ */

typedef struct {
	const guint8 *file;
	guint stored;
} Stored;

enum { STORED_HEAD = 4 + 4 * FAT_DRIVE_STORED };

static guint32 get32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

static gboolean read_stored(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error)
{
	const Stored *stored = data;

	memset(into, 0, (gsize)count * BLOCK);
	for (guint i = 0; i < stored->stored; i++) {
		guint32 number = get32(stored->file + 4 + 4 * i);

		if (number >= block && number - block < count)
			memcpy(into + (gsize)(number - block) * BLOCK,
				stored->file + STORED_HEAD + (gsize)i * BLOCK, BLOCK);
	}
	return TRUE;
}

FatVolume *fat_drive_walk_stored(const guint8 *file, gsize length)
{
	Stored stored = {.file = file};

	if (length < STORED_HEAD)
		return NULL;
	stored.stored = (guint)MIN((length - STORED_HEAD) / BLOCK, FAT_DRIVE_STORED);
	return fat_drive_walk_read(read_stored, &stored, MIN(get32(file), FAT_DRIVE_STORED_MAX));
}

/* ---- what was found -------------------------------------------------------------------------- */

void fat_drive_show(const FatVolume *volume)
{
	for (guint i = 0; i < volume->findings->len; i++) {
		const FatFinding *finding = volume->findings->pdata[i];

		g_test_message(
			"%s, cluster %u: %s", finding->code, finding->cluster, finding->text);
	}
}

gboolean fat_drive_has(const FatVolume *volume, const char *code)
{
	for (guint i = 0; i < volume->findings->len; i++)
		if (!strcmp(((const FatFinding *)volume->findings->pdata[i])->code, code))
			return TRUE;
	return FALSE;
}

void fat_drive_assert_has(const FatVolume *volume, const char *code)
{
	if (!fat_drive_has(volume, code)) {
		fat_drive_show(volume);
		g_test_message("no %s", code);
	}
	g_assert_true(fat_drive_has(volume, code));
}

void fat_drive_assert_sound(const FatVolume *volume)
{
	fat_drive_show(volume);
	g_assert_cmpuint(volume->findings->len, ==, 0);
}

guint8 *fat_drive_sparse_copy(const guint8 *bytes, gsize length, const FatVolume *volume)
{
	guint8 *copy = g_malloc(length);

	memset(copy, 0xEE, length);
	for (guint i = 0; i < volume->extents->len; i++) {
		FatExtent extent = g_array_index(volume->extents, FatExtent, i);
		gsize at = (gsize)extent.first * BLOCK;

		memcpy(copy + at, bytes + at, (gsize)extent.count * BLOCK);
	}
	return copy;
}

void fat_drive_assert_same(const FatVolume *a, const FatVolume *b)
{
	g_assert_cmpuint(a->files->len, ==, b->files->len);
	for (guint i = 0; i < a->files->len; i++) {
		const FatFile *mine = a->files->pdata[i], *other = b->files->pdata[i];

		g_assert_cmpstr(mine->path, ==, other->path);
		g_assert_cmpuint(mine->size, ==, other->size);
		g_assert_cmpstr(mine->sha256, ==, other->sha256);
	}
	g_assert_cmpuint(a->findings->len, ==, b->findings->len);
	for (guint i = 0; i < a->findings->len; i++) {
		const FatFinding *mine = a->findings->pdata[i], *other = b->findings->pdata[i];

		g_assert_cmpstr(mine->code, ==, other->code);
		g_assert_cmpuint(mine->cluster, ==, other->cluster);
	}
}

void fat_drive_damaged(guint8 *drive, gsize length, const FatDamage *damages, guint count)
{
	for (guint i = 0; i < count; i++) {
		guint8 was = drive[damages[i].at];
		g_autoptr(FatVolume) volume = NULL;

		g_assert_cmpuint(was, !=, damages[i].value);
		drive[damages[i].at] = damages[i].value;
		volume = fat_drive_walk(drive, length);
		if (!fat_drive_has(volume, damages[i].code)) {
			fat_drive_show(volume);
			g_test_message("damage %u: no %s", i, damages[i].code);
			g_test_fail();
		}
		drive[damages[i].at] = was;
	}
}

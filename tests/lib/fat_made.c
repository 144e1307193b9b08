#include "lib/fat_made.h"

#include "lib/fat_drive.h"
#include "lib/folder.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TABLE_BYTES = 256 * FAT_MADE_BLOCK, ENTRY = 32 };

static guint get16(const guint8 *at)
{
	return at[0] | at[1] << 8;
}

static guint32 get32(const guint8 *at)
{
	return get16(at) | (guint32)get16(at + 2) << 16;
}

static void put32(guint8 *at, guint32 value)
{
	for (guint i = 0; i < 4; i++)
		at[i] = (guint8)(value >> 8 * i);
}

/* ---- the table ------------------------------------------------------------------------------- */

static guint32 entry_mask(const FatMade *made)
{
	return made->bits == 12 ? 0xFFF : made->bits == 16 ? 0xFFFF : 0x0FFFFFFF;
}

/* Where the bytes of an entry begin, in a FAT. */
static gsize entry_at(const FatMade *made, guint32 cluster)
{
	return (gsize)cluster * made->bits / 8;
}

guint32 fat_made_next(const FatMade *made, guint32 cluster)
{
	guint32 raw = get32(made->bytes + made->fat + entry_at(made, cluster));

	if (made->bits == 12 && cluster & 1)
		raw >>= 4;
	return raw & entry_mask(made);
}

void fat_made_put_next(FatMade *made, guint fat, guint32 cluster, guint32 next)
{
	gsize at = made->fat + fat * made->fat_bytes + entry_at(made, cluster);
	guint shift = made->bits == 12 && cluster & 1 ? 4 : 0;
	guint32 mask = entry_mask(made) << shift;
	guint8 raw[4];

	put32(raw, (get32(made->bytes + at) & ~mask) | (next << shift & mask));
	fat_made_put(made, at, raw, made->bits == 12 ? 2 : made->bits / 8);
}

gsize fat_made_cluster(const FatMade *made, guint32 cluster)
{
	return made->data + (gsize)(cluster - 2) * made->cluster_bytes;
}

/* ---- change and repair ----------------------------------------------------------------------- */

void fat_made_put(FatMade *made, gsize at, const void *bytes, gsize length)
{
	if (at >= made->end)
		return;
	length = MIN(length, made->end - at);
	memcpy(made->bytes + at, bytes, length);
	for (gsize block = at / FAT_MADE_BLOCK; block <= (at + length - 1) / FAT_MADE_BLOCK;
		block++)
		g_array_append_val(made->changed, block);
}

void fat_made_put_byte(FatMade *made, gsize at, guint8 value)
{
	fat_made_put(made, at, &value, 1);
}

void fat_made_truncate(FatMade *made, gsize end)
{
	g_assert_cmpint(truncate(made->image, (off_t)end), ==, 0);
	made->end = end;
}

static gboolean all_zero(const guint8 *block)
{
	return !block[0] && memcmp(block, block + 1, FAT_MADE_BLOCK - 1) == 0;
}

void fat_made_restore(FatMade *made)
{
	gsize end = made->end;

	if (end < made->length)
		fat_made_truncate(made, made->length);
	for (gsize at = end; at < made->length; at += FAT_MADE_BLOCK)
		if (!all_zero(made->sound + at))
			memcpy(made->bytes + at, made->sound + at, FAT_MADE_BLOCK);
	for (guint i = 0; i < made->changed->len; i++) {
		gsize at = g_array_index(made->changed, gsize, i) * FAT_MADE_BLOCK;

		memcpy(made->bytes + at, made->sound + at, FAT_MADE_BLOCK);
	}
	g_array_set_size(made->changed, 0);
}

/* ---- the walker on it ------------------------------------------------------------------------ */

FatVolume *fat_made_walk(const FatMade *made)
{
	if (made->kind->table)
		return fat_drive_walk(made->table, TABLE_BYTES + made->end);
	return fat_drive_walk(made->bytes, made->end);
}

static int by_text(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *fat_made_list(const FatVolume *volume)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];

		g_ptr_array_add(lines,
			file->directory ? g_strdup_printf("%s/", file->path)
					: g_strdup_printf("%s %u %s", file->path, file->size,
						  file->sha256 ? file->sha256 : "unreadable"));
	}
	g_ptr_array_sort(lines, by_text);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

/* ---- made -------------------------------------------------------------------------------------*/

static void read_geometry(FatMade *made)
{
	const guint8 *boot = made->bytes;
	guint32 blocks = get16(boot + 19) ? get16(boot + 19) : get32(boot + 32);

	made->bits = (guint)g_ascii_strtoull(made->kind->bits, NULL, 10);
	made->fats = boot[16];
	made->fat = (gsize)get16(boot + 14) * FAT_MADE_BLOCK;
	made->fat_bytes =
		(gsize)(made->bits == 32 ? get32(boot + 36) : get16(boot + 22)) * FAT_MADE_BLOCK;
	made->root = made->fat + made->fats * made->fat_bytes;
	made->root_bytes = (gsize)get16(boot + 17) * ENTRY;
	made->data = made->root + made->root_bytes;
	made->cluster_bytes = (gsize)boot[13] * FAT_MADE_BLOCK;
	made->clusters =
		(guint32)(((gsize)blocks * FAT_MADE_BLOCK - made->data) / made->cluster_bytes);
}

/* Maps the image behind a partition table that describes it. */
static void map(FatMade *made)
{
	int fd = open(made->image, O_RDWR | O_CLOEXEC);
	static const guint8 types[] = {0x01, 0x06, 0x0C};
	guint8 *entry;

	g_assert_cmpint(fd, >=, 0);
	made->length = made->end = (gsize)lseek(fd, 0, SEEK_END);
	/* A few bytes more, as entries are read in fours. */
	made->table = mmap(NULL, TABLE_BYTES + made->length + 4096, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_assert_true(made->table != MAP_FAILED);
	made->bytes = mmap(made->table + TABLE_BYTES, made->length, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_FIXED, fd, 0);
	g_assert_true(made->bytes == made->table + TABLE_BYTES);
	close(fd);
	read_geometry(made);
	entry = made->table + 446;
	entry[4] = types[made->bits == 32 ? 2 : made->bits == 16];
	put32(entry + 8, TABLE_BYTES / FAT_MADE_BLOCK);
	put32(entry + 12, (guint32)(made->length / FAT_MADE_BLOCK));
	made->table[510] = 0x55;
	made->table[511] = 0xAA;
}

/* Moves some clusters that are not the first of their chain to where it is free, so that files are in
 * pieces. */
static void scatter(FatMade *made, GRand *rand)
{
	for (guint32 cluster = 2; cluster < MIN(made->clusters, 400); cluster++) {
		guint32 next = fat_made_next(made, cluster), to, after;

		if (next < 2 || next >= made->clusters + 2 || g_rand_int_range(rand, 0, 3))
			continue;
		to = (guint32)g_rand_int_range(rand, 2, (gint32)MIN(made->clusters, 600) + 2);
		if (fat_made_next(made, to))
			continue;
		memcpy(made->bytes + fat_made_cluster(made, to),
			made->bytes + fat_made_cluster(made, next), made->cluster_bytes);
		after = fat_made_next(made, next);
		for (guint fat = 0; fat < made->fats; fat++) {
			fat_made_put_next(made, fat, to, after);
			fat_made_put_next(made, fat, cluster, to);
			fat_made_put_next(made, fat, next, 0);
		}
	}
}

/* Where directory entries are, up to one that is none. */
static void note_entries(FatMade *made, gsize from, gsize bytes)
{
	for (gsize at = from; at < from + bytes; at += ENTRY) {
		g_array_append_val(made->entries, at);
		if (!made->bytes[at])
			break;
	}
}

static gboolean is_cluster(const FatMade *made, guint32 cluster)
{
	return cluster >= 2 && cluster < made->clusters + 2;
}

static void note_directory(FatMade *made, guint32 cluster)
{
	for (; is_cluster(made, cluster); cluster = fat_made_next(made, cluster)) {
		g_array_append_val(made->directories, cluster);
		note_entries(made, fat_made_cluster(made, cluster), made->cluster_bytes);
	}
}

static void note_entry(FatMade *made, const guint8 *entry)
{
	guint32 cluster =
		get16(entry + 26) | (made->bits == 32 ? (guint32)get16(entry + 20) << 16 : 0);

	if (!entry[0] || entry[0] == 0xE5 || entry[0] == '.' || entry[11] & 0x08)
		return;
	if (entry[11] & 0x10) {
		note_directory(made, cluster);
		return;
	}
	for (; is_cluster(made, cluster); cluster = fat_made_next(made, cluster))
		g_array_append_val(made->contents, cluster);
}

/* Takes the chains from the directory entries, which are sound; their number grows meanwhile. */
static void note_chains(FatMade *made)
{
	if (made->root_bytes)
		note_entries(made, made->root, made->root_bytes);
	else
		note_directory(made, get32(made->bytes + 44));
	for (guint i = 0; i < made->entries->len; i++)
		note_entry(made, made->bytes + g_array_index(made->entries, gsize, i));
}

static void keep_sound(FatMade *made)
{
	made->sound = mmap(
		NULL, made->length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	g_assert_true(made->sound != MAP_FAILED);
	for (gsize at = 0; at < made->length; at += FAT_MADE_BLOCK)
		if (!all_zero(made->bytes + at))
			memcpy(made->sound + at, made->bytes + at, FAT_MADE_BLOCK);
	g_array_set_size(made->changed, 0);
}

FatMade *fat_made_new(const FatKind *kind, guint32 seed, char **why)
{
	FatMade *made = g_new0(FatMade, 1);
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	g_autoptr(FatVolume) volume = NULL;

	made->kind = kind;
	made->folder = folder_new();
	made->image = g_build_filename(made->folder, "image", NULL);
	made->entries = g_array_new(FALSE, FALSE, sizeof(gsize));
	made->directories = g_array_new(FALSE, FALSE, sizeof(guint32));
	made->contents = g_array_new(FALSE, FALSE, sizeof(guint32));
	made->changed = g_array_new(FALSE, FALSE, sizeof(gsize));
	if (!fat_made_fill(made, rand, why)) {
		fat_made_free(made);
		return NULL;
	}
	map(made);
	scatter(made, rand);
	note_chains(made);
	keep_sound(made);
	volume = fat_made_walk(made);
	made->list = fat_made_list(volume);
	return made;
}

void fat_made_free(FatMade *made)
{
	if (made->table)
		munmap(made->table, TABLE_BYTES + made->length + 4096);
	if (made->sound)
		munmap(made->sound, made->length);
	g_array_unref(made->entries);
	g_array_unref(made->directories);
	g_array_unref(made->contents);
	g_array_unref(made->changed);
	folder_remove(made->folder);
	g_free(made->image);
	g_free(made->list);
	g_free(made);
}

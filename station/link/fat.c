#include "link/fat_parts.h"

#include "core/text.h"

#include <string.h>

enum {
	FINDINGS_MAX = 100,
	FILES_MAX = 10000,
	DEPTH_MAX = 16,
	/* 65,536 entries, as much as any FAT driver reads of one directory. */
	DIRECTORY_BLOCKS_MAX = 4096,
};

guint16 fat_get16(const guint8 *at)
{
	return (guint16)(at[0] | at[1] << 8);
}

guint32 fat_get32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

/* ---- what was found -------------------------------------------------------------------------- */

static void finding_free(gpointer data)
{
	FatFinding *finding = data;

	g_free(finding->text);
	g_free(finding);
}

static void file_free(gpointer data)
{
	FatFile *file = data;

	g_free(file->path);
	g_free(file->sha256);
	g_free(file);
}

void fat_volume_free(FatVolume *volume)
{
	if (!volume)
		return;
	g_ptr_array_unref(volume->files);
	g_ptr_array_unref(volume->findings);
	g_array_unref(volume->extents);
	g_free(volume->label);
	g_free(volume);
}

const FatFile *fat_file(const FatVolume *volume, const char *path)
{
	g_autofree char *wanted = g_utf8_casefold(path, -1);

	for (guint i = 0; i < volume->files->len; i++) {
		const FatFile *file = volume->files->pdata[i];
		g_autofree char *name = g_utf8_casefold(file->path, -1);

		if (strcmp(name, wanted) == 0)
			return file;
	}
	return NULL;
}

void fat_note(FatWalk *walk, const char *code, guint32 cluster, const char *format, ...)
{
	FatFinding *finding;
	g_autofree char *text = NULL;
	va_list args;

	if (walk->volume->findings->len >= FINDINGS_MAX)
		return;
	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	finding = g_new0(FatFinding, 1);
	finding->code = code;
	finding->cluster = cluster;
	finding->text = text_clean(text, -1);
	g_ptr_array_add(walk->volume->findings, finding);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

gboolean fat_read(FatWalk *walk, guint32 block, guint32 count, guint8 *into, GError **error)
{
	/* The layout was checked to lie inside the drive. */
	g_return_val_if_fail(
		walk->volume->first_block + (guint64)block + count <= walk->drive_blocks, FALSE);
	return walk->read(walk->data, walk->volume->first_block + block, count, into, error);
}

guint32 fat_cluster_block(const FatWalk *walk, guint32 cluster)
{
	return walk->data_area + (cluster - 2) * walk->cluster_blocks;
}

/* How many of the chain's clusters, from this one on, lie side by side and fit into one reading. */
static guint run_length(const FatWalk *walk, const GArray *chain, guint from)
{
	guint most = MAX(FAT_PIECE_BLOCKS / walk->cluster_blocks, 1), count = 1;

	while (count < most && from + count < chain->len &&
		g_array_index(chain, guint32, from + count) ==
			g_array_index(chain, guint32, from) + count)
		count++;
	return count;
}

typedef void (*Consume)(const guint8 *bytes, gsize length, gpointer data);

/* Hands out the first `length` bytes of a chain, piece by piece. */
static gboolean read_chain(FatWalk *walk, const GArray *chain, gsize length, Consume consume,
	gpointer data, GError **error)
{
	gsize size = walk->volume->cluster_size;
	g_autofree guint8 *piece = g_malloc(MAX(FAT_PIECE_BLOCKS * FAT_BLOCK, size));

	for (guint i = 0; i < chain->len && length;) {
		guint count = run_length(walk, chain, i);
		gsize bytes = MIN(count * size, length);
		guint32 blocks = (guint32)((bytes + FAT_BLOCK - 1) / FAT_BLOCK);

		if (!fat_read(walk, fat_cluster_block(walk, g_array_index(chain, guint32, i)),
			    blocks, piece, error))
			return FALSE;
		consume(piece, bytes, data);
		length -= bytes;
		i += count;
	}
	return TRUE;
}

static void consume_sum(const guint8 *bytes, gsize length, gpointer data)
{
	g_checksum_update(data, bytes, (gssize)length);
}

static void consume_bytes(const guint8 *bytes, gsize length, gpointer data)
{
	g_byte_array_append(data, bytes, (guint)length);
}

/* ---- files ----------------------------------------------------------------------------------- */

static gboolean read_file(
	FatWalk *walk, FatFile *file, const FatEntry *entry, guint owner, GError **error)
{
	gsize size = walk->volume->cluster_size;
	gboolean whole;
	g_autoptr(GArray) chain = fat_chain(walk, entry->first, owner, &whole);
	g_autoptr(GChecksum) sum = NULL;

	if (whole && chain->len != ((guint64)file->size + size - 1) / size) {
		fat_note(walk, "fat-size", entry->first, "%s has %u bytes, and %u clusters of %zu",
			file->path, file->size, chain->len, size);
		whole = FALSE;
	}
	if (!whole)
		return TRUE;
	sum = g_checksum_new(G_CHECKSUM_SHA256);
	if (!read_chain(walk, chain, file->size, consume_sum, sum, error))
		return FALSE;
	file->sha256 = g_strdup(g_checksum_get_string(sum));
	return TRUE;
}

static void queue_directory(
	FatWalk *walk, const FatDirectory *parent, const FatEntry *entry, guint owner)
{
	FatDirectory *directory;

	if (entry->size || !entry->first) {
		fat_note(walk, "fat-directory", entry->first,
			"%s: a directory of %u bytes at cluster %u", entry->path, entry->size,
			entry->first);
		if (!entry->first)
			return;
	}
	if (parent->depth + 1 > DEPTH_MAX) {
		fat_note(walk, "fat-depth", entry->first, "%s is too deep", entry->path);
		return;
	}
	directory = g_new0(FatDirectory, 1);
	directory->path = g_strdup(entry->path);
	directory->first = entry->first;
	directory->parent = parent->first;
	directory->depth = parent->depth + 1;
	directory->owner = owner;
	g_queue_push_tail(&walk->directories, directory);
}

/* `data` is where the first failed reading is kept: it ends the walk. */
static void on_entry(
	FatWalk *walk, const FatDirectory *directory, const FatEntry *entry, gpointer data)
{
	GPtrArray *files = walk->volume->files;
	FatFile *file;

	if (files->len >= FILES_MAX) {
		fat_note(walk, "fat-too-many", 0, "more than %d files", FILES_MAX);
		walk->full = TRUE;
		return;
	}
	file = g_new0(FatFile, 1);
	file->path = g_strdup(entry->path);
	file->size = entry->size;
	file->directory = (entry->attributes & FAT_ATTR_DIRECTORY) != 0;
	g_ptr_array_add(files, file);
	if (file->directory)
		queue_directory(walk, directory, entry, files->len);
	else if (!read_file(walk, file, entry, files->len, data))
		walk->full = TRUE;
}

/* ---- directories ----------------------------------------------------------------------------- */

static gboolean walk_entries(FatWalk *walk, const FatDirectory *directory, const guint8 *bytes,
	gsize length, GError **error)
{
	GError *failure = NULL;

	fat_directory(walk, directory, bytes, (guint)(length / FAT_ENTRY), on_entry, &failure);
	if (!failure)
		return TRUE;
	g_propagate_error(error, failure);
	return FALSE;
}

static gboolean walk_root(FatWalk *walk, GError **error)
{
	FatDirectory root = {.path = (char *)""};
	gsize length = (gsize)walk->root_blocks * FAT_BLOCK;
	g_autofree guint8 *bytes = g_malloc(length);

	return fat_read(walk, walk->root, walk->root_blocks, bytes, error) &&
	       walk_entries(walk, &root, bytes, length, error);
}

static gboolean walk_directory(FatWalk *walk, const FatDirectory *directory, GError **error)
{
	gboolean whole;
	g_autoptr(GArray) chain = fat_chain(walk, directory->first, directory->owner, &whole);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gsize length = (gsize)chain->len * walk->volume->cluster_size;

	if (!chain->len)
		return TRUE; /* not one cluster of its own: noted */
	if (length > DIRECTORY_BLOCKS_MAX * FAT_BLOCK) {
		fat_note(walk, "fat-directory", directory->first, "%s has %zu bytes of entries",
			directory->path, length);
		length = DIRECTORY_BLOCKS_MAX * FAT_BLOCK;
	}
	return read_chain(walk, chain, length, consume_bytes, bytes, error) &&
	       walk_entries(walk, directory, bytes->data, bytes->len, error);
}

static void directory_free(gpointer data)
{
	FatDirectory *directory = data;

	g_free(directory->path);
	g_free(directory);
}

static gboolean walk_all(FatWalk *walk, GError **error)
{
	FatDirectory *directory;

	if (!fat_table(walk, error) || !walk_root(walk, error))
		return FALSE;
	while (!walk->full && (directory = g_queue_pop_head(&walk->directories)) != NULL) {
		gboolean done = walk_directory(walk, directory, error);

		directory_free(directory);
		if (!done)
			return FALSE;
	}
	/* When the walk was ended early, what is left over says nothing. */
	if (!walk->full)
		fat_table_leftovers(walk);
	return TRUE;
}

FatVolume *fat_walk(FatRead read, gpointer data, guint32 drive_blocks, GError **error)
{
	g_autoptr(FatVolume) volume = g_new0(FatVolume, 1);
	FatWalk walk = {.read = read, .data = data, .drive_blocks = drive_blocks, .volume = volume};
	gboolean usable, done;

	volume->files = g_ptr_array_new_with_free_func(file_free);
	volume->findings = g_ptr_array_new_with_free_func(finding_free);
	volume->extents = g_array_new(FALSE, FALSE, sizeof(FatExtent));
	g_queue_init(&walk.directories);
	done = fat_boot(&walk, &usable, error) && (!usable || walk_all(&walk, error));
	fat_extents(&walk);
	g_queue_clear_full(&walk.directories, directory_free);
	g_free(walk.table);
	g_free(walk.owner);
	return done ? g_steal_pointer(&volume) : NULL;
}

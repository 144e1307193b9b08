/* The tree of directories: every file is read, every directory walked, breadth first. */
#include "link/fat_parts.h"

enum {
	FILES_MAX = 10000,
	DEPTH_MAX = 16,
	/* 65,536 entries, as much as any FAT driver reads of one directory. */
	DIRECTORY_BLOCKS_MAX = 4096,
};

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
	if (!fat_read_chain(walk, chain, file->size, consume_sum, sum, error))
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

/* A directory that is a chain of clusters: every one but the root of FAT12 and FAT16. */
static gboolean walk_directory(FatWalk *walk, const FatDirectory *directory, GError **error)
{
	guint32 first = directory->depth ? directory->first : walk->root_cluster;
	gboolean whole;
	g_autoptr(GArray) chain = fat_chain(walk, first, directory->owner, &whole);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gsize length = (gsize)chain->len * walk->volume->cluster_size;

	if (!chain->len)
		return TRUE; /* not one cluster of its own: noted */
	if (length > DIRECTORY_BLOCKS_MAX * FAT_BLOCK) {
		fat_note(walk, "fat-directory", first, "%s has %zu bytes of entries",
			fat_directory_shown(directory), length);
		length = DIRECTORY_BLOCKS_MAX * FAT_BLOCK;
	}
	for (guint i = 0; i < chain->len; i++)
		fat_extent_directory(walk,
			fat_cluster_block(walk, g_array_index(chain, guint32, i)),
			walk->cluster_blocks);
	return fat_read_chain(walk, chain, length, consume_bytes, bytes, error) &&
	       walk_entries(walk, directory, bytes->data, bytes->len, error);
}

static gboolean walk_root(FatWalk *walk, GError **error)
{
	FatDirectory root = {.path = (char *)"", .owner = FAT_OWNER_ROOT};
	gsize length = (gsize)walk->root_blocks * FAT_BLOCK;
	g_autofree guint8 *bytes = NULL;

	if (walk->volume->bits == 32)
		return walk_directory(walk, &root, error);
	bytes = g_malloc(length);
	fat_extent_directory(walk, walk->root, walk->root_blocks);
	return fat_read(walk, walk->root, walk->root_blocks, bytes, error) &&
	       walk_entries(walk, &root, bytes, length, error);
}

static void directory_free(gpointer data)
{
	FatDirectory *directory = data;

	g_free(directory->path);
	g_free(directory);
}

static gboolean walk_directories(FatWalk *walk, GError **error)
{
	FatDirectory *directory;

	if (!walk_root(walk, error))
		return FALSE;
	while (!walk->full && (directory = g_queue_pop_head(&walk->directories)) != NULL) {
		gboolean done = walk_directory(walk, directory, error);

		directory_free(directory);
		if (!done)
			return FALSE;
	}
	return TRUE;
}

gboolean fat_tree(FatWalk *walk, GError **error)
{
	gboolean done;

	g_queue_init(&walk->directories);
	done = walk_directories(walk, error);
	g_queue_clear_full(&walk->directories, directory_free);
	return done;
}

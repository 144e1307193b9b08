/* The FAT itself: which cluster follows which, and whose each one is. */
#include "link/fat_parts.h"

#include <string.h>

enum { FREE = 0, CLUSTER_MIN = 2 };

static guint32 entry_of(const FatWalk *walk, guint32 cluster)
{
	guint32 pair;

	switch (walk->volume->bits) {
	case 32: /* of which the upper 4 bits are nobody's */
		return fat_get32(walk->table + 4 * (gsize)cluster) & 0x0FFFFFFF;
	case 16:
		return fat_get16(walk->table + 2 * cluster);
	default: /* two entries of 12 bits share three bytes */
		pair = fat_get16(walk->table + cluster * 3 / 2);
		return cluster & 1 ? pair >> 4 : pair & 0xFFF;
	}
}

/* The lowest of the values that mean the end of a chain; one less is a bad cluster. */
static guint32 chain_end(const FatWalk *walk)
{
	guint bits = walk->volume->bits;

	return bits == 32 ? 0x0FFFFFF8 : bits == 16 ? 0xFFF8 : 0xFF8;
}

static gboolean in_range(const FatWalk *walk, guint32 cluster)
{
	return cluster >= CLUSTER_MIN && cluster < walk->volume->clusters + CLUSTER_MIN;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* No more than FAT_CLUSTERS_MAX * 4. */
static guint32 used_bytes(const FatWalk *walk)
{
	return ((walk->volume->clusters + CLUSTER_MIN) * walk->volume->bits + 7) / 8;
}

static guint32 blocks_of(guint32 bytes)
{
	return (bytes + FAT_BLOCK - 1) / FAT_BLOCK;
}

static void note_difference(FatWalk *walk, const guint8 *copy, guint32 at, guint32 bytes)
{
	while (bytes && *copy == walk->table[at]) {
		copy++;
		at++;
		bytes--;
	}
	fat_note(walk, "fat-copies-differ", at * 8 / walk->volume->bits,
		"the two FATs differ from byte 0x%X on", at);
}

/* Where the other FAT is not like the first, as far as there are clusters. */
static gboolean compare_copy(FatWalk *walk, GError **error)
{
	guint8 piece[FAT_PIECE_BLOCKS * FAT_BLOCK];
	guint32 bytes = used_bytes(walk);

	for (guint32 at = 0; at < bytes; at += sizeof piece) {
		guint32 count = MIN(bytes - at, sizeof piece);

		if (!fat_read(walk, walk->fat + walk->fat_blocks + at / FAT_BLOCK, blocks_of(count),
			    piece, error))
			return FALSE;
		if (memcmp(piece, walk->table + at, count) != 0) {
			note_difference(walk, piece, at, count);
			break;
		}
	}
	return TRUE;
}

/* Entries 0 and 1 belong to no cluster: media byte, end mark and, but for FAT12, two flags. */
static void check_reserved(FatWalk *walk)
{
	guint bits = walk->volume->bits;
	/* The upper bit of an entry, 28 of 32: put away properly; the next one: no errors seen. */
	guint32 good = bits == 32 ? 0x0C000000 : bits == 16 ? 0xC000 : 0;
	guint32 first = entry_of(walk, 0), flags = entry_of(walk, 1);

	if (first != ((chain_end(walk) & ~0xFFu) | walk->media))
		fat_note(walk, "fat-bad-entry", 0,
			"the FAT begins with 0x%X, the media byte is 0x%02X", first, walk->media);
	if ((flags & good) != good)
		fat_note(walk, "fat-dirty", 0, "the FAT's flags are 0x%04X", flags);
}

static void check_entries(FatWalk *walk)
{
	guint32 bad = chain_end(walk) - 1;

	for (guint32 cluster = CLUSTER_MIN; in_range(walk, cluster); cluster++) {
		guint32 next = entry_of(walk, cluster);

		if (next != FREE && next < bad && !in_range(walk, next))
			fat_note(walk, "fat-bad-entry", cluster,
				"it is followed by 0x%X, of 2 to 0x%X", next,
				walk->volume->clusters + 1);
	}
}

gboolean fat_table(FatWalk *walk, GError **error)
{
	guint32 blocks = blocks_of(used_bytes(walk));

	/* One byte more, as a pair of bytes is read for the last entry of 12 bits. */
	walk->table = g_malloc0((gsize)blocks * FAT_BLOCK + 1);
	walk->owner = g_new0(guint32, walk->volume->clusters + CLUSTER_MIN);
	if (!fat_read(walk, walk->fat, blocks, walk->table, error))
		return FALSE;
	if (walk->fats > 1 && !compare_copy(walk, error))
		return FALSE;
	check_reserved(walk);
	check_entries(walk);
	return TRUE;
}

/* ---- chains ---------------------------------------------------------------------------------- */

static const char *path_of(const FatWalk *walk, guint owner)
{
	const FatFile *file;

	if (owner == FAT_OWNER_ROOT)
		return "/";
	file = walk->volume->files->pdata[owner - 1];
	return file->path;
}

/* Why a chain cannot go on with this cluster; notes it. */
static gboolean can_take(FatWalk *walk, guint32 cluster, guint owner)
{
	const char *path = path_of(walk, owner);
	guint32 next;

	if (!in_range(walk, cluster)) {
		fat_note(walk, "fat-chain", cluster, "%s goes on at a cluster that is not there",
			path);
		return FALSE;
	}
	if (walk->owner[cluster] == owner) {
		fat_note(walk, "fat-loop", cluster, "%s comes back to a cluster of its own", path);
		return FALSE;
	}
	if (walk->owner[cluster]) {
		fat_note(walk, "fat-cross-link", cluster, "%s and %s share clusters",
			path_of(walk, walk->owner[cluster]), path);
		return FALSE;
	}
	next = entry_of(walk, cluster);
	if (next == FREE || next == chain_end(walk) - 1) {
		fat_note(walk, "fat-chain", cluster, "%s has a %s cluster", path,
			next == FREE ? "free" : "bad");
		return FALSE;
	}
	return TRUE;
}

GArray *fat_chain(FatWalk *walk, guint32 first, guint owner, gboolean *whole)
{
	GArray *clusters = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint32 cluster = first;

	*whole = TRUE;
	/* It ends: every turn takes a cluster that nobody had. An end mark ends a chain, it cannot begin
	 * one: a directory entry has 16 bits, of which FAT12 uses 12. */
	while (cluster != FREE && (!clusters->len || cluster < chain_end(walk))) {
		if (!can_take(walk, cluster, owner)) {
			*whole = FALSE;
			break;
		}
		walk->owner[cluster] = owner;
		g_array_append_val(clusters, cluster);
		cluster = entry_of(walk, cluster);
	}
	return clusters;
}

void fat_table_leftovers(FatWalk *walk)
{
	guint32 lost = 0, first = 0;

	for (guint32 cluster = CLUSTER_MIN; in_range(walk, cluster); cluster++) {
		guint32 next = entry_of(walk, cluster);

		if (next == FREE) {
			walk->volume->free_clusters++;
		} else if (!walk->owner[cluster] && next != chain_end(walk) - 1) {
			first = lost ? first : cluster;
			lost++;
		}
	}
	if (lost)
		fat_note(walk, "fat-lost", first, "%u clusters belong to no file", lost);
	fat_info_compare(walk);
}

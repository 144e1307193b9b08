/* The FAT itself: which cluster follows which, and whose each one is. */
#include "link/fat_parts.h"

#include "core/failure.h"

#include <string.h>

enum { FREE = 0, CLUSTER_MIN = 2 };

static guint32 entry_of(const FatWalk *walk, guint32 cluster)
{
	guint32 pair;

	if (walk->volume->bits == 16)
		return fat_get16(walk->table + 2 * cluster);
	/* Two entries of 12 bits share three bytes. */
	pair = fat_get16(walk->table + cluster * 3 / 2);
	return cluster & 1 ? pair >> 4 : pair & 0xFFF;
}

/* The lowest of the values that mean the end of a chain; one less is a bad cluster. */
static guint32 chain_end(const FatWalk *walk)
{
	return walk->volume->bits == 16 ? 0xFFF8 : 0xFF8;
}

static gboolean in_range(const FatWalk *walk, guint32 cluster)
{
	return cluster >= CLUSTER_MIN && cluster < walk->volume->clusters + CLUSTER_MIN;
}

/* ---- reading --------------------------------------------------------------------------------- */

static guint32 used_bytes(const FatWalk *walk)
{
	return ((walk->volume->clusters + CLUSTER_MIN) * walk->volume->bits + 7) / 8;
}

/* Where the other FAT is not like the first, as far as there are clusters. */
static gboolean compare_copy(FatWalk *walk, GError **error)
{
	guint32 bytes = used_bytes(walk), blocks = (bytes + FAT_BLOCK - 1) / FAT_BLOCK;
	g_autofree guint8 *copy = g_malloc(blocks * FAT_BLOCK);

	if (!fat_read(walk, walk->fat + walk->fat_blocks, blocks, copy, error))
		return FALSE;
	for (guint32 at = 0; at < bytes; at++)
		if (copy[at] != walk->table[at]) {
			guint32 cluster = at * 8 / walk->volume->bits;

			fat_note(walk, "fat-copies-differ", cluster,
				"the two FATs differ from byte 0x%X on", at);
			break;
		}
	return TRUE;
}

/* Entries 0 and 1 belong to no cluster: media byte, end mark and, in FAT16, two flags. */
static void check_reserved(FatWalk *walk)
{
	gboolean wide = walk->volume->bits == 16;
	guint32 first = entry_of(walk, 0), flags = entry_of(walk, 1);

	if (first != ((wide ? 0xFF00u : 0xF00u) | walk->media))
		fat_note(walk, "fat-bad-entry", 0,
			"the FAT begins with 0x%X, the media byte is 0x%02X", first, walk->media);
	/* Bit 15: put away properly; bit 14: no errors seen. */
	if (wide && (flags & 0xC000) != 0xC000)
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
	guint32 blocks = (used_bytes(walk) + FAT_BLOCK - 1) / FAT_BLOCK;

	/* One byte more, as a pair of bytes is read for the last entry of 12 bits. */
	walk->table = g_malloc0(blocks * FAT_BLOCK + 1);
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
	const FatFile *file = walk->volume->files->pdata[owner - 1];

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
}

/*
 * What FAT32 has in its reserved blocks:
 *
 *   | boot sector | FSInfo: free clusters, next free | ... | copy of the boot sector | ... | FAT
 *     0             1                                        6
 */
#include "link/fat_parts.h"

#include <string.h>

enum {
	INFO_BLOCK = 48, /* offsets in the boot sector */
	COPY_BLOCK = 50,
	RESERVED_BLOCKS = 14,
	INFO_FREE = 488, /* offsets in FSInfo */
	INFO_NEXT = 492,
};

/* The three marks of an FSInfo block. */
static const struct {
	guint at;
	guint32 value;
} marks[] = {{0, 0x41615252}, {484, 0x61417272}, {508, 0xAA550000}};

/* Reads a block that the boot sector names at `field`. *there: it names one that can be. */
static gboolean read_named(FatWalk *walk, const guint8 *boot, guint field, const char *what,
	guint8 *into, gboolean *there, GError **error)
{
	guint block = fat_get16(boot + field), reserved = fat_get16(boot + RESERVED_BLOCKS);

	*there = block && block < reserved;
	if (*there)
		return fat_read(walk, block, 1, into, error);
	fat_note(walk, "fat-info", 0, "%s is in block %u of %u reserved ones", what, block,
		reserved);
	return TRUE;
}

static void take_info(FatWalk *walk, const guint8 *info)
{
	for (guint i = 0; i < G_N_ELEMENTS(marks); i++)
		if (fat_get32(info + marks[i].at) != marks[i].value) {
			fat_note(walk, "fat-info", 0, "FSInfo has 0x%08X at byte %u, not 0x%08X",
				fat_get32(info + marks[i].at), marks[i].at, marks[i].value);
			return;
		}
	walk->info_free = fat_get32(info + INFO_FREE);
	walk->info_next = fat_get32(info + INFO_NEXT);
}

static void compare_boot(FatWalk *walk, const guint8 *boot, const guint8 *copy)
{
	for (guint i = 0; i < FAT_BLOCK; i++)
		if (boot[i] != copy[i]) {
			fat_note(walk, "fat-boot-copy", 0,
				"the boot sector and its copy differ from byte %u on", i);
			return;
		}
}

gboolean fat_info(FatWalk *walk, const guint8 *boot, GError **error)
{
	guint8 block[FAT_BLOCK];
	gboolean there;

	walk->info_free = walk->info_next = FAT_INFO_UNKNOWN;
	if (walk->volume->bits != 32)
		return TRUE;
	if (!read_named(walk, boot, INFO_BLOCK, "FSInfo", block, &there, error))
		return FALSE;
	if (there)
		take_info(walk, block);
	if (!read_named(walk, boot, COPY_BLOCK, "the boot sector's copy", block, &there, error))
		return FALSE;
	if (there)
		compare_boot(walk, boot, block);
	return TRUE;
}

void fat_info_compare(FatWalk *walk)
{
	const FatVolume *volume = walk->volume;

	if (walk->info_free != FAT_INFO_UNKNOWN && walk->info_free != volume->free_clusters)
		fat_note(walk, "fat-free-count", 0, "FSInfo counts %u free clusters, there are %u",
			walk->info_free, volume->free_clusters);
	if (walk->info_next != FAT_INFO_UNKNOWN &&
		(walk->info_next < 2 || walk->info_next >= volume->clusters + 2))
		fat_note(walk, "fat-info", 0, "FSInfo says that cluster %u is free, of 2 to %u",
			walk->info_next, volume->clusters + 1);
}

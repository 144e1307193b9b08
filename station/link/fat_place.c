/* Where on the drive the volume is: at its beginning, or in the MBR's first FAT partition. */
#include "link/fat_parts.h"

#include <string.h>

enum {
	PARTITION_TABLE = 446,
	PARTITIONS = 4,
	TYPE_GPT = 0xEE, /* the one entry of an MBR that stands before a GPT */
	OEM_NAME = 3,
	/* Volumes, and so MBRs, begin with a jump: EB xx 90 or E9 xx xx. */
	JUMP_SHORT = 0xEB,
	JUMP_NEAR = 0xE9,
};

static gboolean is_fat_type(guint8 type)
{
	/* FAT12, FAT16 up to 32 MiB and above, FAT32, FAT32 and FAT16 by LBA; OpenMV always writes 0x01. */
	return type == 0x01 || type == 0x04 || type == 0x06 || type == 0x0B || type == 0x0C ||
	       type == 0x0E;
}

const char *fat_foreign(const guint8 *block)
{
	static const struct {
		char oem[9];
		const char *name;
	} systems[] = {{"EXFAT   ", "exFAT"}, {"NTFS    ", "NTFS"}};

	for (guint i = 0; i < G_N_ELEMENTS(systems); i++)
		if (memcmp(block + OEM_NAME, systems[i].oem, 8) == 0)
			return systems[i].name;
	return NULL;
}

/* A whole drive without partitions has the volume's boot sector in block 0: numbers that an MBR's
 * program would hardly have there. */
static gboolean is_volume(const guint8 *block)
{
	guint cluster_blocks = block[13];

	return (block[0] == JUMP_SHORT || block[0] == JUMP_NEAR) &&
	       fat_get16(block + 11) == FAT_BLOCK && cluster_blocks &&
	       !(cluster_blocks & (cluster_blocks - 1)) && fat_get16(block + 14) && block[16];
}

/* The place of the first FAT partition. FALSE: none. */
static gboolean find_partition(FatWalk *walk, const guint8 *block)
{
	for (guint i = 0; i < PARTITIONS; i++) {
		const guint8 *entry = block + PARTITION_TABLE + 16 * i;
		guint32 first = fat_get32(entry + 8), count = fat_get32(entry + 12);

		if (!is_fat_type(entry[4]) || !first || !count)
			continue;
		if (first >= walk->drive_blocks || count > walk->drive_blocks - first) {
			fat_note(walk, "fat-boot-sector", 0,
				"partition %u (blocks %u to %" G_GUINT64_FORMAT
				") reaches beyond the drive's %u blocks",
				i + 1, first, (guint64)first + count - 1, walk->drive_blocks);
			continue;
		}
		walk->volume->first_block = first;
		walk->volume->blocks = count;
		return TRUE;
	}
	return FALSE;
}

void fat_check_signature(FatWalk *walk, const guint8 *block, const char *where)
{
	if (fat_get16(block + 510) != 0xAA55)
		fat_note(walk, "fat-signature", 0, "%s ends in %02X %02X, not in 55 AA", where,
			block[510], block[511]);
}

/* What block 0 is instead, in the finding's words. */
static void note_missing(FatWalk *walk, const guint8 *block)
{
	const char *foreign = fat_foreign(block);
	const guint8 *first = block + PARTITION_TABLE;

	if (foreign)
		fat_note(walk, "fat-kind", 0, "the drive has %s, not FAT", foreign);
	else if (fat_get16(block + 510) == 0xAA55 && first[4] == TYPE_GPT)
		fat_note(walk, "fat-kind", 0,
			"the drive has a GPT; only an MBR or no partition table is read");
	else if (fat_get16(block + 510) == 0xAA55 && first[4] && fat_get32(first + 8))
		fat_note(walk, "fat-not-found", 0,
			"block 0 lists no FAT partition; the first one has type 0x%02X", first[4]);
	else
		fat_note(walk, "fat-not-found", 0,
			"block 0 is neither a FAT boot sector nor lists a FAT partition");
}

gboolean fat_place(FatWalk *walk, guint8 *block, gboolean *found, GError **error)
{
	walk->volume->blocks = walk->drive_blocks;
	*found = FALSE;
	if (!walk->drive_blocks) {
		fat_note(walk, "fat-not-found", 0, "the drive has no blocks");
		return TRUE;
	}
	if (!fat_read(walk, 0, 1, block, error))
		return FALSE;
	*found = is_volume(block);
	if (*found)
		return TRUE;
	*found = find_partition(walk, block);
	if (!*found) {
		note_missing(walk, block);
		return TRUE;
	}
	fat_check_signature(walk, block, "the partition table");
	return fat_read(walk, 0, 1, block, error);
}

/* Where the volume is, and what its boot sector says of it. */
#include "link/fat_parts.h"

#include <string.h>

enum {
	FAT12_CLUSTERS = 4085,  /* fewer: FAT12 */
	FAT16_CLUSTERS = 65525, /* fewer: FAT16; more: FAT32 */
	PARTITION_TABLE = 446,
	PARTITIONS = 4,
	STATE_FLAGS = 37, /* offset; bit 0: in use or not put away, bit 1: errors were seen */
	EXTENDED_SIGNATURE = 0x29,
	/* Volumes, and so MBRs, begin with a jump: EB xx 90 or E9 xx xx. */
	JUMP_SHORT = 0xEB,
	JUMP_NEAR = 0xE9,
};

/* The numbers of a boot sector, as they stand there. */
typedef struct {
	guint32 block_size, cluster_blocks, reserved, fats, root_entries, total, fat_blocks,
		fat32_blocks;
} Boot;

static Boot read_numbers(const guint8 *at)
{
	Boot boot = {
		.block_size = fat_get16(at + 11),
		.cluster_blocks = at[13],
		.reserved = fat_get16(at + 14),
		.fats = at[16],
		.root_entries = fat_get16(at + 17),
		.total = fat_get16(at + 19),
		.fat_blocks = fat_get16(at + 22),
		.fat32_blocks = fat_get32(at + 36),
	};

	if (!boot.total)
		boot.total = fat_get32(at + 32);
	return boot;
}

static gboolean power_of_two(guint32 n)
{
	return n && !(n & (n - 1));
}

/* What cannot be, in words, or NULL. `room` is how many blocks the volume may have. */
static const char *impossible(const Boot *boot, guint32 room)
{
	guint64 overhead = boot->reserved + (guint64)boot->fats * boot->fat_blocks +
			   (boot->root_entries + 15) / 16;

	if (boot->block_size != FAT_BLOCK)
		return "its blocks are not of 512 bytes";
	if (!power_of_two(boot->cluster_blocks))
		return "its clusters have no size";
	if (!boot->reserved)
		return "it has no block for its boot sector";
	if (boot->fats != 1 && boot->fats != 2)
		return "it has neither one FAT nor two";
	if (!boot->total || boot->total > room)
		return "it is larger than its place";
	if (!boot->fat_blocks && boot->fat32_blocks)
		return NULL; /* FAT32, which is said elsewhere */
	if (!boot->fat_blocks)
		return "its FAT has no size";
	if (!boot->root_entries || boot->root_entries % (FAT_BLOCK / FAT_ENTRY))
		return "its root directory does not fill whole blocks";
	if (overhead + boot->cluster_blocks > boot->total)
		return "it has no room for data";
	return NULL;
}

/* ---- which blocks of the drive --------------------------------------------------------------- */

static gboolean is_fat_type(guint8 type)
{
	/* FAT12, FAT16 up to 32 MiB and above, FAT16 by LBA; OpenMV always writes 0x01. */
	return type == 0x01 || type == 0x04 || type == 0x06 || type == 0x0E;
}

/* A whole drive without partitions has the volume's boot sector in block 0. */
static gboolean is_volume(const guint8 *block, guint32 drive_blocks)
{
	Boot boot = read_numbers(block);

	return (block[0] == JUMP_SHORT || block[0] == JUMP_NEAR) && boot.block_size == FAT_BLOCK &&
	       power_of_two(boot.cluster_blocks) && boot.reserved && boot.fats;
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

static void check_signature(FatWalk *walk, const guint8 *block, const char *where)
{
	if (fat_get16(block + 510) != 0xAA55)
		fat_note(walk, "fat-signature", 0, "%s ends in %02X %02X, not in 55 AA", where,
			block[510], block[511]);
}

/* Leaves the volume's boot sector in `block`. *found: there seems to be one. */
static gboolean locate(FatWalk *walk, guint8 *block, gboolean *found, GError **error)
{
	walk->volume->blocks = walk->drive_blocks;
	*found = FALSE;
	if (!walk->drive_blocks) {
		fat_note(walk, "fat-not-found", 0, "the drive has no blocks");
		return TRUE;
	}
	if (!fat_read(walk, 0, 1, block, error))
		return FALSE;
	*found = is_volume(block, walk->drive_blocks);
	if (*found)
		return TRUE;
	*found = find_partition(walk, block);
	if (!*found) {
		fat_note(walk, "fat-not-found", 0,
			"block 0 is neither a FAT boot sector nor lists a FAT partition");
		return TRUE;
	}
	check_signature(walk, block, "the partition table");
	return fat_read(walk, 0, 1, block, error);
}

/* ---- what it says ---------------------------------------------------------------------------- */

static void set_layout(FatWalk *walk, const Boot *boot)
{
	FatVolume *volume = walk->volume;

	walk->fat = boot->reserved;
	walk->fat_blocks = boot->fat_blocks;
	walk->fats = boot->fats;
	walk->root = walk->fat + boot->fats * boot->fat_blocks;
	walk->root_blocks = boot->root_entries * FAT_ENTRY / FAT_BLOCK;
	walk->data_area = walk->root + walk->root_blocks;
	walk->cluster_blocks = boot->cluster_blocks;
	volume->blocks = boot->total;
	volume->cluster_size = boot->cluster_blocks * FAT_BLOCK;
	volume->clusters = (boot->total - walk->data_area) / boot->cluster_blocks;
	volume->bits = volume->clusters < FAT12_CLUSTERS ? 12 : 16;
}

static gboolean check_kind(FatWalk *walk, const Boot *boot)
{
	FatVolume *volume = walk->volume;

	if (!boot->fat_blocks || volume->clusters >= FAT16_CLUSTERS) {
		fat_note(walk, "fat-kind", 0, "neither FAT12 nor FAT16");
		return FALSE;
	}
	/* The two entries before those of the clusters are there too. */
	if ((volume->clusters + 2) * (guint64)volume->bits >
		walk->fat_blocks * (guint64)FAT_BLOCK * 8) {
		fat_note(walk, "fat-boot-sector", 0,
			"%u clusters do not fit into a FAT of %u blocks", volume->clusters,
			walk->fat_blocks);
		return FALSE;
	}
	return TRUE;
}

/* What does not keep anybody from reading the rest. */
static void check_details(FatWalk *walk, const guint8 *at)
{
	check_signature(walk, at, "the boot sector");
	walk->media = at[21];
	if (walk->media != 0xF0 && walk->media < 0xF8)
		fat_note(walk, "fat-boot-sector", 0, "its media byte is 0x%02X", walk->media);
	if (at[STATE_FLAGS] & 3)
		fat_note(walk, "fat-dirty", 0, "the boot sector's flags are 0x%02X",
			at[STATE_FLAGS]);
	if (at[38] != EXTENDED_SIGNATURE) {
		fat_note(walk, "fat-boot-sector", 0, "it has neither volume ID nor label (0x%02X)",
			at[38]);
		return;
	}
	walk->volume->volume_id = fat_get32(at + 39);
	walk->has_boot_label = TRUE;
	memcpy(walk->boot_label, at + 43, sizeof walk->boot_label);
}

gboolean fat_boot(FatWalk *walk, gboolean *usable, GError **error)
{
	guint8 block[FAT_BLOCK];
	const char *wrong;
	Boot boot;

	if (!locate(walk, block, usable, error))
		return FALSE;
	if (!*usable)
		return TRUE;
	boot = read_numbers(block);
	wrong = impossible(&boot, walk->volume->blocks);
	*usable = !wrong;
	if (wrong) {
		fat_note(walk, "fat-boot-sector", 0, "%s", wrong);
		check_signature(walk, block, "the boot sector");
		return TRUE;
	}
	if (boot.fat_blocks)
		set_layout(walk, &boot);
	*usable = check_kind(walk, &boot);
	check_details(walk, block);
	return TRUE;
}

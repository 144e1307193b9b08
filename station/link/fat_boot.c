/* What the boot sector says of the volume. Offsets from 36 on are other ones in FAT32. */
#include "link/fat_parts.h"

#include <string.h>

enum {
	FAT12_CLUSTERS = 4085,  /* fewer: FAT12 */
	FAT16_CLUSTERS = 65525, /* fewer: FAT16; from there on: FAT32 */
	EXTENDED_SIGNATURE = 0x29,
	MIRROR_OFF = 0x80, /* bit of FAT32's flags: only one FAT, of number 0 to 15, is kept */
};

/* The numbers of a boot sector, as they stand there. */
typedef struct {
	guint32 block_size, cluster_blocks, reserved, fats, root_entries, total, fat_blocks;
	gboolean wide; /* FAT32: its FAT's size stands elsewhere */
	guint32 flags, version, root_cluster;
	/* Where flags stand (bit 0: in use or not put away; bit 1: errors were seen), and behind them the
	 * extended signature, volume ID and label. */
	guint state;
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
		.state = 37,
	};

	if (!boot.total)
		boot.total = fat_get32(at + 32);
	if (boot.fat_blocks || !fat_get32(at + 36))
		return boot;
	boot.wide = TRUE;
	boot.fat_blocks = fat_get32(at + 36);
	boot.flags = fat_get16(at + 40);
	boot.version = fat_get16(at + 42);
	boot.root_cluster = fat_get32(at + 44);
	boot.state = 65;
	return boot;
}

static gboolean power_of_two(guint32 n)
{
	return n && !(n & (n - 1));
}

/* What cannot be of the root directory, in words, or NULL. */
static const char *impossible_root(const Boot *boot)
{
	if (boot->wide)
		return boot->root_entries ? "its root directory has a place besides its clusters"
					  : NULL;
	if (!boot->root_entries || boot->root_entries % (FAT_BLOCK / FAT_ENTRY))
		return "its root directory does not fill whole blocks";
	return NULL;
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
	if (!boot->fat_blocks)
		return "its FAT has no size";
	if (overhead + boot->cluster_blocks > boot->total)
		return "it has no room for data";
	return impossible_root(boot);
}

/* ---- what follows from it -------------------------------------------------------------------- */

static void set_layout(FatWalk *walk, const Boot *boot)
{
	FatVolume *volume = walk->volume;

	walk->fat = boot->reserved;
	walk->fat_blocks = boot->fat_blocks;
	walk->fats = boot->fats;
	walk->root = walk->fat + boot->fats * boot->fat_blocks;
	walk->root_blocks = boot->root_entries * FAT_ENTRY / FAT_BLOCK;
	walk->root_cluster = boot->root_cluster;
	walk->data_area = walk->root + walk->root_blocks;
	walk->cluster_blocks = boot->cluster_blocks;
	volume->blocks = boot->total;
	volume->cluster_size = boot->cluster_blocks * FAT_BLOCK;
	volume->clusters = (boot->total - walk->data_area) / boot->cluster_blocks;
	volume->bits = boot->wide ? 32 : volume->clusters < FAT12_CLUSTERS ? 12 : 16;
}

/* FALSE: it cannot be walked. */
static gboolean check_kind(FatWalk *walk, const Boot *boot)
{
	FatVolume *volume = walk->volume;

	if (!boot->wide && volume->clusters >= FAT16_CLUSTERS) {
		fat_note(walk, "fat-kind", 0, "%u clusters are too many for FAT16",
			volume->clusters);
		return FALSE;
	}
	/* Who goes by the number of clusters, as FatFs in the camera does, takes it for FAT16. */
	if (boot->wide && volume->clusters < FAT16_CLUSTERS)
		fat_note(
			walk, "fat-kind", 0, "%u clusters are too few for FAT32", volume->clusters);
	if (volume->clusters > FAT_CLUSTERS_MAX) {
		fat_note(walk, "fat-too-many", 0, "%u clusters, of which %d are looked at at most",
			volume->clusters, FAT_CLUSTERS_MAX);
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
static void check_details(FatWalk *walk, const Boot *boot, const guint8 *at)
{
	const guint8 *state = at + boot->state;

	fat_check_signature(walk, at, "the boot sector");
	walk->media = at[21];
	if (walk->media != 0xF0 && walk->media < 0xF8)
		fat_note(walk, "fat-boot-sector", 0, "its media byte is 0x%02X", walk->media);
	if (boot->version)
		fat_note(walk, "fat-boot-sector", 0, "its version is 0x%04X", boot->version);
	if (boot->flags & MIRROR_OFF)
		fat_note(walk, "fat-mirror", 0, "only FAT %u of %u is kept (flags 0x%04X)",
			boot->flags & 0xF, boot->fats, boot->flags);
	if (boot->wide && !boot->root_cluster)
		fat_note(walk, "fat-boot-sector", 0, "its root directory has no cluster");
	if (state[0] & 3)
		fat_note(walk, "fat-dirty", 0, "the boot sector's flags are 0x%02X", state[0]);
	if (state[1] != EXTENDED_SIGNATURE) {
		fat_note(walk, "fat-boot-sector", 0, "it has neither volume ID nor label (0x%02X)",
			state[1]);
		return;
	}
	walk->volume->volume_id = fat_get32(state + 2);
	walk->has_boot_label = TRUE;
	memcpy(walk->boot_label, state + 6, sizeof walk->boot_label);
}

gboolean fat_boot(FatWalk *walk, gboolean *usable, GError **error)
{
	guint8 block[FAT_BLOCK];
	const char *wrong, *foreign;
	Boot boot;

	if (!fat_place(walk, block, usable, error))
		return FALSE;
	if (!*usable)
		return TRUE;
	boot = read_numbers(block);
	wrong = impossible(&boot, walk->volume->blocks);
	*usable = !wrong;
	if (wrong) {
		foreign = fat_foreign(block);
		if (foreign)
			fat_note(walk, "fat-kind", 0, "the partition has %s, not FAT", foreign);
		else
			fat_note(walk, "fat-boot-sector", 0, "%s", wrong);
		fat_check_signature(walk, block, "the boot sector");
		return TRUE;
	}
	set_layout(walk, &boot);
	*usable = check_kind(walk, &boot);
	check_details(walk, &boot, block);
	return !*usable || fat_info(walk, block, error);
}

/*
 * A read-only walker of FAT volumes that believes nothing: every chain in range, without loop or
 * cross-link and as long as its file says; FAT copies equal; no lost clusters; 55AA there.
 * FAT12, FAT16 and FAT32, alone or behind an MBR (OpenMV's drive has one, type 0x01: facts/boards.md
 * section 2.1), not behind a GPT. It reads only what is allocated.
 *
 *   | boot | FAT | FAT copy | root directory | cluster 2 | cluster 3 | ...
 *             |                     |          FAT32: the root directory is a chain of clusters too,
 *             '-- next of each      |          and between boot sector and FAT there is FSInfo
 *                                   '-- names, first clusters, sizes
 *
 * Bounds: 4,194,304 clusters (32 GiB at 8 KiB each), for which a walk takes 32 MiB of memory and reads
 * both FATs, 32 MiB; 10,000 files and directories, 16 deep, 65,536 entries in each. What is beyond is a
 * finding.
 *
 * It finds what fsck.fat -n finds and a missing 55AA too (trust.md section 3), but takes a label that
 * stands in the root directory only for what it is: FatFs writes it nowhere else.
 */
#pragma once

#include <glib.h>

/* Reads blocks of 512 bytes; FALSE with error when it cannot. */
typedef gboolean (*FatRead)(
	gpointer data, guint32 block, guint32 count, guint8 *into, GError **error);

typedef struct {
	char *path; /* "/main.py", upper and lower case as the long name or else the short one */
	guint32 size;
	gboolean directory;
	char *sha256; /* NULL for directories, and where the file cannot be read whole */
} FatFile;

/*
 * What is wrong with a volume: at most 100 of them. The codes:
 *
 *   fat-not-found       there is no FAT volume        fat-kind         exFAT, NTFS, a GPT; or clusters too
 *                                                                      many for FAT16, too few for FAT32
 *   fat-boot-sector     a value that cannot be        fat-signature    no 55AA
 *   fat-copies-differ   the FATs are not equal        fat-dirty        not put away properly
 *   fat-bad-entry       the FAT points to nowhere     fat-chain        ... and so does a chain
 *   fat-loop            a chain comes back to itself  fat-cross-link   two files, one cluster
 *   fat-size            chain and size do not agree   fat-lost         clusters of no file
 *   fat-bad-name, fat-long-name, fat-duplicate, fat-attribute, fat-label, fat-directory
 *   fat-info            FSInfo is none, or its next free cluster
 *   fat-free-count      FSInfo's count of free clusters  fat-boot-copy  ... and the boot sector's copy
 *   fat-mirror          FAT32 that keeps but one of its FATs
 *   fat-after-end       entries behind a directory's end
 *   fat-depth, fat-too-many   more than is looked at: 16 directories deep, 10,000 files
 */
typedef struct {
	const char *code;
	guint32 cluster; /* 0: none */
	char *text;
} FatFinding;

/* Blocks of the drive, side by side. */
typedef struct {
	guint32 first, count;
} FatExtent;

typedef struct {
	guint bits; /* 12, 16 or 32 */
	guint32 first_block, blocks, cluster_size, clusters, free_clusters, volume_id;
	char *label;         /* as in the root directory; NULL: none */
	GPtrArray *files;    /* of FatFile* */
	GPtrArray *findings; /* of FatFinding*; empty: sound */
	/* Of FatExtent: the blocks that are allocated, in order, never touching: the partition table, all of
	 * the volume before its data (boot sector, FATs, root directory), and whole clusters of directories
	 * and files as far as their chains are sound. A copy with these and nothing else has the same files
	 * and findings. With no volume that can be walked, they end with its boot sector, or block 0. */
	GArray *extents;
	/* For whoever writes: the blocks of all FATs; of FatExtent, those of the directories' entries, the
	 * root's first, each directory's after those of the one that names it. */
	FatExtent tables;
	GArray *directories;
} FatVolume;

/* Walks the whole volume. NULL only when reading failed or there is no memory for it; what is wrong
 * with the volume itself stands in the findings (a volume that is none has one, "fat-not-found"). */
FatVolume *fat_walk(FatRead read, gpointer data, guint32 drive_blocks,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void fat_volume_free(FatVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FatVolume, fat_volume_free)

/* The file of this path, upper and lower case being the same; NULL: none. */
const FatFile *fat_file(const FatVolume *volume, const char *path);

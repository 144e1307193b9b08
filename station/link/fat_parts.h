/*
 * What fat*.c share: one walk over one volume.
 */
#pragma once

#include "link/fat.h"

enum {
	FAT_BLOCK = 512,
	FAT_ENTRY = 32,
	FAT_PIECE_BLOCKS = 128,
	/* Bounds what a walk needs: 4 bytes a cluster for the FAT and 4 for its owner, 32 MiB. mkfs.fat gives a
	 * volume of 32 GiB half as many. */
	FAT_CLUSTERS_MAX = 1 << 22,
};

/* The owner of the root directory's clusters, where it has some; else an index in volume->files, plus 1. */
#define FAT_OWNER_ROOT G_MAXUINT32

typedef struct {
	FatRead read;
	gpointer data;
	guint32 drive_blocks;
	FatVolume *volume; /* what comes of it */

	/* Where things lie, in blocks from the volume's first. All of it is inside the volume. */
	guint32 fat, fat_blocks, fats, root, root_blocks, data_area, cluster_blocks;
	guint32 root_cluster;         /* FAT32: where the root directory's chain begins; else 0 */
	guint32 info_free, info_next; /* what FSInfo says; FAT_INFO_UNKNOWN: nothing */
	guint8 media;
	gboolean has_boot_label;
	char boot_label[11];

	guint8 *table;      /* the first FAT */
	guint32 *owner;     /* by cluster; 0: nobody's */
	GQueue directories; /* of FatDirectory*, to be walked */
	gboolean full;      /* the walk ends before all was seen */
} FatWalk;

/* A directory to be walked. The root has depth 0, first cluster 0 (as ".." calls it) and path "". */
typedef struct {
	char *path;
	guint32 first, parent;
	guint depth, owner;
} FatDirectory;

guint16 fat_get16(const guint8 *at);
guint32 fat_get32(const guint8 *at);

/* Notes what is wrong. `code` is a literal. */
void fat_note(FatWalk *walk, const char *code, guint32 cluster, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* fat_read.c: reads blocks of the volume. */
gboolean fat_read(FatWalk *walk, guint32 block, guint32 count, guint8 *into,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The first block of a cluster, from the volume's first. */
guint32 fat_cluster_block(const FatWalk *walk, guint32 cluster);
/* Hands out the first `length` bytes of a chain, piece by piece. */
typedef void (*FatConsume)(const guint8 *bytes, gsize length, gpointer data);
gboolean fat_read_chain(FatWalk *walk, const GArray *chain, gsize length, FatConsume consume,
	gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* fat_place.c: where on the drive the volume is; its boot sector is left in `block`. *found: there seems
 * to be one. */
gboolean fat_place(
	FatWalk *walk, guint8 *block, gboolean *found, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What file system begins with this block, when it is one that is known not to be FAT; or NULL. */
const char *fat_foreign(const guint8 *block);
/* Notes a block that does not end in 55 AA. */
void fat_check_signature(FatWalk *walk, const guint8 *block, const char *where);

/* fat_boot.c: finds the volume and reads its boot sector. *usable: the rest can be walked. */
gboolean fat_boot(FatWalk *walk, gboolean *usable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* fat_info.c: what FAT32 has besides: FSInfo and the boot sector's copy; compared with what was counted. */
#define FAT_INFO_UNKNOWN G_MAXUINT32
gboolean fat_info(FatWalk *walk, const guint8 *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void fat_info_compare(FatWalk *walk);

/* fat_table.c: reads the FAT, compares its copies, checks its every entry. */
gboolean fat_table(FatWalk *walk, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Follows a chain and takes its clusters for `owner`, up to where it is broken, which is noted; then
 * *whole is FALSE. A first cluster of 0 is an empty chain. Array of guint32, owned by the caller. */
GArray *fat_chain(FatWalk *walk, guint32 first, guint owner, gboolean *whole);
/* What nobody has taken; counts the free clusters. */
void fat_table_leftovers(FatWalk *walk);

/* fat_tree.c: reads every file and directory. */
gboolean fat_tree(FatWalk *walk, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* fat_extent.c: fills volume->extents once all was walked. */
void fat_extents(FatWalk *walk);
/* Adds blocks, counted from the volume's first, to those of the directories. */
void fat_extent_directory(FatWalk *walk, guint32 block, guint32 count);

/* fat_directory.c: notes and lists what stands in a directory's entries. */
typedef struct {
	char *path;
	guint8 attributes;
	guint32 first, size;
} FatEntry;
typedef void (*FatEntryFunc)(
	FatWalk *walk, const FatDirectory *directory, const FatEntry *entry, gpointer data);
void fat_directory(FatWalk *walk, const FatDirectory *directory, const guint8 *bytes, guint count,
	FatEntryFunc func, gpointer data);

/* Its path as it is told. */
const char *fat_directory_shown(const FatDirectory *directory);

enum { FAT_ATTR_LABEL = 0x08, FAT_ATTR_DIRECTORY = 0x10, FAT_ATTR_LONG_NAME = 0x0F };

/* fat_name.c: short and long names. */
enum { FAT_NAME = 11, FAT_LONG_PARTS = 20, FAT_LONG_UNITS = 13 };

typedef struct {
	guint next;      /* number of the part that has to come now; 0: the short entry */
	guint parts;     /* 0: no long name in progress */
	guint8 checksum; /* of the short name it belongs to */
	gunichar2 units[FAT_LONG_PARTS * FAT_LONG_UNITS];
} FatLongName;

/* Takes one part. NULL, or what is wrong with it: then the long name so far is forgotten. */
const char *fat_long_add(FatLongName *name, const guint8 *entry);
/* The long name of this short entry, newly allocated; NULL where there is none. *wrong says what is
 * wrong with it, or is NULL. Forgets it. */
char *fat_long_take(FatLongName *name, const guint8 *entry, const char **wrong);
/* The short name as "MAIN.PY", or as its case bits say; newly allocated, printable. */
char *fat_short_name(const guint8 *entry);
/* Whether a short name has only characters that it may have. */
gboolean fat_short_valid(const guint8 *entry);
/* Whether these 11 bytes may be a label. */
gboolean fat_label_valid(const char *label);

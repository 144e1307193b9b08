/*
 * A read-only walker of FAT volumes that believes nothing: every chain in range, without loop or
 * cross-link and as long as its file says; FAT copies equal; no lost clusters; 55AA there.
 * FAT12 and FAT16, alone or behind an MBR (OpenMV's drive has one, type 0x01: facts/boards.md
 * section 2.1). It reads only what is allocated.
 */
#pragma once

#include <glib.h>

/* Reads blocks of 512 bytes; FALSE with error when it cannot. */
typedef gboolean (*FatRead)(gpointer data, guint32 block, guint32 count, guint8 *into, GError **error);

typedef struct {
	char *path; /* "/main.py", upper and lower case as the long name or else the short one */
	guint32 size;
	gboolean directory;
	char *sha256; /* NULL for directories */
} FatFile;

typedef struct {
	char *code;      /* "fat-cross-link" */
	guint32 cluster; /* 0: none */
	char *text;
} FatFinding;

typedef struct {
	guint bits; /* 12 or 16 */
	guint32 first_block, blocks, cluster_size, clusters, free_clusters, volume_id;
	char *label;
	GPtrArray *files;    /* of FatFile* */
	GPtrArray *findings; /* of FatFinding*; empty: sound */
} FatVolume;

/* Walks the whole volume. NULL only when reading failed or there is no memory for it; what is wrong
 * with the volume itself stands in the findings (a volume that is none has one, "fat-not-found"). */
FatVolume *fat_walk(FatRead read, gpointer data, guint32 drive_blocks, GError **error)
	G_GNUC_WARN_UNUSED_RESULT;
void fat_volume_free(FatVolume *volume);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FatVolume, fat_volume_free)
const FatFile *fat_file(const FatVolume *volume, const char *path);

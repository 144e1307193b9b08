/*
 * FAT images made by mkfs.fat and mtools, to be damaged in place and made whole again. The image is a file
 * that other programs read and, the same bytes, mapped into memory:
 *
 *   table | 256 blocks: an MBR, not in the file |    whoever reads the file sees only the volume
 *   bytes | boot | (FSInfo) | FAT | FAT | root directory | clusters |
 *
 * Peers have at most PEER_SECONDS and know neither locale nor time zone of their own.
 */
#pragma once

#include "link/fat.h"

enum { PEER_SECONDS = 20, FAT_MADE_BLOCK = 512 };

typedef struct {
	const char *name, *kib, *bits, *fats, *cluster_blocks;
	gboolean table; /* the walker finds it behind an MBR */
} FatKind;

const FatKind *fat_kinds(guint *count);

typedef struct {
	const FatKind *kind;
	char *folder, *image;
	guint8 *table, *bytes;
	gsize length, end; /* end: where the file ends, after a truncation */
	guint8 *sound;     /* the bytes as they were made */
	guint bits, fats;
	gsize fat, fat_bytes, root, root_bytes, data,
		cluster_bytes; /* offsets and sizes in bytes */
	guint32 clusters;
	GArray *entries;     /* of gsize: where directory entries are, deleted ones too */
	GArray *directories; /* of guint32: clusters that hold them */
	GArray *contents;    /* of guint32: clusters of files */
	GArray *changed;     /* of gsize: blocks that are no longer as they were made */
	char *list;          /* its files: fat_made_list() */
} FatMade;

/* Whether all peers are installed; else the name of one that is not. */
const char *fat_made_missing_peer(void);
/* Long names, directories, deleted entries, files in pieces; by chance from `seed`. NULL with *why, newly
 * allocated, when a peer fails. */
FatMade *fat_made_new(const FatKind *kind, guint32 seed, char **why);
void fat_made_free(FatMade *made);

/* Part of fat_made_new(): formats and fills the file. */
gboolean fat_made_fill(FatMade *made, GRand *rand, char **why);

guint32 fat_made_next(const FatMade *made, guint32 cluster);
gsize fat_made_cluster(const FatMade *made, guint32 cluster);

/* Changes the image; what reaches beyond its end is not written. */
void fat_made_put(FatMade *made, gsize at, const void *bytes, gsize length);
void fat_made_put_byte(FatMade *made, gsize at, guint8 value);
/* One entry in one of its FATs. */
void fat_made_put_next(FatMade *made, guint fat, guint32 cluster, guint32 next);
void fat_made_truncate(FatMade *made, gsize end);
/* Makes it whole again. */
void fat_made_restore(FatMade *made);

FatVolume *fat_made_walk(const FatMade *made);
/* What a volume holds: "path size SHA-256" or "path/" a line, sorted. */
char *fat_made_list(const FatVolume *volume);

/* Runs a peer; what it says, both streams, in *output (may be NULL). Its exit status; 255 if a signal ended
 * it or it took too long. */
int fat_made_peer(char **output, const char *const *argv);
#define FAT_PEER(output, ...) fat_made_peer(output, (const char *const[]){__VA_ARGS__, NULL})

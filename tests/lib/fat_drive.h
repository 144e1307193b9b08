/*
 * Drives in memory for the FAT walker, and what must hold of every walk: it reads each block of the drive
 * that it calls allocated at most once, and no other one; its texts are UTF-8; it keeps its bounds.
 */
#pragma once

#include "link/fat.h"

/* Walks it and proves that; never NULL. */
FatVolume *fat_drive_walk(const guint8 *bytes, gsize length);
/* The same of a drive that `read` reads. */
FatVolume *fat_drive_walk_read(FatRead read, gpointer data, guint32 blocks);
/* The same of a drive of which only a few blocks are not zero, so that a large one is a small file:
 *
 *   | blocks of the drive | numbers of 15 blocks | those blocks, 512 bytes each, as far as they go
 *     4 bytes, little endian   4 bytes each
 *
 * It has at most 131,072 blocks. NULL when the file is too short to be one. */
enum { FAT_DRIVE_STORED = 15, FAT_DRIVE_STORED_MAX = 1 << 17 };
FatVolume *fat_drive_walk_stored(const guint8 *file, gsize length);
/* As fat_drive_walk(), the reading of number `left` failing (the first is 1); 0: none does. Then NULL with error.
 * *reads, when not NULL: how many there were. */
FatVolume *fat_drive_walk_failing(
	const guint8 *bytes, gsize length, guint left, guint *reads, GError **error);

/* All findings as messages of the test. */
void fat_drive_show(const FatVolume *volume);
gboolean fat_drive_has(const FatVolume *volume, const char *code);
void fat_drive_assert_has(const FatVolume *volume, const char *code);
void fat_drive_assert_sound(const FatVolume *volume);

/* This byte of a sound drive becomes `value`, and `code` is among the findings. */
typedef struct {
	const char *code;
	gsize at;
	guint8 value;
} FatDamage;

/* One after the other; each that is not found fails the test. The drive is as it was then. */
void fat_drive_damaged(guint8 *drive, gsize length, const FatDamage *damages, guint count);

/* A drive that has the allocated blocks and nothing else: the rest is 0xEE. Free with g_free(). */
guint8 *fat_drive_sparse_copy(const guint8 *bytes, gsize length, const FatVolume *volume);
/* The same files with the same contents, and the same findings. */
void fat_drive_assert_same(const FatVolume *a, const FatVolume *b);

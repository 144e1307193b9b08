/*
 * Two drives, made without anybody's tools, free with g_free().
 *
 * The camera's, as its firmware makes it (boards.md section 2.1): FAT12, 512-byte clusters, one FAT, at
 * block 256 behind an MBR. Its root directory has the entries label, main.py, README.txt, and the long and
 * the short one of .openmv_disk; clusters 2 (main.py) and 3 to 8 (README.txt) are taken.
 */
#pragma once

#include <glib.h>

enum {
	CAMERA_FIRST = 256,
	CAMERA_BYTES = 512 * 512,
	CAMERA_BOOT = CAMERA_FIRST * 512,
	CAMERA_FAT = CAMERA_BOOT + 512,
	CAMERA_ROOT = CAMERA_FAT + 512,
	CAMERA_DATA = CAMERA_ROOT + 16384,
};
#define CAMERA_ROOT_AT(entry, offset) (CAMERA_ROOT + 32 * (entry) + (offset))

guint8 *camera_drive(void);
/* What main.py holds. */
const char *camera_main_py(void);
void camera_set_next(guint8 *drive, guint cluster, guint value);
/* A directory in cluster `at`, with directories in it that all are in the cluster `child`. */
void camera_put_directory(guint8 *drive, guint at, guint parent, guint children, guint child);

/*
 * A memory card: FAT32 as small as it can be, two FATs, 512-byte clusters, at block 2048 behind an MBR.
 * Its root directory is in the clusters 2 and 20: label, CONFIG.TXT (cluster 3), the directory LOGS (4),
 * and behind 13 deleted entries, in cluster 20, LAST.TXT (5). LOGS has LOG.TXT (clusters 6 and 10).
 */
enum {
	CARD_FIRST = 2048,
	CARD_CLUSTERS = 65525,
	CARD_FAT_BLOCKS = 512,
	CARD_BOOT = CARD_FIRST * 512,
	CARD_INFO = CARD_BOOT + 512,
	CARD_COPY = CARD_BOOT + 6 * 512,
	CARD_FAT = CARD_BOOT + 32 * 512,
	CARD_DATA = CARD_FAT + 2 * CARD_FAT_BLOCKS * 512,
	CARD_BLOCKS = 32 + 2 * CARD_FAT_BLOCKS + CARD_CLUSTERS,
	CARD_BYTES = CARD_BOOT + CARD_BLOCKS * 512,
};
#define CARD_AT(cluster, offset) (CARD_DATA + ((cluster)-2) * 512 + (offset))

guint8 *card_drive(void);
/* In both FATs. */
void card_set_next(guint8 *drive, guint cluster, guint32 value);

/*
 * What is known of a kind of board beforehand: which memory is for what, and how long its drive may
 * keep in a cache what was written to it. `board: openmv-h7` in a recipe names one.
 */
#pragma once

#include <glib.h>

typedef struct {
	const char *name; /* "firmware" */
	guint64 address, length;
	const char *note; /* what an operator should know before writing there; NULL: nothing */
} BoardRegion;

typedef struct {
	const char *name;           /* "openmv-h7" */
	const BoardRegion *regions; /* by address; none overlap */
	guint count;
	const BoardRegion *drive; /* the one that holds the flash drive; one of `regions` */

	guint settle_ms;    /* from the last write to the drive until its power may go */
	const char *settle; /* why so long, for people */
} BoardProfile;

/* NULL where there is none. The names are NULL-terminated. */
const BoardProfile *board_profile_find(const char *name);
extern const char *const board_profile_names[];

/* A region by its name, NULL where there is none. */
const BoardRegion *board_profile_region(const BoardProfile *profile, const char *name);

/* What an erase takes along: the flash's sector at this address (boards.md section 1.3: 128 KiB inside
 * the chip; section 1.4: 64 KiB of QSPI flash). Bytes. */
guint64 board_sector_size(guint64 address);

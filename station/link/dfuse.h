/*
 * DfuSe 1.1a as the bootloader in ST's ROM speaks it (AN3156; boards.md sections 3.2 and 4.4): DFU with
 * commands in block 0. An engine without a transport of its own, on top of link/dfu.h.
 *
 *   block 0   21 aaaaaaaa  pointer    41 aaaaaaaa  erase a sector    41  erase all    92  unprotect
 *   block n   data for pointer + (n - 2) * length of this very request, n >= 2
 *   length 0  leave: start the program at the pointer
 *
 * A command runs at the first GETSTATUS after its DNLOAD. Data goes out in blocks of counting numbers:
 * 3 control transfers each, half of what a new pointer for every block needs. Reading wants dfuIDLE, so
 * ABORT stands before it.
 *
 * Every function may also fail with what link/dfu.h names, and FAILURE_CHIP_READ_PROTECTED. Lengths in
 * bytes, times in ms. Nothing is touched that the bootloader's map does not allow, or that is kept.
 */
#pragma once

#include "core/board_profile.h"
#include "link/dfu.h"
#include "link/dfuse_map.h"

enum {
	/* The longest that a 128 KiB sector of an H743 may take to erase (boards.md section 4.7). */
	DFUSE_SECTOR_ERASE_MS = 4000,
	DFUSE_COMMANDS_MAX = 64,
};

typedef struct {
	Dfu dfu;      /* its alternate setting is the one that the map is of */
	DfuseMap map; /* as that alternate setting's name tells it */
	const GPtrArray
		*keep; /* of const BoardRegion*: not to be erased or written; NULL: nothing */
	guint sector_erase_ms; /* worst case of one sector, as the data sheet has it */
} Dfuse;

/* Looks that it speaks DfuSe, and brings it to dfuIDLE. */
gboolean dfuse_begin(Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether this range lies within the map and allows all of `access`, and none of its sectors is kept.
 * FAILURE_DFU_REFUSED, or FAILURE_STATION_INTERNAL: a recipe that touches what it keeps is refused
 * long before. */
gboolean dfuse_may(const Dfuse *dfuse, guint32 address, gsize length, guint access,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Appends the sectors that a range touches, each once, to an array of DfuseSector; they may be erased and
 * written, or it fails as dfuse_may(). By address. */
gboolean dfuse_sectors(const Dfuse *dfuse, guint32 address, gsize length, GArray *sectors,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- commands ---- */

/* The bytes that "get commands" answers; at most DFUSE_COMMANDS_MAX. */
gboolean dfuse_commands(
	Dfuse *dfuse, guint8 *commands, gsize *count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean dfuse_point(Dfuse *dfuse, guint32 address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases the sector with this address. FAILURE_DFU_ERASE_STALL when the device is still busy after the
 * sector's worst case: the sector may then be erased all the same (dfuse_recover()). */
gboolean dfuse_erase_sector(
	Dfuse *dfuse, guint32 address, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Erases all of the map's flash, bounded by the sum of its sectors' worst cases. A ROM may say OK and
 * have done nothing (boards.md section 4.2): only dfuse_blank() is proof. Refused if anything is kept. */
gboolean dfuse_erase_all(Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Out of a dfuDNBUSY that does not end: CLRSTATUS twice (boards.md section 4.5). Only after the sector's
 * worst case: a command while the flash still works hangs the ROM. FAILURE_DFU_ERASE_STALL when that
 * does not lead to dfuIDLE. */
gboolean dfuse_recover(Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lifts the read protection, at the price of all that is in flash; the device then leaves the bus. */
gboolean dfuse_read_unprotect(Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Starts the program at this address. The device leaves the bus, mostly without an answer: success. */
gboolean dfuse_leave(Dfuse *dfuse, guint32 address, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- data ---- */

/* Bytes and where they belong. */
typedef struct {
	guint32 address;
	const guint8 *data;
	gsize length;
} DfuseRange;

/* Writes ranges, each of whole flash words (dfuse_plan.h); what was there has been erased. Progress:
 * phase "write" over all of them. */
gboolean dfuse_write(Dfuse *dfuse, const DfuseRange *ranges, guint count,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reads them back and compares every byte: FAILURE_FLASH_VERIFY as dfu_compare() tells it. Progress:
 * phase "verify". */
gboolean dfuse_compare(Dfuse *dfuse, const DfuseRange *ranges, guint count,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Reads and looks that every byte is 0xFF: FAILURE_FLASH_ERASE names the first that is not. Progress:
 * phase "blank". */
gboolean dfuse_blank(
	Dfuse *dfuse, guint32 address, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

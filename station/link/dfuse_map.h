/*
 * The memory map that a DfuSe bootloader tells in the name of an alternate setting
 * (boards.md section 3.3). Any text is safe.
 *
 *   @Internal Flash   /0x08000000/16*128Kg
 *    name              address    count * sector size, access; more of them behind commas,
 *                                 more addresses behind slashes
 */
#pragma once

#include <glib.h>

/* Bits of the access letter: 'a' is 1, 'g' all three. */
enum { DFUSE_READ = 1, DFUSE_ERASE = 2, DFUSE_WRITE = 4 };

enum { DFUSE_REGIONS_MAX = 32, DFUSE_NAME_MAX = 64 };

typedef struct {
	guint32 address, size; /* of one sector, bytes */
	guint count;
	guint access;
} DfuseRegion;

typedef struct {
	char name[DFUSE_NAME_MAX]; /* without the blanks behind it */
	DfuseRegion region[DFUSE_REGIONS_MAX];
	guint regions;
} DfuseMap;

typedef struct {
	guint32 address, size;
	guint access;
	guint number; /* from the map's start: 8 is the first of an H743's second bank */
} DfuseSector;

/* FAILURE_DFU_PROTOCOL, with the column, for a text that is no map, leaves the 32-bit address space or
 * names an address twice. */
gboolean dfuse_map_parse(const char *text, DfuseMap *map, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The sector in which an address lies. FALSE: in none. */
gboolean dfuse_map_sector(const DfuseMap *map, guint32 address, DfuseSector *sector);

/* Whether every byte of a range lies in sectors that allow all of `access`; if not,
 * FAILURE_DFU_REFUSED names the first address that does not. */
gboolean dfuse_map_allows(const DfuseMap *map, guint32 address, gsize length, guint access,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

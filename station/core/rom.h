/*
 * ST's ROM bootloaders of the STM32H743, by the version byte at 0x1FF1E7FE, and what is known to be
 * wrong with each (AN2606 Rev 70 and the field: boards.md sections 4.2 and 4.5).
 */
#pragma once

#include <glib.h>

typedef enum {
	/* A page erase at or above 0x08100000 is done, but dfuDNBUSY never ends: after the sector's worst
	 * case CLRSTATUS twice, then proof that the sector is blank. */
	ROM_BANK2_ERASE = 1 << 0,
	/* Mass erase over USB does not work: erase page by page. */
	ROM_MASS_ERASE = 1 << 1,
	/* Leaving may hang: switch the power instead. */
	ROM_LEAVE = 1 << 2,
	/* USB may need one more reset after power-on. */
	ROM_EXTRA_RESET = 1 << 3,
} RomFault;

typedef struct {
	guint id;            /* 0x91 */
	const char *version; /* "V9.1" */
	guint faults;        /* of RomFault */
	const char *advice;  /* one sentence for an engineer; NULL where nothing is wrong */
} Rom;

/* NULL for a version that is not in ST's list: engineering hold (trust.md section 4 row 8). */
const Rom *rom_find(guint id);

/* "V9.1 (0x91)", newly allocated; "0x93" for one that is not in the list. */
char *rom_word(guint id);

/* The versions that a chip may have whose ROM tells this USB serial. It is the chip's IDCODE and four
 * zeros (boards.md section 4.3), so it tells the silicon's revision and no more; none: not known. */
enum { ROM_CANDIDATES_MAX = 3 };
guint rom_candidates(const char *serial, guint ids[ROM_CANDIDATES_MAX]);

/* The STM32H742/743/753: its flash and its silicon revisions (boards.md sections 4.1 and 4.6). */
#pragma once

#include <glib.h>

enum {
	CHIP_SECTOR = 0x20000, /* bytes that are erased at once */
	CHIP_SECTORS = 16,
	CHIP_FLASH_WORD =
		32, /* bytes that are programmed at once, with an ECC of their own: never twice */
};

/* "A", "Z", "Y", "X", "V"; NULL-terminated. */
extern const char *const chip_revision_words[];

/* "V" or "0x2003" -> 0x2003, the REV_ID of DBGMCU_IDCODE. */
gboolean chip_revision(const char *text, guint *rev_id);

/* "V" for 0x2003; NULL for one that has no letter here. */
const char *chip_revision_word(guint rev_id);

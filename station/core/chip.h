/* The STM32H742/743/753's silicon revisions (boards.md section 4.1). */
#pragma once

#include <glib.h>

/* "A", "Z", "Y", "X", "V"; NULL-terminated. */
extern const char *const chip_revision_words[];

/* "V" or "0x2003" -> 0x2003, the REV_ID of DBGMCU_IDCODE. */
gboolean chip_revision(const char *text, guint *rev_id);

/* "V" for 0x2003; NULL for one that has no letter here. */
const char *chip_revision_word(guint rev_id);

/*
 * What a scanned line means: one of the station's own codes, or a serial number.
 *
 *   START  ABORT  RETEST      commands       SLOT-3   a slot       YES  NO  DONE   answers to a question
 *
 * Codes are in capitals, as they are printed; everything else is taken for a serial, which the recipe judges.
 */
#pragma once

#include <glib.h>

enum { SCAN_SLOT_MAX = 64 };

typedef enum {
	CODE_SERIAL,
	CODE_SLOT,
	CODE_START,
	CODE_ABORT,
	CODE_RETEST,
	CODE_YES,
	CODE_NO,
	CODE_DONE,
} ScanCode;

/* `slot` is set for CODE_SLOT: 1 to 64, without zeros in front. */
ScanCode scan_code(const char *text, guint *slot);

/* "START"; NULL for CODE_SERIAL and CODE_SLOT. */
const char *scan_code_word(ScanCode code);

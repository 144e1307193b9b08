/*
 * What a scanner that is a keyboard types: key codes of a US keyboard with Shift, and the two ways in which
 * scanners send what is on no key: Ctrl (Ctrl+] is the group separator of GS1 codes), and Alt with the
 * character's number on the number pad. A key that means nothing spoils its scan: a serial with a character
 * missing would be another serial, and so does one that is never let go: the kernel tells no second press of it.
 */
#pragma once

#include "scan/scan_text.h"

#include <linux/input-event-codes.h>

typedef struct {
	ScanText *text;
	gboolean shift[2], ctrl[2], alt[2], caps; /* left, right */
	guint number;                             /* typed with Alt */
	gboolean numbered;
	guint32 down[(KEY_CNT + 31) /
		     32]; /* keys that are, a bit each; not those that change others */
	guint last;       /* that was pressed */
} ScanKeys;

/* A key went down (1), up (0) or repeats (2), as linux/input-event-codes.h counts keys. */
void scan_keys_event(ScanKeys *keys, guint code, gint value, gint64 now_us);
/* Some events are lost. */
void scan_keys_lost(ScanKeys *keys, gint64 now_us);

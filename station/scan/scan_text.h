/*
 * Characters as they come from a scanner, until a line is whole.
 *
 *   O M V 0 0 0 0 0 1 ENTER                -> "OMV000001"
 *   O M V 0 0 [gap] 0 0 0 1 ENTER          -> SCAN_CUT, and SCAN_CUT again: no serial "0001"
 *   O M V 0 0 [gap, a second] S L O ...    -> SCAN_CUT, and a new one begins with S
 *
 * A scanner types faster than a hand (at most 50 ms from key to key: libraries.md section 13); what stops in the
 * middle is thrown away and told, never completed by the scan behind it. What follows within a second is its rest. Nothing is believed: a line has at most
 * 4096 bytes, and what is delivered is one line of printable text (core/text.h).
 */
#pragma once

#include <glib.h>

enum { SCAN_MAX = 4096 };
enum { SCAN_GAP_KEYS_MS = 50, SCAN_GAP_SERIAL_MS = 200, SCAN_REST_MS = 1000 };

typedef enum {
	SCAN_WHOLE,
	SCAN_CUT,     /* it stopped in the middle */
	SCAN_LONG,    /* more than SCAN_MAX bytes */
	SCAN_UNCLEAR, /* a key in it has no character here, or keys were lost */
	SCAN_STUCK,   /* a key was down all the time: pressed again, it would have typed nothing */
} ScanFlaw;

/* "the scan stopped in the middle: scan it again"; NULL for SCAN_WHOLE. */
const char *scan_flaw_text(ScanFlaw flaw);

/* `text` is what came, cleaned; of a scan with a flaw only what came of it. */
typedef void (*ScanTake)(const char *text, ScanFlaw flaw, gpointer data);

typedef struct {
	GString *bytes;
	ScanFlaw flaw;
	gint64 last_us, gap_us;
	gint64 rest_us; /* what begins before this is the rest of one that stopped */
	ScanTake take;
	gpointer data;
} ScanText;

void scan_text_init(ScanText *text, guint gap_ms, ScanTake take, gpointer data);
void scan_text_clear(ScanText *text);

/* One byte of it, at this time (monotonic). LF and CR end a scan; a scan of nothing is none. */
void scan_text_byte(ScanText *text, char byte, gint64 now_us);
/* Something of it is missing: whatever comes until its end, it has this flaw, or the one that it had before. */
void scan_text_spoil(ScanText *text, ScanFlaw flaw, gint64 now_us);
/* Is one begun that will not go on? Then it is told now. How long until it is worth asking again, in ms; 0: nothing
 * is begun. */
guint scan_text_expire(ScanText *text, gint64 now_us);
/* The scanner is gone: one that is begun is told as cut, and none of it will follow. */
void scan_text_end(ScanText *text);

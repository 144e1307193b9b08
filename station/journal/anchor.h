/*
 * A journal's head written down, to be kept elsewhere: one line of JSON.
 *
 *   {"journal": "6f1c...", "record": 123, "hash": "ab01...", "at": "2026-11-22T13:38:00.123Z",
 *    "key": "...", "signature": "..."}           the latter two where the station has a key
 *
 * Signed with Ed25519 (libsodium), over the first four as lines of text. The secret key is 64 hexadecimal
 * digits in a file of its own, mode 0600; the public one is what anchors tell and verifiers pin.
 */
#pragma once

#include "journal/proof.h"

#define ANCHOR_ERROR anchor_error_quark()
GQuark anchor_error_quark(void);
typedef enum {
	ANCHOR_FORMAT, /* no anchor, or no key */
	ANCHOR_FORGED, /* unsigned where a signature is asked for, by another key, or wrong */
	ANCHOR_IO,
} AnchorError;

/* `key_path`: NULL, or the file of the secret key. A line with its newline, newly allocated. */
char *anchor_write(const JournalHead *head, const char *key_path, GError **error);

/* Reads a line. A signature that is there must be right; with `public_key` (64 digits) it must be
 * there, and by that key. */
gboolean anchor_read(const char *line, const char *public_key, JournalHead *head, GError **error);

/* Makes a key in a file that must not be there yet; its public part, newly allocated. */
char *anchor_key_new(const char *path, GError **error);

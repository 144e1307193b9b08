/*
 * The chain of records: proof that what the journal says is what was once written.
 *
 *   origin: journal id, created          run 7            run 9           correction 1
 *            |                            |                |                |
 *            v                            v                v                v
 *   h0 = SHA-256(origin) --> h1 = SHA-256(1, h0, record) --> h2 --> h3 --> ...      the head
 *
 * A run enters the chain in the transaction that ends it, a correction in its own. Whoever changes,
 * deletes or replaces a record that is in it would have to compute all hashes behind anew; an anchor (a
 * head that was written down elsewhere) shows that too, and that the tail is still there (trust.md
 * section 1). What a record is to the hash, README.md of this folder says.
 */
#pragma once

#include "journal/database.h"

/* Both inside a transaction of the caller. */
gboolean chain_add_run(Journal *journal, gint64 run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean chain_add_correction(
	Journal *journal, gint64 correction, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* For a journal that had no chain yet: its origin, and all runs that have ended, by their ids. */
gboolean chain_found(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The hash of what a record of the chain stands for, `n` and the hash before it included; NULL with
 * `error`, or without where the record's rows are gone. Newly allocated. */
typedef struct {
	gint64 n, run, correction; /* run or correction is 0 */
	char *hash;
} ChainRecord;
char *chain_hash(Journal *journal, const ChainRecord *record, const char *before, GError **error);

/* h0. */
char *chain_origin(Journal *journal, GError **error) G_GNUC_WARN_UNUSED_RESULT;

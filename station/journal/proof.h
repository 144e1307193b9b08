/* Whether a journal still says what was once written into it: chain.h says how that can be known. */
#pragma once

#include "journal/journal.h"

/* The last record of a chain, as it was at some time. */
typedef struct {
	char *journal; /* its id */
	gint64 record; /* 0: none yet */
	char *hash;    /* 64 hexadecimal digits */
	char *at;      /* UTC: when somebody looked */
} JournalHead;

void journal_head_clear(JournalHead *head);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(JournalHead, journal_head_clear)

/* The head now. */
gboolean journal_head(
	Journal *journal, JournalHead *head, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	gint64 records, runs;
	GPtrArray *findings; /* of char*, the first broken record first; empty: it is whole */
	guint more;          /* findings beyond the first hundred, counted only */
	GPtrArray *remarks;  /* of char*: what is odd, but no harm (a clock that stepped back) */
} JournalProof;

void journal_proof_free(JournalProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JournalProof, journal_proof_free)

/*
 * Reads all of it. `anchors`: heads that were kept elsewhere (JournalHead*), or NULL; without one a tail
 * that was cut off, and a history that was written anew, cannot be seen. NULL with `error` only where the
 * journal cannot be read.
 */
JournalProof *journal_prove(
	Journal *journal, GPtrArray *anchors, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * One writer a journal: a lock file beside it, held with flock() for as long as it is open for
 * writing. Debian 12's SQLite 3.40.1 can corrupt a WAL that two connections write or checkpoint
 * (libraries.md section 5), and SQLite's own locks would let the second one in.
 *
 * The file stays; what counts is the lock, which goes with the process however that ends.
 */
#pragma once

#include <glib.h>

/* The descriptor, or -1 with FAILURE_JOURNAL_WRITE, which names the process that has it. */
int lock_take(const char *journal_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

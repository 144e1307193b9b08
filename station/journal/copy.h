/*
 * Copies of a journal.
 *
 *   backup   the file, of one moment, while the writer is at work; closed, reopened and proven before it is named so
 *   export   everything as lines of JSON, a row a line, table by table: for archives that outlive SQLite
 *   import   such lines into a new journal, which is the same one: its chain is computed anew and must end where it did
 *   vacuum   the file written anew without the room that nothing is in
 */
#pragma once

#include "journal/proof.h"

/* `to` must not be there yet. FALSE with `error` where it cannot be written, or is not whole: nothing of that name is
 * there then. `head` is that of the copy. */
gboolean journal_backup(const char *from, const char *to, JournalHead *head,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef gboolean (*JournalLine)(const char *line, gpointer data, GError **error);

/* All tables at one moment. */
gboolean journal_export(Journal *journal, JournalLine line, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads lines from `next` (NULL: the end; newly allocated) into a new journal at `to`. */
typedef char *(*JournalNext)(gpointer data, GError **error);
gboolean journal_import(const char *to, JournalNext next, gpointer data, JournalHead *head,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Opens it for writing, so that nobody else does. */
gboolean journal_vacuum(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

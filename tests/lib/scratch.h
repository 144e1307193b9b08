/* A journal of a test's own, in a folder that goes with it, and something to put into it. */
#pragma once

#include "journal/journal.h"

typedef struct {
	char *folder, *path; /* path: where the journal is to be */
} Scratch;

void scratch_make(Scratch *scratch);
void scratch_clear(Scratch *scratch); /* removes the folder and all that is in it */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scratch, scratch_clear)

/* Opens, or fails the test. */
Journal *scratch_open(const Scratch *scratch);

/* A run as a recipe and a fixture would give it; valid until the process ends. */
JournalRun scratch_run(const char *serial);
/* Begins it, or fails the test. */
gint64 scratch_begin(Journal *journal, const char *serial);
/* A step that passed, or fails the test. */
void scratch_step(Journal *journal, gint64 run, guint index);
/* Ends it PASS, or "flash-verify". FALSE with error as journal_end(). */
gboolean scratch_end(Journal *journal, gint64 run, Verdict verdict, GError **error);

/* SQL by a connection of its own, as anybody with the file could; SQLite's result (primary). */
int scratch_sql(const char *path, const char *sql);
/* All rows of all tables as one text. */
char *scratch_dump(const char *path);

/* A member of the run `index` of a unit, as text, "" for null. */
char *scratch_run_text(Journal *journal, const char *serial, guint index, const char *key);

/* The whole file; the test fails if it cannot be read. */
GBytes *scratch_bytes(const char *path);
void scratch_write(const char *path, const void *bytes, gsize length);

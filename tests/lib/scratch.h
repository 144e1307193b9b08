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

/* Two chips that are not the same one. */
#define SCRATCH_CHIP       "003900353138510D33383539"
#define SCRATCH_OTHER_CHIP "003900353138510D33383540"
/* Five values of steps 0 and 1; two of them are no numbers. */
void scratch_values(Journal *journal, gint64 run);
/* A run from its begin to its end, of this chip, with a step and those values. */
gint64 scratch_whole_run(Journal *journal, const char *serial, const char *uid, Verdict verdict);

/* The unit as journal_unit() gives it, NULL for none; json_decref() it. */
json_t *scratch_unit(Journal *journal, const char *serial);
/* Fails the test unless the run `index` of a unit has this verdict. */
void scratch_verdict(Journal *journal, const char *serial, guint index, const char *word);
/* Fails the test unless it was refused as the journal refuses; clears the error. */
void scratch_refused(gboolean done, GError **error);

/* SQL by a connection of its own, as anybody with the file could; SQLite's result (primary). */
int scratch_sql(const char *path, const char *sql);
/* All rows of all tables as one text. */
char *scratch_dump(const char *path);

/* A member of the run `index` of a unit, as text, "" for null. */
char *scratch_run_text(Journal *journal, const char *serial, guint index, const char *key);

/* The whole file; the test fails if it cannot be read. */
GBytes *scratch_bytes(const char *path);
void scratch_write(const char *path, const void *bytes, gsize length);

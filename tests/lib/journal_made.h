/*
 * Fills a journal fast: its own SQL, many runs a transaction, one prepared statement each, no waiting for the disk, and
 * yet what the station would have written: the same tables, the same triggers, the same chain.
 */
#pragma once

#include "journal/journal.h"

typedef struct JournalMade JournalMade;

typedef struct {
	const char *id, *kind;
	gint64 ms;
} MadeStep;

typedef struct {
	const char *name, *unit;
	guint step;
	double value, low, high; /* limits: NAN is none */
	const char *text;        /* instead of a number; NULL */
} MadeValue;

typedef struct {
	const char *serial, *product, *revision, *station, *operator, * lot;
	guint slot;
	Purpose purpose;
	gint64 began_ms; /* since 1970 */
	const MadeStep *steps;
	guint step_count; /* the last one failed where `code` is there */
	const MadeValue *values;
	guint value_count;
	Verdict verdict;
	const char *code; /* NULL when PASS */
} MadeRun;

/* Each of them fails the test, or ends the program, when anything goes wrong. */
JournalMade *journal_made_open(const char *path);
void journal_made_run(JournalMade *made, const MadeRun *run);
void journal_made_close(JournalMade *made); /* commits */

/* What a line has done since it was started. */
#pragma once

#include "core/verdict.h"

typedef struct {
	guint64 passed, failed, errors;
	guint64 aborted; /* nothing was found out: not among the boards done */
	gint64 first_us,
		last_us; /* monotonic: the first board's start, the last one's end; 0: none yet */
} LineCounts;

void counts_add(LineCounts *counts, Verdict verdict, gint64 begin_us, gint64 end_us);
guint64 counts_done(const LineCounts *counts);
/* Boards done an hour, from the first one's start to the last one's end; 0 before that. */
double counts_per_hour(const LineCounts *counts);
/* "25 boards done: 24 passed, 1 failed; 310 an hour", newly allocated. */
char *counts_text(const LineCounts *counts);

/*
 * What the journal knows, as text for a person on a terminal. All texts in it came from outside and
 * are cleaned here; times are the reader's local ones.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/* One unit, as journal_unit() gives it: every attempt, oldest first. Newly allocated. */
char *history_unit(const json_t *unit, gboolean colour);

/* A table of runs, as journal_runs() gives them, in the array's order. Newly allocated. */
char *history_runs(const json_t *runs, gboolean colour);

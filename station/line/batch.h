/*
 * `flashline run`: one recipe on the boards that lie in a fixture now, all slots at once, each with a serial that is
 * known before; over when the last one is.
 */
#pragma once

#include "line/station.h"

typedef struct {
	StationOptions station;
	GHashTable *serials; /* slot number -> serial */
	gboolean *stopped;   /* set where somebody stopped it; may be NULL */
} BatchOptions;

/* The verdict over all: PASS when every board passed, FAIL when any failed, else ERROR. Sets `error`
 * when the boards could not be started at all. */
Verdict batch_run(const BatchOptions *options, GError **error);

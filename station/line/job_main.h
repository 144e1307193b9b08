/*
 * The job process: runs a recipe's steps, in order, on the board of one slot, and tells about it
 * in events on its standard output. `flashline job` is what the controller starts; an engineer can
 * start one by hand.
 *
 *   stdin   "go SERIAL" or "stop CODE TEXT" as the answer to an `identify` event, "answer YES" to an `ask` event
 *   stdout  events (core/event.h)        stderr  diagnostics
 *
 * SIGTERM ends it at the next moment that it waits, and by force 4 s later.
 */
#pragma once

#include "core/fixture.h"
#include "core/recipe.h"

typedef struct {
	const Recipe *recipe;
	const Fixture *fixture;
	const Slot *slot;
	const char *serial;   /* until the controller says another one */
	const char *keeper;   /* socket of the fixture's keeper */
	const char *work_dir; /* private to this job */
	gboolean ask;         /* ask on stdin about the chip's identity; else any chip will do */
} JobOptions;

/* The exit status: 0 PASS, 1 anything else. */
int job_main(const JobOptions *options);

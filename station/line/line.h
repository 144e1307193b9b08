/*
 * The controller: runs one recipe on the boards of a fixture, all slots at once, each in a process of
 * its own, and writes the journal.
 *
 *   line_run -- keeper (pins)                 a process; makes all slots safe when it loses us
 *      |------- job slot 1 -- OpenOCD         processes; die with us
 *      |------- job slot 2 -- OpenOCD
 *      '------- journal, view
 */
#pragma once

#include "line/view.h"

typedef struct {
	const Recipe *recipe;
	const Fixture *fixture;
	GPtrArray *slots;    /* of Slot*: those that take part */
	GHashTable *serials; /* slot number -> serial */
	const char *journal; /* path */
	const char *station, *operator;
	const char *lot; /* NULL: not told */
	Purpose purpose;
	View *view; /* told the rest by line_run() */
} LineOptions;

/* The verdict over all: PASS when every board passed, FAIL when any failed, else ERROR. Sets `error`
 * when the line could not be started at all. */
Verdict line_run(const LineOptions *options, GError **error);

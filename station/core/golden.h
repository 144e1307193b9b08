/*
 * Boards of known worth, with which a fixture is tried every day.
 *
 *   selftest:
 *     required: daily                     `flashline run` and `line` refuse to work without today's
 *     golden: {slot: 1, serial: GOLD001, recipe: ../recipes/demo.yaml}          must PASS
 *     bad: {slot: 2, serial: BAD001, recipe: ../recipes/demo.yaml, code: usb-not-seen}   must FAIL so
 */
#pragma once

#include "core/schema.h"

typedef struct {
	guint slot; /* 0: there is no such board */
	const char *serial;
	char *recipe;     /* path, absolute */
	const char *code; /* the failure that a bad board must show; NULL: it must pass */
} Golden;

typedef struct {
	gboolean daily; /* no production without today's */
	Golden golden, bad;
} Selftest;

extern const Field selftest_fields[];

/* `file` is the fixture's: recipes are relative to it. */
void selftest_check(const Node *tree, Problems *problems);
void selftest_read(Selftest *selftest, const Node *tree, const char *file);
void selftest_clear(Selftest *selftest);

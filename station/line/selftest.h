/*
 * A fixture tried with boards of known worth (core/golden.h): `flashline selftest`. Its runs stand in the journal
 * with purpose selftest, and nothing else is remembered: whether today's has succeeded, they tell.
 */
#pragma once

#include "line/batch.h"

typedef struct {
	const char *word; /* "golden", "bad" */
	const Golden *board;
	gint64 run; /* 0: none today */
	Verdict verdict;
	char *code;   /* NULL: none */
	gboolean met; /* as it must be */
} SelftestResult;

void selftest_result_clear(SelftestResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SelftestResult, selftest_result_clear)

/* Runs one board in its slot. `station` without slots: they are set here. FALSE with `error`: it could not be
 * started. What came of it: selftest_today(). */
gboolean selftest_run(const StationOptions *station, const Golden *board,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The board's newest run of purpose selftest on this fixture and station since local midnight. */
gboolean selftest_today(Journal *journal, const char *fixture, const char *station,
	const Golden *board, SelftestResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether production may go on: where the fixture asks for it, both boards must have shown today what they are
 * worth. FAILURE_SELFTEST_DUE. */
gboolean selftest_allows(Journal *journal, const Fixture *fixture, const char *station,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The outcome of a step, of a run, of a board.
 *
 * PASS is only ever the result of proof. FAIL says that the board is at fault;
 * ERROR that the station cannot say (tool, cable, fixture, operator). Doubt is ERROR.
 */
#pragma once

#include <glib.h>

typedef enum {
	VERDICT_RUNNING, /* no outcome yet: never shown as anything else */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_ERROR,
	VERDICT_ABORTED,
} Verdict;

/* Whom a failure blames: where someone has to look first. */
typedef enum {
	BLAME_NONE,
	BLAME_BOARD,
	BLAME_SLOT,
	BLAME_STATION,
	BLAME_OPERATOR,
} Blame;

/* The word used in the journal, in events and on the screen: "PASS", "board". */
const char *verdict_word(Verdict verdict);
const char *blame_word(Blame blame);

/* The reverse; FALSE leaves the result as it was. */
gboolean verdict_from_word(const char *word, Verdict *verdict) G_GNUC_WARN_UNUSED_RESULT;
gboolean blame_from_word(const char *word, Blame *blame) G_GNUC_WARN_UNUSED_RESULT;

/*
 * How a run is shown: one line a slot at a terminal, plain lines elsewhere, JSON lines for programs.
 * A view only looks. It shows a verdict when the run has one, which is after its commit. A batch has a row for each board,
 * a line one for each slot, in which boards come and go.
 */
#pragma once

#include "line/counts.h"
#include "line/slotrun.h"

typedef struct View View;

/* What a view shows on one line. */
typedef struct {
	const Slot *slot;
	const SlotRun *run; /* at work, or the last one; NULL: none */

	/* of a line's slot */
	const char *state;        /* "empty"; NULL: in a batch */
	const char *waits;        /* "close the lid"; NULL: for nothing */
	guint lamps;              /* lit: 1u << SIGNAL_LAMP_GREEN */
	guint64 contacts, boards; /* in this slot before the line began, by the journal */
} ViewRow;

/* What all views are told. Calls in this order: begin, (changed|over|state|say|tick)*,
 * end. */
struct View {
	void (*begin)(View *view);
	void (*changed)(View *view, const SlotRun *run, const Event *event);
	void (*over)(View *view, const SlotRun *run);
	void (*state)(View *view, const ViewRow *row); /* of a line's slot: it has changed */
	void (*say)(View *view, const char *text);     /* to whoever gave a command */
	void (*tick)(View *view);                      /* ten times a second; may be NULL */
	void (*end)(View *view);
	void (*free)(View *view);

	const Recipe *recipe;
	const Fixture *fixture;
	const GPtrArray *rows;    /* of ViewRow* */
	const LineCounts *counts; /* of a line; NULL: a batch, each row one board */
	const char *station, *journal;
	gpointer own; /* the view's */
};

View *view_terminal_new(void); /* rewrites its lines */
/* Whether standard output is a terminal with room for so many boards: lines that have scrolled away
 * cannot be rewritten. */
gboolean view_terminal_fits(guint boards);
View *view_plain_new(void);
View *view_json_new(void);

/* "6 passed, 1 failed, 1 error" of rows whose runs are over, newly allocated. */
char *view_summary(const GPtrArray *rows);

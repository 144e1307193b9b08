/*
 * How a run is shown: one line a slot at a terminal, plain lines elsewhere, JSON lines for programs.
 * A view only looks. It shows a verdict when the run has one, which is after its commit.
 */
#pragma once

#include "line/slotrun.h"

typedef struct View View;

/* What a view shows on one line. */
typedef struct {
	const Slot *slot;
	const SlotRun *run; /* at work, or the last one; NULL: none */
} ViewRow;

/* What all views are told; `state` is the view's own. Calls in this order: begin, (changed|over|tick)*,
 * end. */
struct View {
	void (*begin)(View *view);
	void (*changed)(View *view, const SlotRun *run, const Event *event);
	void (*over)(View *view, const SlotRun *run);
	void (*tick)(View *view); /* ten times a second; may be NULL */
	void (*end)(View *view);
	void (*free)(View *view);

	const Recipe *recipe;
	const Fixture *fixture;
	const GPtrArray *rows; /* of ViewRow* */
	const char *station, *journal;
	gpointer state;
};

View *view_terminal_new(void); /* rewrites its lines */
/* Whether standard output is a terminal with room for so many boards: lines that have scrolled away
 * cannot be rewritten. */
gboolean view_terminal_fits(guint boards);
View *view_plain_new(void);
View *view_json_new(void);

/* "6 passed, 1 failed, 1 error" of rows whose runs are over, newly allocated. */
char *view_summary(const GPtrArray *rows);

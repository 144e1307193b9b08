/*
 * The seam between deciding and doing: a step kind is one const struct, listed in one table
 * (steps/steps.c). core/ checks recipes with it and never calls run().
 */
#pragma once

#include "core/schema.h"

typedef struct Recipe Recipe;
typedef struct Job Job; /* steps/job.h: one attempt on one board */
typedef struct StepKind StepKind;

/* One step of a recipe, as read and checked. */
typedef struct {
	const char *id; /* unique in its recipe */
	const StepKind *kind;
	const Node *args;  /* the map of the file; read it with step_text() and friends */
	guint deadline_ms; /* the whole step */
	guint stall_ms;    /* without a byte of progress; 0: deadline only */
} Step;

struct StepKind {
	const char *name;    /* "swd.program" */
	const char *summary; /* one sentence */
	/* Its own arguments. `id`, `do`, `deadline` and `stall` are common to all kinds, `after`,
	 * `before` and `remove` are the recipe's: no argument can be called so. An argument called
	 * `image` or `script` names one of the recipe's images, which the reader checks. */
	const Field *fields;
	guint deadline_ms, stall_ms; /* where the recipe says nothing */
	gboolean destructive;        /* changes the board's memory */
	gboolean inherits;           /* judges what earlier runs may have left on the board */
	gboolean identifies;         /* tells which chip it is, and asks whether to go on */

	/* Whether the USB device that was open before it is closed after it. NULL: it never is. */
	gboolean (*closes)(const Step *step);

	/* Optional: mistakes that need the recipe to be seen (an image that is not there).
	 * Called after the schema has passed, never on a template recipe's missing parts. */
	void (*check)(const Step *step, const Recipe *recipe, Problems *problems);

	/* Does it to the board in the job's slot. FALSE with `error` of the domain FAILURE. */
	gboolean (*run)(Job *job, const Step *step, GError **error);
};

const char *step_text(const Step *step, const char *key);
gint64 step_int(const Step *step, const char *key);
gboolean step_bool(const Step *step, const char *key);

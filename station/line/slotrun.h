/*
 * One run, as the controller sees it: a job process, what it has said so far, what became of it.
 *
 *   start --begin run committed--> job events ... --job gone, slot safe, outcome committed--> over
 *
 * The verdict stays RUNNING until the journal has committed it. The job is not trusted: PASS needs
 * every step of the recipe, in order, each ended PASS, an `end` that says so, and exit status 0.
 */
#pragma once

#include "core/event.h"
#include "core/failure.h"
#include "core/fixture.h"
#include "core/recipe.h"
#include "journal/journal.h"
#include "line/child.h"
#include "line/rundir.h"
#include "link/pins.h"

typedef struct SlotRun SlotRun;

/* What a run is given; owned by the line. */
typedef struct {
	const Recipe *recipe;
	const Fixture *fixture;
	const Rundir *rundir;
	Journal *journal;
	JournalRun about; /* all but serial and slot */
	Pins *pins;       /* to make a slot safe; NULL once the keeper is gone */

	/* Whether this chip may go on in this slot; else sets `error`. Called before journal_bind(). */
	gboolean (*may)(SlotRun *run, const char *uid, gpointer line, GError **error);
	/* Its job is gone and its slot safe, nothing is on record yet: slotrun_overrule() is still possible. May
	 * be NULL. */
	void (*judged)(SlotRun *run, gpointer line);
	/* Something of the run changed; `event` is what the job said, or NULL. */
	void (*changed)(SlotRun *run, const Event *event, gpointer line);
	/* It is over and in the journal. */
	void (*over)(SlotRun *run, gpointer line);
	gpointer line;
} SlotRunContext;

struct SlotRun {
	SlotRunContext *context;
	const Slot *slot;
	char *serial;
	gint64 id; /* in the journal; 0: it is not there yet, or could not be begun */

	/* Set before the start, or left FALSE: */
	gboolean
		reserved; /* no label has this serial yet: a chip that has one keeps it, and the run
			    * begins in the journal when the chip is known, or at its end */
	gboolean
		powered; /* the board had power before, and what its firmware was doing is not known */
	gboolean once; /* a board that has passed this recipe is left alone: already-passed */

	/* what the job said */
	guint step;                       /* index of the step at work, or how many have passed */
	gboolean in_step, step_failed;    /* after a failed step comes the end, nothing else */
	gint64 begin_us, step_us, end_us; /* monotonic */
	char *phase, *uid;
	guint64 done, total;
	char *question, *answers; /* for the operator, "YES NO"; NULL: none is open */
	double stopped_ms; /* so long firmware that the board came with may have run, and was stopped; 0: none */
	gboolean said_end;
	Verdict said_verdict;
	guint64 cpu_ms, tools_cpu_ms, peak_kib;

	/* what became of it */
	Verdict verdict; /* RUNNING until it is committed */
	const Failure *failure;
	char *failed_step, *seen;

	/* the controller's own */
	Child *child;
	guint deadline_source, stall_source, kill_source;
	/* how long the step at work has waited for others; of that, the wait that it is in */
	guint turns_ms, turn_ms;
	gint64 own_us; /* how long it has waited for the controller */
	gboolean stopping;
	GArray *held; /* slotrun_record.c */
	GStringChunk *held_texts;
};

/* Begins the run in the journal and starts its job. FALSE with `error` when that cannot be done: the
 * run is then over with that failure, and nothing was done to the board. */
gboolean slotrun_start(SlotRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Ends the job: it may tidy up for 1.5 s, then it is killed. The run ends as ABORTED. */
void slotrun_stop(SlotRun *run);

/* Ends the job at once with a failure that the line has found out. */
void slotrun_fail(SlotRun *run, int code, const char *seen);

/* What it comes to is something else: for context.judged. */
void slotrun_overrule(SlotRun *run, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

SlotRun *slotrun_new(SlotRunContext *context, const Slot *slot, const char *serial);
void slotrun_free(SlotRun *run); /* NULL is fine */

/* The operator's answer to the open question: TRUE when there is one with this answer, and the job has been told. */
gboolean slotrun_answer(SlotRun *run, const char *answer);

/* The step at work, or NULL. */
const Step *slotrun_step(const SlotRun *run);

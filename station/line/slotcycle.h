/*
 * What a slot of a line does as boards come and go. It knows no hardware and no clock: it is told what happened, in
 * whatever order that comes, and answers what is to be done.
 *
 *             board in           trigger              on record             board out
 *     EMPTY ----------> READY ------------> RUNNING -----------> SHOWN ---------------> EMPTY
 *       ^                 | board out         | board out:         | trigger, RETEST: RUNNING
 *       '-----------------'                   | the run fails      |
 *                                             '--------------------'--> QUARANTINED --release--> EMPTY or READY
 *
 * SHOWN without a board (it was taken out during its run) stays until the next one comes: no verdict vanishes unseen.
 * Where nothing feels whether a board is there, the trigger stands for it.
 */
#pragma once

#include "core/failure.h"
#include "core/fixture.h"

typedef enum {
	CYCLE_EMPTY,
	CYCLE_READY, /* a board is there; somebody has to do something before it starts */
	CYCLE_RUNNING,
	CYCLE_SHOWN, /* the verdict, until the board is taken out */
	CYCLE_QUARANTINED,
} CycleStage;
const char *cycle_word(CycleStage stage); /* "empty" */

typedef enum {
	CYCLE_BOARD_IN,
	CYCLE_BOARD_OUT,
	CYCLE_BOARD_UNFELT, /* behind a verdict: whether it is still there cannot be told any more */
	CYCLE_LID_CLOSED,
	CYCLE_LID_OPENED,
	CYCLE_PRESSED,   /* the start button; the command START */
	CYCLE_LET_GO,    /* of the button */
	CYCLE_SERIAL_IN, /* scanned for this slot */
	CYCLE_ALL_READY, /* every slot that starts with the others is */
	CYCLE_NOT_BEGUN, /* what was to start could not, and did not */
	CYCLE_RETRY,     /* what was not there for that has come */
	CYCLE_OVER,      /* the run is on record: cycle_judge() has seen it */
	CYCLE_RETEST,    /* by command, although it has passed */
	CYCLE_RELEASE,   /* by command, out of quarantine */
} CycleEvent;

typedef enum {
	CYCLE_NOTHING,
	CYCLE_START,
	CYCLE_FAIL_REMOVED,
	CYCLE_FAIL_OPENED,
} CycleAct;

typedef struct {
	Trigger trigger;
	gboolean feels;   /* something tells whether a board is there */
	gboolean has_lid; /* nothing runs while it is open */
	guint quarantine_after;

	CycleStage stage;
	gboolean present, lid_closed;
	gboolean scanned; /* a serial waits for a board */
	gboolean
		pressed; /* the start button is held for a board that is still to come, for one start */
	gboolean
		failing; /* the run was told to fail: what happens next in the slot is another board's */
	Verdict verdict;    /* in SHOWN */
	guint failures;     /* boards in a row, each one once: */
	GHashTable *failed; /* their UIDs */
} SlotCycle;

void cycle_init(SlotCycle *cycle, const Slot *slot, const Fixture *fixture);
void cycle_clear(SlotCycle *cycle);

CycleAct cycle_feed(SlotCycle *cycle, CycleEvent event) G_GNUC_WARN_UNUSED_RESULT;

/* What a run has come to, before it is on record. TRUE: it is the one too many, and the slot is to blame. What blames
 * station or operator says nothing about the slot. `uid` NULL: the board was not identified, and counts as another one. */
gboolean cycle_judge(SlotCycle *cycle, const Failure *failure, const char *uid);

/* The lamps that are lit now: 1u << SIGNAL_LAMP_GREEN. */
guint cycle_lamps(const SlotCycle *cycle);

/* What the slot waits for, for people: "close the lid"; NULL where the stage says it. */
const char *cycle_waits(const SlotCycle *cycle);

/*
 * One slot of a line: what its cycle decides is done here, to the board's run, the lamps and the view.
 *
 *   inputs, port, commands --> SlotCycle --> start a run, fail it --> SlotRun
 *                                  '-------> lamps, view
 */
#pragma once

#include "line/portsense.h"
#include "line/serial_source.h"
#include "line/station.h"

typedef struct LineSlot LineSlot;

/* What a slot has of its line. */
typedef struct {
	Station *station;
	SerialSource *serials;
	gboolean ending; /* nothing starts any more */
	/* The pins do not answer: nothing can be started or shown safely. */
	void (*broken)(gpointer line, const GError *error);
	gpointer line;
} LineSlotPort;

struct LineSlot {
	const LineSlotPort *port;
	const Slot *slot;
	SlotCycle cycle;
	PortSense sense;
	SlotRun *run;       /* at work, or the last one; NULL: none yet */
	char *reserved;     /* the serial of the run at work */
	gboolean retest;    /* the next run is wanted although the board has passed */
	gboolean postponed; /* a start, until the pins answer */
	const char *lacks;  /* why it did not start; NULL: it did */
	guint told_lamps;
	CycleStage told_stage;
	const char *told_waits;
	ViewRow row;
};

LineSlot *line_slot_new(const LineSlotPort *port, const Slot *slot);
void line_slot_free(LineSlot *slot);

/* Something happened; does what follows from it. */
void line_slot_feed(LineSlot *slot, CycleEvent event);
/* Every 50 ms or so: does what late pins have held up, and looks at the port. */
void line_slot_tick(LineSlot *slot, gint64 now_us);

/* SlotRunContext's, for the slot whose run it is. */
void line_slot_judged(LineSlot *slot);
void line_slot_over(LineSlot *slot);

gboolean line_slot_runs(const LineSlot *slot);

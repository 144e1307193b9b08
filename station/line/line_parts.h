/* What the files of a line share, and nobody else uses. */
#pragma once

#include "line/end_signals.h"
#include "line/keys.h"
#include "line/line.h"
#include "line/line_inputs.h"
#include "line/line_scan.h"
#include "line/lineslot.h"

struct Line {
	const LineOptions *options;
	Station *station;
	SerialSource *serials;
	LineSlotPort port;
	GMainLoop *loop;
	GPtrArray *slots; /* of LineSlot* */
	GPtrArray *rows;  /* of ViewRow*, the slots' */
	LineInputs *inputs;
	LineScan *scan;
	LineCounts counts;
	GError *broken; /* why it cannot go on; NULL: it can */
	guint finish_source;
	Keys *keys;
};

/* NULL: none with this number takes part. */
LineSlot *line_slot_of(const Line *line, guint number);

/* line_end.c: nothing starts any more; `now`: what runs is aborted. */
void line_end(Line *line, gboolean now);
/* It cannot go on; the first reason counts. What runs is lost: its slot cannot be made safe by us, or its record not be
 * written. */
void line_break(Line *line, const GError *error);
/* Leaves the main loop where it is ending and nothing runs. */
void line_quit_when_idle(Line *line);
/* SIGINT aborts; SIGTERM lets what runs come to its end, a second one aborts. */
EndSignals line_end_signals(Line *line);

/* line_events.c, `line` is a Line: an input of a slot, or of all (0), has changed. */
void line_input_changed(guint slot, CycleEvent event, gpointer line);
/* A serial is there for this slot, which waits for a scan, or (0) for whoever lacked one. */
void line_serial_came(guint slot, gpointer line);

/* line_command.c: reads commands from standard input while there is any. */
void line_keys_begin(Line *line);
void line_keys_end(Line *line);

/* What the files of a line share, and nobody else uses. */
#pragma once

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
/* Nothing starts any more; `now`: what runs is aborted. */
void line_end(Line *line, gboolean now);

/* line_command.c: reads commands from standard input while there is any. */
void line_keys_begin(Line *line);
void line_keys_end(Line *line);

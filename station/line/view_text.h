/* What the two views for people have in common. */
#pragma once

#include "line/view.h"

/* "✓ PASS", "✗ FAIL flash-verify in bootloader": symbol and word, newly allocated. */
char *view_outcome(const SlotRun *run);

/* Of a line's slot without a run: "○ empty", "☞ close the lid", newly allocated. */
char *view_state(const ViewRow *row);

/* "demo revision B on eight-up, 8 boards", of a line "..., 8 slots", newly allocated. */
char *view_title(const View *view);

/* What went wrong on this board, and what to do about it. */
void view_report_run(const SlotRun *run, gboolean colours);
/* After the last board of a batch: each that went wrong, and the count; of a line the count. */
void view_report(const View *view, gboolean colours);

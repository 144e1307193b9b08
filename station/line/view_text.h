/* What the two views for people have in common. */
#pragma once

#include "line/view.h"

/* "✓ PASS", "✗ FAIL flash-verify in bootloader": symbol and word, newly allocated. */
char *view_outcome(const SlotRun *run);

/* "demo revision B on eight-up, 8 boards", newly allocated. */
char *view_title(const View *view);

/* After the last board: what went wrong where, what to do about it, and the count. */
void view_report(const View *view, gboolean colours);

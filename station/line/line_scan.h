/*
 * The scanners of a line: what is scanned becomes a serial for a slot, or a command as from a key, and is answered through
 * the view.
 *
 *   scanners --> desk (scan/scan_desk.h) --> SerialSource.offer(), line_command()
 */
#pragma once

#include "line/line.h"

typedef struct LineScan LineScan;

/* All that the fixture has; perhaps none. */
LineScan *line_scan_new(Line *line);
void line_scan_free(LineScan *scan); /* NULL is fine */

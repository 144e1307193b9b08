#include "line/linepins.h"

#include "core/failure.h"

enum { ASK_MS = 250, LATE_MS = 1 };

void line_pins_watch(Watch *watch, const Pins *pins)
{
	watch_begin(watch, pins_late(pins) ? LATE_MS : ASK_MS, 0);
}

gboolean line_pins_late(const GError *error)
{
	return g_error_matches(error, FAILURE, FAILURE_STEP_DEADLINE);
}

/* How a line ends: told to, when its boards are done, or because it cannot go on. */
#include "line/line_parts.h"

enum { FINISH_MS = 120000 }; /* behind SIGTERM; steps have shorter bounds of their own */

void line_quit_when_idle(Line *line)
{
	if (!line->port.ending)
		return;
	for (guint i = 0; i < line->slots->len; i++)
		if (line_slot_runs(line->slots->pdata[i]))
			return;
	g_main_loop_quit(line->loop);
}

static gboolean on_finish_over(gpointer data)
{
	Line *line = data;

	line->finish_source = 0;
	line_end(line, TRUE);
	return G_SOURCE_REMOVE;
}

void line_end(Line *line, gboolean now)
{
	line->port.ending = TRUE;
	if (now) {
		line->station->stopping = TRUE;
		for (guint i = 0; i < line->slots->len; i++)
			if (line_slot_runs(line->slots->pdata[i]))
				slotrun_stop(((LineSlot *)line->slots->pdata[i])->run);
	} else if (!line->finish_source) {
		line->finish_source = g_timeout_add(FINISH_MS, on_finish_over, line);
	}
	line_quit_when_idle(line);
}

static gboolean on_interrupt(gpointer data)
{
	line_end(data, TRUE);
	return G_SOURCE_CONTINUE;
}

static gboolean on_terminate(gpointer data)
{
	Line *line = data;

	line_end(line, line->port.ending);
	return G_SOURCE_CONTINUE;
}

void line_break(Line *line, const GError *error)
{
	if (line->broken)
		return;
	line->broken = g_error_copy(error);
	line->port.ending = TRUE;
	for (guint i = 0; i < line->slots->len; i++) {
		LineSlot *slot = line->slots->pdata[i];

		if (line_slot_runs(slot))
			slotrun_fail(slot->run, error->code, error->message);
	}
	line_quit_when_idle(line);
}

EndSignals line_end_signals(Line *line)
{
	return end_signals_take(on_interrupt, on_terminate, line);
}

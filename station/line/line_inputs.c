#include "line/line_inputs.h"

#include <glib-unix.h>

struct LineInputs {
	PinsWatch *watch;
	guint source;
	LineInputTold told;
	LineInputsLost lost;
	gpointer data;
};

static gboolean event_of(const PinsInput *input, CycleEvent *event)
{
	switch (input->signal) {
	case SIGNAL_PRESENT:
		*event = input->active ? CYCLE_BOARD_IN : CYCLE_BOARD_OUT;
		return TRUE;
	case SIGNAL_LID:
		*event = input->active ? CYCLE_LID_CLOSED : CYCLE_LID_OPENED;
		return TRUE;
	case SIGNAL_START:
		*event = input->active ? CYCLE_PRESSED : CYCLE_LET_GO;
		return TRUE;
	default:
		return FALSE;
	}
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer data)
{
	LineInputs *inputs = data;
	g_autoptr(GError) error = NULL;
	PinsInput input;
	CycleEvent event;

	while (pins_watch_next(inputs->watch, &input, &error))
		if (event_of(&input, &event))
			inputs->told(input.slot, event, inputs->data);
	if (!error)
		return G_SOURCE_CONTINUE;
	inputs->source = 0;
	inputs->lost(error, inputs->data);
	return G_SOURCE_REMOVE;
}

LineInputs *line_inputs_new(
	const char *keeper, LineInputTold told, LineInputsLost lost, gpointer data, GError **error)
{
	PinsWatch *watch = pins_watch(keeper, error);
	LineInputs *inputs;

	if (!watch)
		return NULL;
	inputs = g_new0(LineInputs, 1);
	*inputs = (LineInputs){.watch = watch, .told = told, .lost = lost, .data = data};
	inputs->source = g_unix_fd_add(
		pins_watch_fd(watch), G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, inputs);
	return inputs;
}

void line_inputs_free(LineInputs *inputs)
{
	if (!inputs)
		return;
	g_clear_handle_id(&inputs->source, g_source_remove);
	pins_watch_free(inputs->watch);
	g_free(inputs);
}

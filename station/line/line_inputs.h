/* The fixture's inputs, as events for the slots of a line. */
#pragma once

#include "line/slotcycle.h"
#include "link/pins.h"

/* `slot` 0: for each. */
typedef void (*LineInputTold)(guint slot, CycleEvent event, gpointer data);
/* There will be none any more. */
typedef void (*LineInputsLost)(const GError *error, gpointer data);

typedef struct LineInputs LineInputs;

/* Watches them from the main loop; those that are active at the beginning are told then. */
LineInputs *line_inputs_new(const char *keeper, LineInputTold told, LineInputsLost lost,
	gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void line_inputs_free(LineInputs *inputs);

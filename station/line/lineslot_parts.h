/* What the files of a line's slot share, and nobody else uses. */
#pragma once

#include "line/lineslot.h"

/* NULL: the keeper of the pins has gone. */
static inline Pins *line_slot_pins(const LineSlot *slot)
{
	return slot->port->station->context.pins;
}

/* lineslot_serial.c: the next one that no board has, newly allocated: after a crash a list offers old ones again. NULL without
 * `error`: there is none now. */
char *line_slot_reserve(LineSlot *slot, GError **error);
/* What has become of slot->reserved, by the journal. */
gboolean line_slot_settle(LineSlot *slot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

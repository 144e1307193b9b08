/* The serial of a slot's run: taken for it, and used up or given back by its verdict. */
#include "line/lineslot_parts.h"

/* Whether it is a board's for good: 1, 0, or -1 with `error`. */
static gint is_used(const LineSlot *slot, const char *serial, GError **error)
{
	static const char *const none[] = {NULL};

	return journal_serial_used(slot->port->station->context.journal, serial, none, error);
}

char *line_slot_reserve(LineSlot *slot, GError **error)
{
	SerialSource *source = slot->port->serials;

	for (;;) {
		char *serial = source->reserve(source, slot->slot->number, error);
		gint used = serial && !source->labels ? is_used(slot, serial, error) : 0;

		if (used == 0)
			return serial;
		if (used < 0 || !source->settle(source, slot->slot->number, serial, TRUE, error)) {
			g_free(serial);
			return NULL;
		}
		g_free(serial);
	}
}

/* A run may have been cut off before it was told which chip it has: the journal knows. */
gboolean line_slot_settle(LineSlot *slot, GError **error)
{
	SerialSource *source = slot->port->serials;
	gboolean settled;
	gint used;

	if (!slot->reserved)
		return TRUE;
	used = is_used(slot, slot->reserved, error);
	/* What cannot be looked up is not given out again. */
	settled = source->settle(
		source, slot->slot->number, slot->reserved, used != 0, used < 0 ? NULL : error);
	g_clear_pointer(&slot->reserved, g_free);
	return settled && used >= 0;
}

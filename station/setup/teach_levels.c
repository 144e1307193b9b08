/*
 * Which level is on? Nobody has said, and with a wrong guess no board comes up: it has no power, or is held in reset.
 * Wires of one kind mostly share a channel, and of power, BOOT0 and NRST two are always alike. So these are tried, until
 * boards come up in ST's ROM:
 *
 *   all high, all low, all high but a channel, all low but a channel     for channels A, B, C and D
 *
 * and where all pins are on one channel, "but a pin".
 */
#include "setup/teach_parts.h"

enum { CHANNELS = 4 };

static gboolean is_small(const Teach *teach)
{
	return teach->pin_wires <= TEACH_CHANNEL;
}

guint teach_levels_count(const Teach *teach)
{
	if (!teach->pin_wires)
		return 1;
	return 2 + 2 * (is_small(teach) ? (guint)teach->pin_wires : CHANNELS);
}

/* Even patterns are high, but for the group that has its turn. */
static gboolean is_low(const Teach *teach, gint wire, guint pattern)
{
	guint group =
		is_small(teach) ? (guint)wire : teach_wire(teach, wire)->index / TEACH_CHANNEL;
	gboolean low = pattern % 2 == 1;

	return pattern >= 2 && group == pattern / 2 - 1 ? !low : low;
}

TeachEach teach_levels_each(const Teach *teach, guint pattern)
{
	return is_small(teach) ? TEACH_EACH_ALWAYS
	       : pattern >= 2  ? TEACH_EACH_NEVER
			       : TEACH_EACH_LATE;
}

gboolean teach_levels(Teach *teach, guint pattern, GError **error)
{
	teach->levels = pattern;
	for (gint wire = 0; wire < teach_wires(teach); wire++) {
		if (!teach_wire_taken(teach, wire) && !teach_is_hub(teach, wire))
			teach_wire(teach, wire)->low_on = is_low(teach, wire, pattern);
		teach_stage(teach, wire, TRUE);
	}
	return teach_apply(teach, error);
}

static void keep(const Teach *teach, gint wire, gboolean active_is_on)
{
	if (wire != NO_WIRE)
		teach_wire(teach, wire)->active_low =
			teach_wire(teach, wire)->low_on == active_is_on;
}

/* With a board up, power and BOOT0 are active, and reset is not. */
void teach_levels_keep(Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		keep(teach, board->power, TRUE);
		keep(teach, board->boot0, TRUE);
		keep(teach, board->nrst, FALSE);
	}
}

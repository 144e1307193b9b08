/* Power for all boards that lie there, for one of them, or for none. */
#include "setup/teach_parts.h"

enum {
	PULSE_MS = 60, /* a board that runs empties 100 uF in some 20 ms */
	OFF_MS = 250,  /* the same, of a board whose core is halted */
};

/* BOOT0 must be high before power comes, and nobody knows which is which: each wire alone goes low and
 * comes back, while all the others are on. */
gboolean teach_restart(Teach *teach, gint first, gint end, GError **error)
{
	for (gint wire = first; wire < end; wire++)
		if (!teach_set(teach, wire, FALSE, error) || !teach_pause(teach, PULSE_MS, error) ||
			!teach_set(teach, wire, TRUE, error))
			return FALSE;
	return TRUE;
}

gboolean teach_set_some(Teach *teach, gint first, gint end, gboolean on, GError **error)
{
	for (gint wire = first; wire < end; wire++)
		if (!teach_wire_taken(teach, wire))
			teach_stage(teach, wire, on);
	return teach_apply(teach, error);
}

gboolean teach_restart_channels(Teach *teach, GError **error)
{
	for (gint wire = 0, end; wire < teach_wires(teach); wire = end) {
		end = teach_channel_end(teach, wire);
		if (!teach_set_some(teach, wire, end, FALSE, error) ||
			!teach_pause(teach, PULSE_MS, error) ||
			!teach_set_some(teach, wire, end, TRUE, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean takes(const TeachBoard *board, gint wire)
{
	for (guint i = 0; board && i < board->takes->len; i++)
		if (g_array_index(board->takes, gint, i) == wire)
			return TRUE;
	return FALSE;
}

gboolean teach_takes_any(const Teach *teach, gint wire)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (takes(teach->boards->pdata[i], wire))
			return TRUE;
	return FALSE;
}

/* A board that USB does not show may lie there too, and has a chip that a probe reaches: every wire that is
 * not this board's goes low. Who is still seen then would be taken for one that has come again. */
gboolean teach_only(Teach *teach, const TeachBoard *one, GError **error)
{
	for (gint wire = 0; wire < teach_wires(teach); wire++)
		teach_stage(teach, wire, takes(one, wire));
	if (!teach_apply(teach, error) || !teach_pause(teach, OFF_MS, error))
		return FALSE;
	teach_await_gone(teach, one);
	return TRUE;
}

/* What may be BOOT0 before what may be power. */
gboolean teach_all_on(Teach *teach, GError **error)
{
	for (guint power = 0; power <= 1; power++) {
		for (gint wire = 0; wire < teach_wires(teach); wire++)
			if (teach_takes_any(teach, wire) == (power == 1) &&
				!teach_wire(teach, wire)->held_off)
				teach_stage(teach, wire, TRUE);
		if (!teach_apply(teach, error))
			return FALSE;
	}
	return TRUE;
}

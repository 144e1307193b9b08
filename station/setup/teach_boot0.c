/* Whose wire is BOOT0: who does not start in ST's ROM while it is low. */
#include "setup/teach_parts.h"

enum { LEAST_MS = 200 }; /* for one that comes later than the others */

static gboolean is_candidate(const Teach *teach, gint wire)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->boot0 == wire)
			return FALSE;
	return !teach_takes_any(teach, wire) && !teach_wire_taken(teach, wire);
}

static guint count_rom(const Teach *teach)
{
	guint count = 0;

	for (guint i = 0; i < teach->boards->len; i++)
		count += ((const TeachBoard *)teach->boards->pdata[i])->in_rom;
	return count;
}

/* Until so many are in ROM, or not for ever. */
static void await_rom(Teach *teach, guint count, guint ms)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, ms, 0);
	for (teach_look(teach); count_rom(teach) < count && watch_ok(&watch, NULL);
		teach_look(teach))
		usb_await_change(teach->options->usb, TEACH_LOOK_MS, &watch);
}

/* Who does not start in ROM with this wire low? Exactly one: it is his. */
static gboolean try_boot0(Teach *teach, gint wire, GError **error)
{
	TeachBoard *other = NULL;
	guint late_ms = teach->boards->len > 1 ? teach->came_ms / 2 : teach->came_ms * 3 / 2;

	if (!teach_only(teach, NULL, error) || !teach_all_on(teach, wire, error))
		return FALSE;
	/* A single one that is late is waited for half as long again as all have needed before. */
	await_rom(teach, teach->boards->len - 1, TEACH_BACK_MS);
	await_rom(teach, teach->boards->len, MAX(LEAST_MS, late_ms));
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!board->in_rom && board->boot0 == NO_WIRE &&
			count_rom(teach) + 1 == teach->boards->len)
			other = board;
	}
	if (other)
		other->boot0 = wire;
	return teach_set(teach, wire, TRUE, error);
}

static gboolean all_have_boot0(const Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->boot0 == NO_WIRE)
			return FALSE;
	return TRUE;
}

gboolean teach_find_boot0(Teach *teach, GError **error)
{
	teach_look(teach);
	/* Without BOOT0 wires boards start what is in their flash. */
	if (count_rom(teach) < teach->boards->len)
		return TRUE;
	for (gint wire = 0; wire < teach_wires(teach) && !all_have_boot0(teach); wire++)
		if (is_candidate(teach, wire) && !try_boot0(teach, wire, error))
			return FALSE;
	return TRUE;
}

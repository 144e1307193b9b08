/* Whose wire is BOOT0: who does not start in ST's ROM while it is off. */
#include "setup/teach_parts.h"

enum { LEAST_MS = 200 }; /* for one that comes later than the others */

static gboolean is_candidate(const Teach *teach, gint wire)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->boot0 == wire)
			return FALSE;
	return !teach_is_hub(teach, wire) && !teach_takes_any(teach, wire) &&
	       !teach_wire_taken(teach, wire);
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

/* Cuts the power of all and gives it back, with some wires held off; they are on again when this returns. */
static gboolean start_boards(Teach *teach, guint want_rom, guint late_ms, GError **error)
{
	gboolean started = teach_only(teach, NULL, error) && teach_all_on(teach, error);

	if (started) {
		await_rom(teach, want_rom, TEACH_BACK_MS);
		await_rom(teach, teach->boards->len, late_ms);
	}
	for (gint wire = 0; wire < teach_wires(teach); wire++)
		teach_wire(teach, wire)->held_off = FALSE;
	return started;
}

/* ---- one by one -------------------------------------------------------------------------------- */

/* Who does not start in ROM with this wire off? Exactly one: it is his. */
static gboolean try_boot0(Teach *teach, gint wire, GError **error)
{
	TeachBoard *other = NULL;
	guint late_ms = teach->boards->len > 1 ? teach->came_ms / 2 : teach->came_ms * 3 / 2;

	teach_wire(teach, wire)->held_off = TRUE;
	/* A single one that is late is waited for half as long again as all have needed before. */
	if (!start_boards(teach, teach->boards->len - 1, MAX(LEAST_MS, late_ms), error))
		return FALSE;
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

static gboolean one_by_one(Teach *teach, GError **error)
{
	for (gint wire = 0; wire < teach_wires(teach) && !all_have_boot0(teach); wire++)
		if (is_candidate(teach, wire) && !try_boot0(teach, wire, error))
			return FALSE;
	return TRUE;
}

/* ---- all at once ------------------------------------------------------------------------------- */

/* Numbers from 1 for the wires that may be BOOT0. Boards start once for each bit, with the wires off whose number has
 * it: those that then do not start in ROM have it in the number of their BOOT0. */
static gboolean read_numbers(Teach *teach, const GArray *wires, guint *numbers, GError **error)
{
	guint late_ms = MAX(2 * LEAST_MS, 2 * teach->came_ms);

	for (guint bit = 0; wires->len >> bit; bit++) {
		for (guint i = 0; i < wires->len; i++)
			teach_wire(teach, g_array_index(wires, gint, i))->held_off =
				(i + 1) >> bit & 1;
		if (!start_boards(teach, 0, late_ms, error))
			return FALSE;
		for (guint i = 0; i < teach->boards->len; i++)
			if (!((const TeachBoard *)teach->boards->pdata[i])->in_rom)
				numbers[i] |= 1u << bit;
	}
	return TRUE;
}

static gboolean take_numbers(Teach *teach, const GArray *wires, const guint *numbers)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		if (numbers[i] > wires->len)
			return FALSE;
		for (guint j = 0; j < i; j++)
			if (numbers[i] && numbers[i] == numbers[j])
				return FALSE;
	}
	for (guint i = 0; i < teach->boards->len; i++)
		if (numbers[i])
			((TeachBoard *)teach->boards->pdata[i])->boot0 =
				g_array_index(wires, gint, numbers[i] - 1);
	return TRUE;
}

/* A board that was late has a number with too many bits. With nothing on but the wires that were found, all must start in
 * ROM. */
static gboolean prove(Teach *teach, const GArray *wires, gboolean *proven, GError **error)
{
	for (guint i = 0; i < wires->len; i++) {
		gint wire = g_array_index(wires, gint, i);

		teach_wire(teach, wire)->held_off = is_candidate(teach, wire);
	}
	if (!start_boards(teach, 0, TEACH_BACK_MS, error))
		return FALSE;
	*proven = count_rom(teach) == teach->boards->len;
	return TRUE;
}

static gboolean all_at_once(Teach *teach, gboolean *proven, GError **error)
{
	g_autoptr(GArray) candidates = g_array_new(FALSE, FALSE, sizeof(gint));
	g_autofree guint *numbers = g_new0(guint, teach->boards->len);

	for (gint wire = 0; wire < teach_wires(teach); wire++)
		if (is_candidate(teach, wire))
			g_array_append_val(candidates, wire);
	if (!read_numbers(teach, candidates, numbers, error))
		return FALSE;
	*proven = FALSE;
	return !take_numbers(teach, candidates, numbers) || prove(teach, candidates, proven, error);
}

/* BOOT0 counts as power comes (boards.md section 1.6): a reset shows nothing of it. */
static void say_uncut(const Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		if (teach->pin_wires && !board->in_rom && board->power == NO_WIRE)
			teach_say(teach,
				"  port %s: nothing here cuts the board's power, and BOOT0 counts "
				"only as power comes: its pin cannot be found. Teach it again once "
				"its power is switched.\n",
				board->port);
	}
}

gboolean teach_find_boot0(Teach *teach, GError **error)
{
	gboolean proven;

	teach_look(teach);
	/* Without BOOT0 wires boards start what is in their flash. */
	if (count_rom(teach) < teach->boards->len) {
		say_uncut(teach);
		return TRUE;
	}
	if (!all_at_once(teach, &proven, error))
		return FALSE;
	if (proven)
		return TRUE;
	for (guint i = 0; i < teach->boards->len; i++)
		((TeachBoard *)teach->boards->pdata[i])->boot0 = NO_WIRE;
	return one_by_one(teach, error);
}

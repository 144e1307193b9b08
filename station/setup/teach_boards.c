/* Which board stands on which port, and which pins take it away. */
#include "core/failure.h"
#include "setup/teach_parts.h"

enum {
	/* A supply's capacitors and the hub's notice: what comes later is taken for the next wire's doing. */
	GONE_MS = 800,
	TOGETHER_BACK_MS = 2000,
};

/* ---- boards and their ports -------------------------------------------------------------------- */

static gboolean is_known(const Teach *teach, const UsbEntry *entry)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; i < teach->done->len; i++)
		if (thing_on_port(entry, ((const TeachBoard *)teach->done->pdata[i])->port))
			return TRUE;
	return fixture && thing_claim(fixture, entry).board;
}

static void add_board(Teach *teach, const char *port)
{
	TeachBoard *board = g_new0(TeachBoard, 1);

	board->port = g_strdup(port);
	board->there = TRUE;
	board->takes = g_array_new(FALSE, FALSE, sizeof(gint));
	board->power = board->boot0 = board->nrst = NO_WIRE;
	board->present = board->lid = board->start = NO_WIRE;
	for (guint lamp = 0; lamp < TEACH_LAMPS; lamp++)
		board->lamps[lamp] = NO_WIRE;
	g_ptr_array_add(teach->boards, board);
}

/* ---- which wires take them away ---------------------------------------------------------------- */

/* A wire that all share belongs to no slot. */
static void note_wire(Teach *teach, gint wire)
{
	if (teach->boards->len - teach_count_there(teach) != 1)
		return;
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!board->there)
			g_array_append_val(board->takes, wire);
	}
}

static gboolean await_back(Teach *teach, gint first, gint end, GError **error)
{
	g_autofree char *name = NULL;

	/* Where a slot's power and BOOT0 are among these, they have come together. */
	if (end - first > 1 && !teach_await_all(teach, TOGETHER_BACK_MS) &&
		!teach_restart(teach, first, end, error))
		return FALSE;
	if (teach_await_all(teach, TEACH_BACK_MS))
		return TRUE;
	name = teach_wire_name(teach, first);
	g_set_error(error, FAILURE, FAILURE_USB_NOT_SEEN,
		"pin %s%s took a board off the bus, and it did not come back", name,
		end - first > 1 ? " or one behind it" : "");
	return FALSE;
}

gboolean teach_switch_some(
	Teach *teach, gint first, gint end, guint gone_ms, guint *gone, GError **error)
{
	if (!teach_set_some(teach, first, end, FALSE, error))
		return FALSE;
	teach_await_loss(teach, gone_ms);
	*gone = teach->boards->len - teach_count_there(teach);
	if (*gone && end - first == 1)
		note_wire(teach, first);
	return teach_set_some(teach, first, end, TRUE, error) &&
	       (!*gone || await_back(teach, first, end, error));
}

/* The lowest of these wires that takes a board away, as they do together: by halves. */
static gboolean find_lowest(Teach *teach, gint first, gint end, gint *lowest, GError **error)
{
	gboolean noted = FALSE;
	guint gone;

	while (end - first > 1) {
		gint middle = first + (end - first) / 2;

		if (!teach_switch_some(teach, first, middle, GONE_MS, &gone, error))
			return FALSE;
		noted = gone && middle - first == 1;
		if (gone)
			end = middle;
		else
			first = middle;
	}
	*lowest = first;
	return noted || teach_switch_some(teach, first, end, GONE_MS, &gone, error);
}

static gboolean try_each(Teach *teach, gint first, gint end, GError **error)
{
	guint gone;

	for (gint wire = first; wire < end; wire++)
		if (!teach_switch_some(teach, wire, wire + 1, GONE_MS, &gone, error))
			return FALSE;
	return TRUE;
}

/* Most wires take nobody away, and a look at each would take its time: first all of a channel together; where few
 * boards hang on it, one wire is found, and what lies behind it is tried together again. */
static gboolean try_some(Teach *teach, gint first, gint end, GError **error)
{
	for (; first < end; first++) {
		guint gone;

		if (!teach_switch_some(teach, first, end, GONE_MS, &gone, error))
			return FALSE;
		if (!gone || end - first == 1)
			return TRUE;
		if (2 * (gint)gone >= end - first)
			return try_each(teach, first, end, error);
		if (!find_lowest(teach, first, end, &first, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- at which levels --------------------------------------------------------------------------- */

/* Who comes up with this pattern of levels; `in_rom`: one of them in ST's ROM. */
static gboolean try_levels(
	Teach *teach, guint pattern, gboolean each, gboolean *in_rom, GError **error)
{
	g_autoptr(GPtrArray) list = NULL;

	*in_rom = FALSE;
	g_ptr_array_set_size(teach->boards, 0);
	if (!teach_levels(teach, pattern, error) ||
		!(each ? teach_restart(teach, 0, teach_wires(teach), error)
		       : teach_restart_channels(teach, error)) ||
		!(list = teach_settled_list(teach, error)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (!thing_is_board(thing_kind(entry)) || is_known(teach, entry))
			continue;
		add_board(teach, entry->port);
		*in_rom |= thing_kind(entry) == THING_ROM;
	}
	return TRUE;
}

/* Power and BOOT0 are on different channels mostly, which takes a moment; where they share one, a board may come up, but
 * not in ROM. */
static gboolean try_pattern(Teach *teach, guint pattern, gboolean *in_rom, GError **error)
{
	if (teach_levels_each(teach, pattern) == TEACH_EACH_ALWAYS)
		return try_levels(teach, pattern, TRUE, in_rom, error);
	if (!try_levels(teach, pattern, FALSE, in_rom, error))
		return FALSE;
	if (*in_rom || !teach->boards->len || teach_levels_each(teach, pattern) == TEACH_EACH_NEVER)
		return TRUE;
	return try_levels(teach, pattern, TRUE, in_rom, error);
}

/* ... or not at all, if it is blank. */
static gboolean try_harder(Teach *teach, gboolean *in_rom, GError **error)
{
	for (guint i = 0; i < teach_levels_count(teach) && !teach->boards->len; i++)
		if (teach_levels_each(teach, i) == TEACH_EACH_LATE &&
			!try_levels(teach, i, TRUE, in_rom, error))
			return FALSE;
	return TRUE;
}

/* Those levels at which boards start in ST's ROM; where none does, those at which boards come up at all. The pattern
 * that was right before is tried first. */
static gboolean find_levels(Teach *teach, GError **error)
{
	guint before = teach->levels, count = teach_levels_count(teach), best = count;
	gboolean in_rom = FALSE;

	/* Slots of one fixture are wired alike. */
	if (teach->done->len)
		return try_pattern(teach, before, &in_rom, error) &&
		       (teach->boards->len || teach_levels_each(teach, before) != TEACH_EACH_LATE ||
			       try_levels(teach, before, TRUE, &in_rom, error));
	for (guint i = 0; i < count; i++) {
		guint pattern = i == 0 ? before : i <= before ? i - 1 : i;

		if (i == 1 && !teach->boards->len)
			teach_say(teach, "  Nothing came up; trying other levels ...\n");
		if (!try_pattern(teach, pattern, &in_rom, error))
			return FALSE;
		if (in_rom)
			return TRUE;
		if (teach->boards->len && best == count)
			best = pattern;
	}
	return best < count ? try_pattern(teach, best, &in_rom, error)
			    : try_harder(teach, &in_rom, error);
}

/* Power and reset. */
static gboolean all_have_two(const Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->takes->len < 2)
			return FALSE;
	return TRUE;
}

gboolean teach_find_boards(Teach *teach, GError **error)
{
	if (!find_levels(teach, error))
		return FALSE;
	for (gint wire = 0, end; teach->boards->len && wire < teach->pin_wires; wire = end) {
		/* What is left takes nobody, most likely. */
		end = all_have_two(teach) ? teach->pin_wires : teach_channel_end(teach, wire);
		if (!try_some(teach, wire, end, error))
			return FALSE;
	}
	return teach_try_hubs(teach, error);
}

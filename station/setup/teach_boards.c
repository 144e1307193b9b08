/* Which board stands on which port, and which pins take it away. */
#include "core/failure.h"
#include "setup/teach_parts.h"

enum {
	TOGETHER_BACK_MS = 2000,
	CHANNEL = 8, /* wires */
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
	g_ptr_array_add(teach->boards, board);
}

/* ---- which wires take them away ---------------------------------------------------------------- */

static gboolean try_wire(Teach *teach, gint wire, GError **error)
{
	guint gone;

	if (!teach_set(teach, wire, FALSE, error))
		return FALSE;
	teach_await_loss(teach);
	gone = teach->boards->len - teach_count_there(teach);
	/* A wire that all share belongs to no slot. */
	for (guint i = 0; gone == 1 && i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!board->there)
			g_array_append_val(board->takes, wire);
	}
	if (!teach_set(teach, wire, TRUE, error))
		return FALSE;
	if (gone && !teach_await_all(teach, TEACH_BACK_MS)) {
		g_autofree char *name = teach_wire_name(teach, wire);

		g_set_error(error, FAILURE, FAILURE_USB_NOT_SEEN,
			"pin %s took a board off the bus, and it did not come back", name);
		return FALSE;
	}
	return TRUE;
}

static gboolean set_some(Teach *teach, gint first, gint end, gboolean high, GError **error)
{
	for (gint wire = first; wire < end; wire++)
		if (!teach_wire_taken(teach, wire) && !teach_set(teach, wire, high, error))
			return FALSE;
	return TRUE;
}

/* Most wires take nobody away, and a look at each would take its time: first all of a channel together. */
static gboolean try_some(Teach *teach, gint first, gint end, GError **error)
{
	gboolean idle;

	if (!set_some(teach, first, end, FALSE, error))
		return FALSE;
	teach_await_loss(teach);
	idle = teach_all_there(teach);
	if (!set_some(teach, first, end, TRUE, error))
		return FALSE;
	if (idle)
		return TRUE;
	/* Where a slot's power and BOOT0 are among these, they have come together. */
	if (!teach_await_all(teach, TOGETHER_BACK_MS) && !teach_restart(teach, first, end, error))
		return FALSE;
	if (!teach_await_all(teach, TEACH_BACK_MS)) {
		g_autofree char *name = teach_wire_name(teach, first);

		g_set_error(error, FAILURE, FAILURE_USB_NOT_SEEN,
			"pin %s and those behind it took boards off the bus, and they did not come "
			"back",
			name);
		return FALSE;
	}
	for (gint wire = first; wire < end; wire++)
		if (!teach_wire_taken(teach, wire) && !try_wire(teach, wire, error))
			return FALSE;
	return TRUE;
}

gboolean teach_find_boards(Teach *teach, GError **error)
{
	g_autoptr(GPtrArray) list = NULL;

	if (!teach_restart(teach, 0, teach_wires(teach), error) ||
		!(list = teach_settled_list(teach, error)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_is_board(thing_kind(entry)) && !is_known(teach, entry))
			add_board(teach, entry->port);
	}
	for (gint wire = 0; teach->boards->len && wire < teach_wires(teach); wire += CHANNEL)
		if (!try_some(teach, wire, MIN(wire + CHANNEL, teach_wires(teach)), error))
			return FALSE;
	return TRUE;
}

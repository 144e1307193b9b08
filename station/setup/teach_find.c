/* Which board stands on which port, and which pins take it away. */
#include "core/failure.h"
#include "setup/devices.h"
#include "setup/teach_parts.h"

#include <string.h>

enum {
	/* A supply's capacitors and the hub's notice; the ROM, and its enumeration, need 0.3 s. */
	GONE_MS = 800,
	TOGETHER_MS = 150, /* what one pin does, it does to all at once */
	BACK_MS = 8000,
	LEAST_MS = 200,   /* for one that comes later than the others */
	PULSE_MS = 100,   /* a board that runs empties 100 uF in some 20 ms */
	OFF_MS = 250,     /* the same, of a board whose core is halted */
	SETTLE_MS = 1000, /* nothing has come or gone for so long */
	SETTLED_MS = 20000,
	LOOK_MS = 50,
	TOGETHER_BACK_MS = 2000,
	CHANNEL = 8, /* wires */
};

static gint wires(const Teach *teach)
{
	return (gint)teach->wires->len;
}

gboolean teach_pause(Teach *teach, guint ms, GError **error)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, ms + 1000, 0);
	return watch_sleep(&watch, ms, error);
}

/* ---- looking ----------------------------------------------------------------------------------- */

void teach_look(Teach *teach)
{
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);

	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];
		const UsbEntry *entry = devices_board(list, board->port);

		board->there = entry != NULL;
		board->in_rom = entry && thing_kind(entry) == THING_ROM;
	}
}

static guint count_there(const Teach *teach)
{
	guint count = 0;

	for (guint i = 0; i < teach->boards->len; i++)
		count += ((const TeachBoard *)teach->boards->pdata[i])->there;
	return count;
}

gboolean teach_all_there(const Teach *teach)
{
	return count_there(teach) == teach->boards->len;
}

gboolean teach_await_all(Teach *teach, guint ms)
{
	Watch watch = {.stop = teach->options->stop};
	gint64 begin_us = g_get_monotonic_time();

	watch_begin(&watch, ms, 0);
	for (teach_look(teach); !teach_all_there(teach) && watch_ok(&watch, NULL);
		teach_look(teach))
		usb_await_change(teach->options->usb, LOOK_MS, &watch);
	teach->came_ms = (guint)((g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND);
	return teach_all_there(teach);
}

/* Until somebody is missing, and then a moment for those who go with him. */
static void await_loss(Teach *teach)
{
	Watch watch = {.stop = teach->options->stop};

	watch_begin(&watch, GONE_MS, 0);
	for (teach_look(teach); teach_all_there(teach) && watch_ok(&watch, NULL); teach_look(teach))
		usb_await_change(teach->options->usb, LOOK_MS, &watch);
	if (teach_all_there(teach))
		return;
	(void)!teach_pause(teach, TOGETHER_MS, NULL);
	teach_look(teach);
}

/* ---- boards and their ports -------------------------------------------------------------------- */

/* BOOT0 must be high before power comes, and nobody knows which is which: each wire alone goes low and
 * comes back, while all the others are high. */
static gboolean restart(Teach *teach, gint first, gint end, GError **error)
{
	for (gint wire = first; wire < end; wire++)
		if (!teach_set(teach, wire, FALSE, error) || !teach_pause(teach, PULSE_MS, error) ||
			!teach_set(teach, wire, TRUE, error))
			return FALSE;
	return TRUE;
}

static char *ports_text(const GPtrArray *list)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_is_board(thing_kind(entry)))
			g_string_append_printf(text, "%s ", entry->port);
	}
	return g_string_free(text, FALSE);
}

/* Everything on the bus, once no board has come or gone for a while. */
static GPtrArray *settled_list(Teach *teach, GError **error)
{
	Watch watch = {.stop = teach->options->stop};
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);
	gint64 since_us = g_get_monotonic_time();

	watch_begin(&watch, SETTLED_MS, 0);
	while (g_get_monotonic_time() - since_us < SETTLE_MS * G_TIME_SPAN_MILLISECOND) {
		g_autofree char *before = ports_text(list), *now = NULL;

		if (!watch_ok(&watch, error))
			return NULL;
		usb_await_change(teach->options->usb, LOOK_MS, &watch);
		g_ptr_array_unref(list);
		list = usb_list(teach->options->usb);
		now = ports_text(list);
		if (strcmp(before, now) != 0)
			since_us = g_get_monotonic_time();
	}
	return g_steal_pointer(&list);
}

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
	await_loss(teach);
	gone = teach->boards->len - count_there(teach);
	/* A wire that all share belongs to no slot. */
	for (guint i = 0; gone == 1 && i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		if (!board->there)
			g_array_append_val(board->takes, wire);
	}
	if (!teach_set(teach, wire, TRUE, error))
		return FALSE;
	if (gone && !teach_await_all(teach, BACK_MS)) {
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
	await_loss(teach);
	idle = teach_all_there(teach);
	if (!set_some(teach, first, end, TRUE, error))
		return FALSE;
	if (idle)
		return TRUE;
	/* Where a slot's power and BOOT0 are among these, they have come together. */
	if (!teach_await_all(teach, TOGETHER_BACK_MS) && !restart(teach, first, end, error))
		return FALSE;
	if (!teach_await_all(teach, BACK_MS)) {
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

	if (!restart(teach, 0, wires(teach), error) || !(list = settled_list(teach, error)))
		return FALSE;
	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		if (thing_is_board(thing_kind(entry)) && !is_known(teach, entry))
			add_board(teach, entry->port);
	}
	for (gint wire = 0; teach->boards->len && wire < wires(teach); wire += CHANNEL)
		if (!try_some(teach, wire, MIN(wire + CHANNEL, wires(teach)), error))
			return FALSE;
	return TRUE;
}

/* ---- power of some ----------------------------------------------------------------------------- */

static gboolean takes(const TeachBoard *board, gint wire)
{
	for (guint i = 0; board && i < board->takes->len; i++)
		if (g_array_index(board->takes, gint, i) == wire)
			return TRUE;
	return FALSE;
}

static gboolean takes_any(const Teach *teach, gint wire)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (takes(teach->boards->pdata[i], wire))
			return TRUE;
	return FALSE;
}

/* A board that USB does not show may lie there too, and has a chip that a probe reaches: every wire that is
 * not this board's goes low. */
gboolean teach_only(Teach *teach, const TeachBoard *one, GError **error)
{
	for (gint wire = 0; wire < wires(teach); wire++)
		if (!teach_set(teach, wire, takes(one, wire), error))
			return FALSE;
	return teach_pause(teach, OFF_MS, error);
}

/* What may be BOOT0 before what may be power. */
gboolean teach_all_on(Teach *teach, gint but, GError **error)
{
	for (guint power = 0; power <= 1; power++)
		for (gint wire = 0; wire < wires(teach); wire++)
			if (takes_any(teach, wire) == (power == 1) && wire != but &&
				!teach_set(teach, wire, TRUE, error))
				return FALSE;
	return TRUE;
}

/* ---- BOOT0 ------------------------------------------------------------------------------------- */

static gboolean is_candidate(const Teach *teach, gint wire)
{
	for (guint i = 0; i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->boot0 == wire)
			return FALSE;
	return !takes_any(teach, wire) && !teach_wire_taken(teach, wire);
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
		usb_await_change(teach->options->usb, LOOK_MS, &watch);
}

/* Who does not start in ROM with this wire low? Exactly one: it is his. */
static gboolean try_boot0(Teach *teach, gint wire, GError **error)
{
	TeachBoard *other = NULL;
	guint late_ms = teach->boards->len > 1 ? teach->came_ms / 2 : teach->came_ms * 3 / 2;

	if (!teach_only(teach, NULL, error) || !teach_all_on(teach, wire, error))
		return FALSE;
	/* A single one that is late is waited for half as long again as all have needed before. */
	await_rom(teach, teach->boards->len - 1, BACK_MS);
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
	for (gint wire = 0; wire < wires(teach) && !all_have_boot0(teach); wire++)
		if (is_candidate(teach, wire) && !try_boot0(teach, wire, error))
			return FALSE;
	return TRUE;
}

/* Inputs: what the operator's hands do to boards, lids and buttons, and which pin tells it. */
#include "setup/teach_parts.h"

/* Of several pins none is believed. */
static gint single(const Teach *teach, const GArray *wires)
{
	g_autoptr(GString) names = g_string_new(NULL);

	if (wires->len == 1)
		return g_array_index(wires, gint, 0);
	for (guint i = 0; i < wires->len; i++) {
		g_autofree char *name = teach_wire_name(teach, g_array_index(wires, gint, i));

		g_string_append_printf(names, "%s%s", i ? ", " : "", name);
	}
	if (wires->len)
		teach_say(teach, "  %s changed together: none is taken.\n", names->str);
	else
		teach_say(teach, "  No pin changed: nothing is taken.\n");
	return NO_WIRE;
}

static void say_found(const Teach *teach, const char *what, gint wire)
{
	g_autofree char *name = wire == NO_WIRE ? NULL : teach_wire_name(teach, wire);

	if (name)
		teach_say(teach, "  %s: %s, active %s\n", what, name,
			teach_wire(teach, wire)->active_low ? "low" : "high");
}

/* ---- present ----------------------------------------------------------------------------------- */

void teach_keep_present(Teach *teach)
{
	gint wire = NO_WIRE;
	guint count = 0;

	for (guint i = 0; i < teach->fresh->len; i++) {
		gint fresh = g_array_index(teach->fresh, gint, i);

		if (teach_wire_is(teach, fresh, TEACH_POWER | TEACH_RESET))
			continue;
		wire = fresh;
		count++;
	}
	if (teach->boards->len == 1 && count == 1)
		((TeachBoard *)teach->boards->pdata[0])->present = wire;
}

static gboolean ask_one(Teach *teach, TeachBoard *board, GError **error)
{
	g_autoptr(GArray) wires = g_array_new(FALSE, FALSE, sizeof(gint));
	g_autofree char *answer = NULL;

	if (!teach_listen(teach, error))
		return FALSE;
	answer = teach_ask(teach,
		"  Take the board out of slot %u and press Enter, so that its 'present' input is "
		"found "
		"('no': slots have none): ",
		board->number);
	teach->no_present = teach_is_no(answer);
	if (teach->no_present)
		return TRUE;
	if (!teach_changed(teach, wires, error))
		return FALSE;
	board->present = single(teach, wires);
	/* It is at rest now. */
	if (board->present != NO_WIRE)
		teach_wire(teach, board->present)->active_low ^= TRUE;
	say_found(teach, "present", board->present);
	return TRUE;
}

gboolean teach_ask_present(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->done->len && !teach->no_present; i++) {
		TeachBoard *board = teach->done->pdata[i];

		if (!board->asked && board->present == NO_WIRE && !ask_one(teach, board, error))
			return FALSE;
		board->asked = TRUE;
	}
	return TRUE;
}

/* ---- lids and start buttons -------------------------------------------------------------------- */

typedef struct {
	const char *word, *begin, *now;
} Button;

static const Button lid = {
	"lid", "Open it, press Enter, and close it then", "Close it now (within 30 s) ..."};
static const Button start = {
	"start button", "Press Enter, and then the button", "Press it now (within 30 s) ..."};

/* `number`: of a slot, 0: the fixture. FALSE in *has: there is none. */
static gboolean ask_button(
	Teach *teach, const Button *button, guint number, gint *wire, gboolean *has, GError **error)
{
	g_autoptr(GArray) wires = g_array_new(FALSE, FALSE, sizeof(gint));
	g_autofree char *whose =
		number ? g_strdup_printf("slot %u", number) : g_strdup("the fixture as a whole");
	g_autofree char *answer = teach_ask(
		teach, "Has %s a %s? %s ('no': it has none): ", whose, button->word, button->begin);

	*has = !teach_is_no(answer);
	if (!*has)
		return TRUE;
	if (!teach_listen(teach, error))
		return FALSE;
	teach_say(teach, "  %s\n", button->now);
	if (!teach_await_changed(teach, wires, error))
		return FALSE;
	*wire = single(teach, wires);
	say_found(teach, button->word, *wire);
	return TRUE;
}

static gboolean is_named(const Teach *teach, Signal signal)
{
	const Fixture *fixture = teach->options->fixture;

	return fixture && fixture->pins[signal].controller;
}

/* One of the fixture, or one a slot; a slot without one ends the questions. */
static gboolean ask_kind(Teach *teach, Signal signal, GError **error)
{
	const Button *button = signal == SIGNAL_LID ? &lid : &start;
	gboolean has = is_named(teach, signal);

	if (!has && !ask_button(teach, button, 0,
			    signal == SIGNAL_LID ? &teach->lid : &teach->start, &has, error))
		return FALSE;
	if (has)
		return TRUE;
	for (guint i = 0; i < teach->done->len; i++) {
		TeachBoard *board = teach->done->pdata[i];

		if (!ask_button(teach, button, board->number,
			    signal == SIGNAL_LID ? &board->lid : &board->start, &has, error))
			return FALSE;
		if (!has)
			break;
	}
	return TRUE;
}

gboolean teach_ask_buttons(Teach *teach, GError **error)
{
	return ask_kind(teach, SIGNAL_LID, error) && ask_kind(teach, SIGNAL_START, error);
}

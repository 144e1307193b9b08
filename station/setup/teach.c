#include "setup/teach_parts.h"

#include "core/failure.h"

#include <string.h>

/* ---- one round --------------------------------------------------------------------------------- */

static void say_wire(const Teach *teach, const char *what, gint wire)
{
	g_autofree char *name = wire == NO_WIRE ? NULL : teach_wire_name(teach, wire);

	teach_say(teach, ", %s %s", what, name ? name : "not found");
}

static gint by_number(gconstpointer a, gconstpointer b)
{
	return (gint)(*(TeachBoard *const *)a)->number - (gint)(*(TeachBoard *const *)b)->number;
}

static void keep_boards(Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		teach_say(teach, "  slot %u: port %s, probe %s", board->number, board->port,
			board->probe ? board->probe : "none");
		say_wire(teach, "power", board->power);
		say_wire(teach, "boot0", board->boot0);
		say_wire(teach, "nrst", board->nrst);
		if (board->present != NO_WIRE)
			say_wire(teach, "present", board->present);
		teach_say(teach, "%s%s\n", *board->uid ? ", chip " : "", board->uid);
	}
	teach_levels_keep(teach);
	teach_keep_present(teach);
	g_ptr_array_extend_and_steal(teach->done, g_steal_pointer(&teach->boards));
	g_ptr_array_sort(teach->done, by_number);
}

static void board_free(gpointer data)
{
	TeachBoard *board = data;

	g_array_unref(board->takes);
	g_free(board->port);
	g_free(board->probe);
	g_free(board->fed);
	g_free(board);
}

/* Who lies there, and with which wires. */
static gboolean find_all(Teach *teach, GError **error)
{
	g_ptr_array_set_size(teach->boards, 0);
	if (!teach_open_wires(teach, error) || !teach_find_boards(teach, error))
		return FALSE;
	if (!teach->boards->len)
		return TRUE;
	if (!teach_find_probes(teach, error))
		return FALSE;
	(void)teach_await_all(teach, TEACH_BACK_MS);
	return teach_find_boot0(teach, error);
}

static gboolean is_whole(const Teach *teach)
{
	for (guint i = 0; i < teach->boards->len; i++) {
		const TeachBoard *board = teach->boards->pdata[i];

		if (board->power == NO_WIRE || board->boot0 == NO_WIRE || board->nrst == NO_WIRE)
			return FALSE;
	}
	return teach->boards->len > 0;
}

/* A pin that changed as the boards were put in is an input, most likely: a switch that holds it. It is driven only where
 * something else is missing, for an empty board pulls at its wires too. */
static gboolean find_whole(Teach *teach, GError **error)
{
	if (!find_all(teach, error))
		return FALSE;
	if (is_whole(teach) || !teach->fresh->len)
		return TRUE;
	teach_close_wires(teach);
	teach_hold(teach, FALSE);
	return find_all(teach, error);
}

static gboolean finish(Teach *teach, GError **error)
{
	if (!teach->boards->len) {
		teach_say(teach,
			"  No board came up that the file does not know. Is there one, are its USB "
			"cable and its probe in?\n");
		return TRUE;
	}
	return teach_number(teach, error) && teach_confirm(teach, error);
}

static gboolean round_of(Teach *teach, GError **error)
{
	guint before = teach->done->len;
	gboolean found;

	teach->boards = g_ptr_array_new_with_free_func(board_free);
	teach_say(teach, "  Looking: this takes some seconds a slot ...\n");
	teach_hold(teach, TRUE);
	found = find_whole(teach, error) && finish(teach, error);
	if (found)
		keep_boards(teach);
	teach_close_wires(teach);
	g_clear_pointer(&teach->boards, g_ptr_array_unref);
	if (!found || teach->done->len == before)
		return found;
	/* What is taught is in the file before anything else is asked. */
	return teach_write(teach, error) && teach_ask_present(teach, error) &&
	       teach_write(teach, error);
}

/* ---- the whole --------------------------------------------------------------------------------- */

static gboolean agree(const Teach *teach)
{
	g_autofree char *answer = NULL;
	gboolean chips = FALSE;

	for (guint i = 0; i < teach->banks->len; i++) {
		const TeachBank *bank = teach->banks->pdata[i];

		if (bank->controller.kind == CONTROLLER_HUB)
			teach_say(teach, "%s: hub on port %s, with ports that are off\n",
				bank->controller.name, bank->port);
		else
			teach_say(teach, "%s: %s %s on port %s\n", bank->controller.name,
				bank->controller.chip, bank->controller.serial, bank->port);
		chips |= bank->controller.kind == CONTROLLER_FTDI;
	}
	answer = teach_ask(teach,
		"%sWhere no pin is a board's power, the port of its hub is switched; ports that "
		"are "
		"off are switched on. Go on? [yes] ",
		chips ? "Every pin of these, and of expanders behind them, that the file does not "
			"name is going to be driven high and low. "
		      : "");
	return !teach_is_no(answer);
}

static gboolean run(Teach *teach, GError **error)
{
	gboolean gone = FALSE;
	guint number;

	if (!teach_find_banks(teach, error))
		return FALSE;
	if (!agree(teach)) {
		g_set_error(error, FAILURE, FAILURE_STOPPED, "not agreed: no pin was moved");
		return FALSE;
	}
	if (!teach_find_expanders(teach, error))
		return FALSE;
	while ((number = teach_next_number(teach))) {
		g_autofree char *answer = NULL;

		if (!teach_listen(teach, error))
			return FALSE;
		answer = teach_ask(teach,
			"Put one board into slot %u, or one into each slot that is left, and press "
			"Enter ('done' when all are taught): ",
			number);

		gone = !answer;
		if (gone || !g_ascii_strcasecmp(answer, "done"))
			break;
		if (!teach_changed(teach, teach->fresh, error) || !round_of(teach, error))
			return FALSE;
	}
	if (!teach->done->len || gone)
		return TRUE;
	return teach_ask_buttons(teach, error) && teach_write(teach, error) &&
	       teach_ask_lamps(teach, error) && teach_write(teach, error);
}

static void bank_free(gpointer data)
{
	TeachBank *bank = data;

	pin_bank_close(bank->bank);
	g_free((char *)bank->controller.name);
	g_free((char *)bank->controller.serial);
	g_free(bank->port);
	g_free((char *)bank->controller.port);
	g_free(bank);
}

gint teach(const TeachOptions *options, GError **error)
{
	Teach work = {.options = options};
	gint count;

	work.banks = g_ptr_array_new_with_free_func(bank_free);
	work.buses = g_ptr_array_new_with_free_func(teach_bus_free);
	work.wires = g_array_new(FALSE, FALSE, sizeof(TeachWire));
	work.done = g_ptr_array_new_with_free_func(board_free);
	work.fresh = g_array_new(FALSE, FALSE, sizeof(gint));
	work.lid = work.start = work.buzzer = NO_WIRE;
	setvbuf(options->in, NULL, _IONBF, 0); /* what poll() does not see cannot be waited for */
	(void)!run(&work, error);
	teach_park(&work);
	count = (gint)work.kept;
	g_free(work.written);
	g_array_unref(work.fresh);
	g_ptr_array_unref(work.done);
	g_array_unref(work.wires);
	g_ptr_array_unref(work.banks);
	g_ptr_array_unref(work.buses);
	return count;
}

#include "setup/teach_parts.h"

#include "core/failure.h"
#include "core/scalar.h"
#include "core/text.h"

#include <string.h>

enum { ANSWER_MAX = 256, SLOTS_MOST = 64 };

/* ---- the operator ------------------------------------------------------------------------------ */

void teach_say(const Teach *teach, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(teach->options->out, format, args);
	va_end(args);
	fflush(teach->options->out);
}

static gboolean stopped(const Teach *teach)
{
	return teach->options->stop && *teach->options->stop;
}

char *teach_ask(const Teach *teach, const char *format, ...)
{
	char line[ANSWER_MAX];
	va_list args;

	va_start(args, format);
	vfprintf(teach->options->out, format, args);
	va_end(args);
	fflush(teach->options->out);
	if (stopped(teach) || !fgets(line, sizeof line, teach->options->in)) {
		teach_say(teach, "\n");
		return NULL;
	}
	return g_strdup(g_strstrip(line));
}

static gboolean is_no(const char *answer)
{
	return !answer || *answer == 'n' || *answer == 'N';
}

/* ---- slots' numbers ---------------------------------------------------------------------------- */

static gboolean number_is_free(const Teach *teach, guint number)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; i < teach->done->len; i++)
		if (((const TeachBoard *)teach->done->pdata[i])->number == number)
			return FALSE;
	for (guint i = 0; teach->boards && i < teach->boards->len; i++)
		if (((const TeachBoard *)teach->boards->pdata[i])->number == number)
			return FALSE;
	return !fixture || !fixture_slot(fixture, number);
}

/* 0: none is left. */
static guint next_number(const Teach *teach)
{
	for (guint number = 1; number <= SLOTS_MOST; number++)
		if (number_is_free(teach, number))
			return number;
	return 0;
}

static gboolean number_in_order(Teach *teach)
{
	g_autoptr(GString) list = g_string_new(NULL);
	g_autofree char *answer = NULL;

	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];

		board->number = next_number(teach);
		g_string_append_printf(
			list, "%s%s is slot %u", i ? ", " : "", board->port, board->number);
	}
	if (teach->boards->len == 1)
		return TRUE;
	answer = teach_ask(
		teach, "  %u boards came up: %s. Right? [yes] ", teach->boards->len, list->str);
	return !is_no(answer);
}

/* Each board alone has power, so that its lamp tells which it is. */
static gboolean number_one_by_one(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->boards->len; i++)
		((TeachBoard *)teach->boards->pdata[i])->number = 0;
	for (guint i = 0; i < teach->boards->len; i++) {
		TeachBoard *board = teach->boards->pdata[i];
		gint64 number = 0;

		if (!teach_only(teach, board, error))
			return FALSE;
		while (!number) {
			g_autofree char *answer = teach_ask(teach,
				"  The board on port %s has power, no other. Its slot's number: ",
				board->port);

			if (!answer) {
				g_set_error(error, FAILURE, FAILURE_STOPPED,
					"nobody told the number of the slot with port %s",
					board->port);
				return FALSE;
			}
			if (!scalar_int(answer, &number) || number < 1 || number > SLOTS_MOST ||
				!number_is_free(teach, (guint)number))
				number = 0;
		}
		board->number = (guint)number;
	}
	return TRUE;
}

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
		teach_say(teach, "%s%s\n", *board->uid ? ", chip " : "", board->uid);
	}
	teach_levels_keep(teach);
	g_ptr_array_extend_and_steal(teach->done, g_steal_pointer(&teach->boards));
	g_ptr_array_sort(teach->done, by_number);
}

static void board_free(gpointer data)
{
	TeachBoard *board = data;

	g_array_unref(board->takes);
	g_free(board->port);
	g_free(board->probe);
	g_free(board);
}

static gboolean find_all(Teach *teach, GError **error)
{
	if (!teach_open_wires(teach, error) || !teach_find_boards(teach, error))
		return FALSE;
	if (!teach->boards->len) {
		teach_say(teach,
			"  No board came up that the file does not know. Is there one, are its USB "
			"cable and its probe in?\n");
		return TRUE;
	}
	if (!teach_find_probes(teach, error))
		return FALSE;
	(void)teach_await_all(teach, TEACH_BACK_MS);
	if (!teach_find_boot0(teach, error))
		return FALSE;
	if (!number_in_order(teach) && !number_one_by_one(teach, error))
		return FALSE;
	return teach_confirm(teach, error);
}

static gboolean round_of(Teach *teach, GError **error)
{
	gboolean found;

	teach->boards = g_ptr_array_new_with_free_func(board_free);
	teach_say(teach, "  Looking: this takes some seconds a slot ...\n");
	found = find_all(teach, error);
	teach_close_wires(teach);
	if (found)
		keep_boards(teach);
	g_clear_pointer(&teach->boards, g_ptr_array_unref);
	return found;
}

/* ---- the whole --------------------------------------------------------------------------------- */

static gboolean agree(const Teach *teach)
{
	g_autofree char *answer = NULL;

	for (guint i = 0; i < teach->banks->len; i++) {
		const TeachBank *bank = teach->banks->pdata[i];

		if (bank->pins)
			teach_say(teach, "%s: %s %s on port %s\n", bank->controller.name,
				bank->controller.chip, bank->controller.serial, bank->port);
	}
	answer = teach_ask(teach, "Every pin of these that the file does not name is going to be "
				  "driven high and low. "
				  "Go on? [yes] ");
	return !is_no(answer);
}

static gboolean run(Teach *teach, GError **error)
{
	guint number;

	if (!teach_find_banks(teach, error))
		return FALSE;
	if (!agree(teach)) {
		g_set_error(error, FAILURE, FAILURE_STOPPED, "not agreed: no pin was moved");
		return FALSE;
	}
	while ((number = next_number(teach))) {
		g_autofree char *answer = teach_ask(teach,
			"Put one board into slot %u, or one into each slot that is left, and press "
			"Enter ('done' when all are taught): ",
			number);

		if (!answer || !g_ascii_strcasecmp(answer, "done"))
			break;
		if (!round_of(teach, error))
			return FALSE;
	}
	return !teach->done->len || teach_write(teach, error);
}

static void bank_free(gpointer data)
{
	TeachBank *bank = data;

	pin_bank_close(bank->bank);
	g_free((char *)bank->controller.name);
	g_free((char *)bank->controller.serial);
	g_free(bank->port);
	g_free(bank);
}

gint teach(const TeachOptions *options, GError **error)
{
	Teach work = {.options = options};
	gint count = -1;

	work.banks = g_ptr_array_new_with_free_func(bank_free);
	work.wires = g_array_new(FALSE, FALSE, sizeof(TeachWire));
	work.done = g_ptr_array_new_with_free_func(board_free);
	if (run(&work, error))
		count = (gint)work.done->len;
	g_ptr_array_unref(work.done);
	g_array_unref(work.wires);
	g_ptr_array_unref(work.banks);
	return count;
}

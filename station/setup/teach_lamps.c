/*
 * Lamps and buzzer. Light is nothing that the station sees: pins that made nothing else happen are switched on, first those
 * of a channel together, then each alone, and the operator says what lights.
 *
 *   "red 3", "r3" ----------- by key
 *   "3", or the start button of slot 3 pressed ---- the colour said last, in this slot
 */
#include "setup/teach_parts.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
	Teach *teach;
	GArray *wires;     /* of gint: those that may be a lamp */
	gint colour;       /* said last; NO_WIRE: none yet */
	gboolean released; /* no start button is held since the question came */
} Lamps;

static const char *const words[] = {"red", "yellow", "green", "blue", "buzzer"};
enum { BUZZER = TEACH_LAMPS, WORDS };

/* ---- buttons ----------------------------------------------------------------------------------- */

static gboolean is_held(const Teach *teach, gint wire)
{
	const TeachWire *of = teach_wire(teach, wire);
	guint32 levels = 0;

	return teach_read(of->bank, &levels, NULL) &&
	       (levels >> of->index & 1) == (of->active_low ? 0 : 1);
}

/* A press is seen twice, after a look at which nobody held one. */
static char *pressed(gpointer data)
{
	Lamps *lamps = data;
	const Teach *teach = lamps->teach;

	for (guint i = 0; i < teach->done->len; i++) {
		const TeachBoard *board = teach->done->pdata[i];

		if (board->start == NO_WIRE || !is_held(teach, board->start))
			continue;
		if (!lamps->released || !is_held(teach, board->start))
			return NULL;
		lamps->released = FALSE;
		return g_strdup_printf("%u", board->number);
	}
	lamps->released = TRUE;
	return NULL;
}

/* ---- what the operator says -------------------------------------------------------------------- */

/* Letters that begin a word of `words`; its index, or NO_WIRE. */
static gint word_of(const char *text, gsize length)
{
	for (gint i = 0; length && i < WORDS; i++)
		if (!g_ascii_strncasecmp(words[i], text, length) &&
			(i != BUZZER || length == strlen(words[i])))
			return i;
	return NO_WIRE;
}

static TeachBoard *board_of(const Teach *teach, gulong number)
{
	for (guint i = 0; i < teach->done->len; i++) {
		TeachBoard *board = teach->done->pdata[i];

		if (board->number == number)
			return board;
	}
	return NULL;
}

/* Where a wire of this kind is kept; NULL: there is no such slot, no colour was said yet, or it is not understood: "3 red"
 * is not slot 3 in the colour said last. */
static gint *place_of(Lamps *lamps, const char *answer)
{
	gsize digits = strcspn(answer, "0123456789"), letters = digits;
	char *behind = NULL;
	TeachBoard *board = board_of(lamps->teach, strtoul(answer + digits, &behind, 10));
	gint word;

	if (*behind)
		return NULL;
	while (letters && answer[letters - 1] == ' ')
		letters--;
	word = word_of(answer, letters);
	if (word == BUZZER)
		return answer[digits] ? NULL : &lamps->teach->buzzer;
	if (word != NO_WIRE)
		lamps->colour = word;
	else if (letters)
		return NULL;
	return board && lamps->colour != NO_WIRE ? &board->lamps[lamps->colour] : NULL;
}

static void keep(Lamps *lamps, gint wire, gint *place)
{
	TeachWire *of = teach_wire(lamps->teach, wire);

	*place = wire;
	of->active_low = of->low_on;
}

/* FALSE: he has had enough. */
static gboolean ask_one(Lamps *lamps, gint wire)
{
	const Teach *teach = lamps->teach;
	g_autofree char *name = teach_wire_name(teach, wire);

	for (;;) {
		g_autofree char *answer = NULL;
		gint *place;

		lamps->released = FALSE;
		answer = teach_ask_or(teach, pressed, lamps,
			"  %s is on. Which lamp, of which slot ('red 3', 'buzzer', Enter: "
			"nothing)? ",
			name);
		if (!answer || !g_ascii_strcasecmp(answer, "done"))
			return FALSE;
		if (!*answer || teach_is_no(answer))
			return TRUE;
		place = place_of(lamps, answer);
		if (place && *place == NO_WIRE) {
			keep(lamps, wire, place);
			return TRUE;
		}
		teach_say(teach, place ? "  That one was found before.\n"
				       : "  Say a colour (red, yellow, green, blue) and a slot "
					 "that was taught now, or 'buzzer'.\n");
	}
}

/* ---- pin after pin ----------------------------------------------------------------------------- */

static gboolean switch_some(Lamps *lamps, guint first, guint end, gboolean on, GError **error)
{
	for (guint i = first; i < end; i++)
		teach_stage(lamps->teach, g_array_index(lamps->wires, gint, i), on);
	return teach_apply(lamps->teach, error);
}

/* All of them together; *lit: something lights. FALSE in *more: he has had enough. */
static gboolean ask_some(
	Lamps *lamps, guint first, guint end, gboolean *lit, gboolean *more, GError **error)
{
	const Teach *teach = lamps->teach;
	g_autofree char *from = teach_wire_name(teach, g_array_index(lamps->wires, gint, first));
	g_autofree char *to = teach_wire_name(teach, g_array_index(lamps->wires, gint, end - 1));
	g_autofree char *answer = NULL;

	if (!switch_some(lamps, first, end, TRUE, error))
		return FALSE;
	lamps->released = FALSE;
	answer = teach_ask_or(teach, pressed, lamps,
		"  %s to %s are on. Does anything light, or sound ('done': that was all)? [no] ",
		from, to);
	*more = answer && g_ascii_strcasecmp(answer, "done") != 0;
	*lit = *more && *answer && !teach_is_no(answer);
	return switch_some(lamps, first, end, FALSE, error);
}

static gboolean ask_each(Lamps *lamps, guint first, guint end, gboolean *more, GError **error)
{
	for (guint i = first; *more && i < end; i++) {
		if (!switch_some(lamps, i, i + 1, TRUE, error))
			return FALSE;
		*more = ask_one(lamps, g_array_index(lamps->wires, gint, i));
		if (!switch_some(lamps, i, i + 1, FALSE, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean ask_all(Lamps *lamps, GError **error)
{
	gboolean more = TRUE, lit;

	for (guint first = 0, end; more && first < lamps->wires->len; first = end) {
		gint wire = g_array_index(lamps->wires, gint, first);
		gint behind = teach_channel_end(lamps->teach, wire);

		for (end = first + 1;
			end < lamps->wires->len && g_array_index(lamps->wires, gint, end) < behind;)
			end++;
		lit = end - first == 1;
		if (!lit && !ask_some(lamps, first, end, &lit, &more, error))
			return FALSE;
		if (lit && !ask_each(lamps, first, end, &more, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- which level lights ------------------------------------------------------------------------ */

static gboolean set_levels(const Lamps *lamps, gboolean low_on, GError **error)
{
	for (guint i = 0; i < lamps->wires->len; i++)
		teach_wire(lamps->teach, g_array_index(lamps->wires, gint, i))->low_on = low_on;
	return teach_open_quiet(lamps->teach, error);
}

static gboolean find(Lamps *lamps, GError **error)
{
	g_autofree char *answer = NULL;

	if (!set_levels(lamps, FALSE, error))
		return FALSE;
	answer = teach_ask(
		lamps->teach, "  These pins are low now. Is all dark, and silent? [yes] ");
	if (answer && teach_is_no(answer) && !set_levels(lamps, TRUE, error))
		return FALSE;
	return !answer || ask_all(lamps, error);
}

gboolean teach_ask_lamps(Teach *teach, GError **error)
{
	g_autoptr(GArray) wires = g_array_new(FALSE, FALSE, sizeof(gint));
	Lamps lamps = {.teach = teach, .wires = wires, .colour = NO_WIRE};
	g_autofree char *answer = NULL;

	for (gint wire = 0; wire < teach->pin_wires; wire++)
		if (!teach_wire_taken(teach, wire))
			g_array_append_val(wires, wire);
	if (!wires->len)
		return TRUE;
	answer = teach_ask(teach,
		"Has the fixture lamps or a buzzer? Press Enter, and the %u pins "
		"that did nothing are switched on, one "
		"channel after the other ('no': it has none): ",
		wires->len);
	return teach_is_no(answer) || find(&lamps, error);
}

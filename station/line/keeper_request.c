#include "line/keeper_wires.h"

#include "core/failure.h"
#include "link/pins.h"

#include <string.h>

#define TEXT_MAX 400

static const Pin *find_pin(
	const KeeperWires *wires, guint slot, Signal signal, gboolean input, GError **error)
{
	const Pin *pin = fixture_pin(wires->fixture, slot, signal);
	g_autofree char *where = slot ? g_strdup_printf("slot %u", slot) : g_strdup("the fixture");
	if (pin == NULL)
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "%s has no %s wire", where,
			signal_word(signal));
	else if (signal_is_input(signal) != input)
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s is an %s",
			signal_word(signal),
			input ? "output, and cannot be read" : "input, and cannot be set");
	else
		return pin;
	return NULL;
}

gboolean keeper_set(
	const KeeperWires *wires, guint slot, Signal signal, gboolean active, GError **error)
{
	const Pin *pin = find_pin(wires, slot, signal, FALSE, error);
	return pin != NULL && wires->set(wires->data, pin->controller, pin_bit(pin),
				      pin_level(pin, active), error);
}

static gboolean keeper_read(
	const KeeperWires *wires, guint slot, Signal signal, gboolean *active, GError **error)
{
	const Pin *pin = find_pin(wires, slot, signal, TRUE, error);
	guint32 levels = 0;
	if (pin == NULL || !wires->read(wires->data, pin->controller, &levels, error))
		return FALSE;
	*active = pin_active(pin, levels);
	return TRUE;
}

/* The slot's lamps that this controller switches, all at once. */
static gboolean set_lamps_of(const KeeperWires *wires, const Controller *controller, guint slot,
	const char *const *colours, GError **error)
{
	guint32 pins = 0, levels = 0;
	for (guint signal = SIGNAL_LAMP_RED; signal <= SIGNAL_LAMP_BLUE; signal++) {
		const char *colour = signal_word((Signal)signal) + strlen("lamp-");
		const Pin *pin = fixture_pin(wires->fixture, slot, (Signal)signal);
		if (pin == NULL || pin->controller != controller)
			continue;
		pins |= pin_bit(pin);
		levels |= pin_level(pin, g_strv_contains(colours, colour));
	}
	return pins == 0 || wires->set(wires->data, controller, pins, levels, error);
}

gboolean keeper_set_lamps(const KeeperWires *wires, guint slot, const char *word, GError **error)
{
	const GPtrArray *controllers = wires->fixture->controllers;
	g_auto(GStrv) colours = g_strsplit(word, "+", 5);
	for (guint i = 0; i < controllers->len; i++)
		if (!set_lamps_of(wires, g_ptr_array_index(controllers, i), slot,
			    (const char *const *)colours, error))
			return FALSE;
	return TRUE;
}

/* "ok 112.4 4988\n": mA, mV; newly allocated. */
static char *measure(const KeeperWires *wires, guint number, GError **error)
{
	const Slot *slot = fixture_slot(wires->fixture, number);
	char current[G_ASCII_DTOSTR_BUF_SIZE], voltage[G_ASCII_DTOSTR_BUF_SIZE];
	KeeperFlow flow = {0};
	if (slot == NULL || slot->current.place.bus == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING, "slot %u has no current monitor",
			number);
		return NULL;
	}
	if (!wires->measure(wires->data, slot, &flow, error))
		return NULL;
	return g_strdup_printf("ok %s %s\n",
		g_ascii_formatd(current, sizeof current, "%.2f", flow.milliampere),
		g_ascii_formatd(voltage, sizeof voltage, "%.2f", flow.millivolt));
}

/* ---- requests, strictly -------------------------------------------------------------------- */

static gboolean is_colours(const char *word)
{
	g_auto(GStrv) colours = g_strsplit(word, "+", 5);
	gboolean all = colours[0] != NULL && g_strv_length(colours) <= 4;
	for (guint i = 0; all && colours[i] != NULL; i++) {
		g_autofree char *lamp = g_strconcat("lamp-", colours[i], NULL);
		Signal signal;
		all = signal_from_word(lamp, &signal);
	}
	return all || strcmp(word, "none") == 0;
}

static gboolean take_slot(const KeeperWires *wires, const char *word, guint *slot)
{
	guint64 number;
	if (!g_ascii_string_to_unsigned(word, 10, 0, G_MAXUINT16, &number, NULL))
		return FALSE;
	*slot = (guint)number;
	return *slot == 0 || fixture_slot(wires->fixture, *slot) != NULL;
}

/* "draw 3 erase 4000": its flash is to be erased, for so many ms at most. */
static gboolean is_erase(char **words, guint *most_ms)
{
	guint64 ms = 0;
	gboolean fits = g_strv_length(words) == 4 && strcmp(words[0], "draw") == 0 &&
			strcmp(words[2], "erase") == 0 &&
			g_ascii_string_to_unsigned(words[3], 10, 1, PINS_ERASE_MAX_MS, &ms, NULL);
	*most_ms = (guint)ms;
	return fits;
}

static gboolean is_erased(char **words)
{
	return g_strv_length(words) == 3 && strcmp(words[0], "done") == 0 &&
	       strcmp(words[2], "erase") == 0;
}

/* The answer's text; NULL and no error: this is no request. */
static char *obey(const KeeperWires *wires, char **words, GError **error)
{
	guint slot = 0, most_ms, count = g_strv_length(words);
	Signal signal = SIGNAL_POWER;
	gboolean active = FALSE;
	if (count < 2 || !take_slot(wires, words[1], &slot))
		return NULL;
	if (slot != 0 && (is_erase(words, &most_ms) || is_erased(words)))
		return g_strdup("ok\n");
	if (count == 2)
		return strcmp(words[0], "measure") == 0 ? measure(wires, slot, error) : NULL;
	if (count == 3 && strcmp(words[0], "lamps") == 0)
		return !is_colours(words[2]) || !keeper_set_lamps(wires, slot, words[2], error)
			       ? NULL
			       : g_strdup("ok\n");
	if (!signal_from_word(words[2], &signal))
		return NULL;
	if (count == 3 && strcmp(words[0], "read") == 0)
		return keeper_read(wires, slot, signal, &active, error)
			       ? g_strdup_printf("ok %d\n", active)
			       : NULL;
	if (count != 4 || strcmp(words[0], "set") != 0 ||
		(strcmp(words[3], "0") != 0 && strcmp(words[3], "1") != 0))
		return NULL;
	return keeper_set(wires, slot, signal, words[3][0] == '1', error) ? g_strdup("ok\n") : NULL;
}

char *keeper_error_line(const GError *error)
{
	char *line = g_strdup_printf(
		"error %s %.*s\n", failure_of(error)->word, TEXT_MAX, error->message);
	gsize length = strlen(line);
	for (char *end = line; end < line + length - 1; end++)
		if (*end == '\r' || *end == '\n')
			*end = ' ';
	return line;
}

char *keeper_answer(const KeeperWires *wires, const char *request)
{
	g_auto(GStrv) words = g_strsplit(request, " ", 5);
	g_autoptr(GError) error = NULL;
	char *answer = obey(wires, words, &error);
	if (answer == NULL && error == NULL)
		g_set_error(&error, FAILURE, FAILURE_STATION_INTERNAL,
			"the keeper of the pins was asked for something it does not know");
	return answer != NULL ? answer : keeper_error_line(error);
}

KeeperDraw keeper_draw(const KeeperWires *wires, const char *request)
{
	g_auto(GStrv) words = g_strsplit(request, " ", 5);
	guint count = g_strv_length(words);
	KeeperDraw draw = {0};
	if (count < 2 || !take_slot(wires, words[1], &draw.slot) || draw.slot == 0)
		return draw;
	if (count == 4 && strcmp(words[0], "set") == 0 &&
		strcmp(words[2], signal_word(SIGNAL_POWER)) == 0)
		draw.kind = strcmp(words[3], "1") == 0 ? KEEPER_POWER_ON : KEEPER_POWER_OFF;
	else if (is_erase(words, &draw.most_ms))
		draw.kind = KEEPER_ERASE;
	else if (is_erased(words))
		draw.kind = KEEPER_ERASED;
	return draw;
}

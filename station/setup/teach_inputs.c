/*
 * Pins that the fixture drives, not the station: listened to with nothing driven but what was taught before.
 *
 *   a contact that bounces    ___|'|_|''''''''    is believed when it has kept its level for 100 ms
 *   a start button            _____|'''''|___    ... or for two looks, where somebody waits for it
 */
#include "core/failure.h"
#include "setup/teach_parts.h"

enum {
	LOOK_MS = 20,
	STEADY_LOOKS = 5,
	STEADY_MS = 2000, /* what has not settled by then is no contact */
	PRESS_LOOK_MS = 10,
	PRESS_MS = 30000,
};

static void close_all(Teach *teach)
{
	for (guint i = 0; i < teach->banks->len; i++)
		g_clear_pointer(&((TeachBank *)teach->banks->pdata[i])->bank, pin_bank_close);
}

/* Its wires for such a use, one bit each, and the levels at which they are off, resets released. */
static PinsUsed quiet_pins(const Teach *teach, const TeachBank *bank, guint32 outputs)
{
	PinsUsed used = {.outputs = outputs, .inputs = bank->pins & ~outputs};

	for (gint i = 0; i < teach_wires(teach); i++) {
		const TeachWire *wire = teach_wire(teach, i);
		gboolean on = teach_wire_is(teach, i, TEACH_RESET);

		if (wire->bank == bank && on != wire->low_on)
			used.safe |= (guint32)1 << wire->index;
	}
	return used;
}

static guint32 taught_outputs(const Teach *teach, const TeachBank *bank)
{
	guint32 outputs = 0;

	for (gint i = 0; i < teach_wires(teach); i++)
		if (teach_wire(teach, i)->bank == bank &&
			teach_wire_is(teach, i, TEACH_POWER | TEACH_RESET | TEACH_LAMP))
			outputs |= (guint32)1 << teach_wire(teach, i)->index;
	return outputs;
}

gboolean teach_read(const TeachBank *bank, guint32 *levels, GError **error)
{
	*levels = 0;
	return !bank->bank || bank->controller.kind == CONTROLLER_HUB ||
	       bank->bank->ops->read(bank->bank, levels, error);
}

/* The levels of all inputs now. */
static gboolean read_levels(const Teach *teach, guint32 *levels, GError **error)
{
	for (guint i = 0; i < teach->banks->len; i++) {
		const TeachBank *bank = teach->banks->pdata[i];

		if (!teach_read(bank, &levels[i], error))
			return FALSE;
	}
	return TRUE;
}

/* The levels once they are steady; `restless`: pins that are not. */
static gboolean steady_levels(Teach *teach, guint32 *levels, guint32 *restless, GError **error)
{
	g_autofree guint32 *now = g_new0(guint32, teach->banks->len);
	Watch watch = {.stop = teach->options->stop};
	guint same = 0;

	watch_begin(&watch, STEADY_MS, 0);
	if (!read_levels(teach, levels, error))
		return FALSE;
	while (same < STEADY_LOOKS && watch_ok(&watch, NULL)) {
		same++;
		if (!teach_pause(teach, LOOK_MS, error) || !read_levels(teach, now, error))
			return FALSE;
		for (guint i = 0; i < teach->banks->len; i++) {
			restless[i] =
				same == 1 ? now[i] ^ levels[i] : restless[i] | (now[i] ^ levels[i]);
			if (now[i] != levels[i])
				same = 0;
			levels[i] = now[i];
		}
	}
	return TRUE;
}

gboolean teach_listen(Teach *teach, GError **error)
{
	g_autofree guint32 *levels = g_new0(guint32, teach->banks->len);
	g_autofree guint32 *restless = g_new0(guint32, teach->banks->len);

	close_all(teach);
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		if (!bank->pins || bank->controller.kind == CONTROLLER_HUB)
			continue;
		if (!teach_open_pins(
			    bank, quiet_pins(teach, bank, taught_outputs(teach, bank)), error))
			return FALSE;
	}
	if (!steady_levels(teach, levels, restless, error))
		return FALSE;
	for (guint i = 0; i < teach->banks->len; i++)
		((TeachBank *)teach->banks->pdata[i])->idle = levels[i];
	return TRUE;
}

static void collect(Teach *teach, const guint32 *levels, const guint32 *restless, GArray *wires)
{
	g_array_set_size(wires, 0);
	for (gint i = 0; i < teach_wires(teach); i++) {
		TeachWire *wire = teach_wire(teach, i);
		guint bank = 0;

		while (teach->banks->pdata[bank] != wire->bank)
			bank++;
		if (teach_wire_taken(teach, i) || !wire->bank->bank ||
			!(((levels[bank] ^ wire->bank->idle) & ~restless[bank]) >> wire->index & 1))
			continue;
		wire->active_low = !(levels[bank] >> wire->index & 1);
		g_array_append_val(wires, i);
	}
}

gboolean teach_changed(Teach *teach, GArray *wires, GError **error)
{
	g_autofree guint32 *levels = g_new0(guint32, teach->banks->len);
	g_autofree guint32 *restless = g_new0(guint32, teach->banks->len);
	gboolean seen = steady_levels(teach, levels, restless, error);

	if (seen)
		collect(teach, levels, restless, wires);
	close_all(teach);
	return seen;
}

gboolean teach_await_changed(Teach *teach, GArray *wires, GError **error)
{
	g_autofree guint32 *levels = g_new0(guint32, teach->banks->len);
	g_autofree guint32 *restless = g_new0(guint32, teach->banks->len);
	g_autofree guint32 *before = g_new0(guint32, teach->banks->len);
	Watch watch = {.stop = teach->options->stop};
	gboolean seen = read_levels(teach, before, error);

	watch_begin(&watch, PRESS_MS, 0);
	g_array_set_size(wires, 0);
	while (seen && !wires->len && watch_ok(&watch, NULL)) {
		seen = teach_pause(teach, PRESS_LOOK_MS, error) &&
		       read_levels(teach, levels, error);
		for (guint i = 0; seen && i < teach->banks->len; i++) {
			restless[i] = levels[i] ^ before[i];
			before[i] = levels[i];
		}
		if (seen)
			collect(teach, levels, restless, wires);
	}
	close_all(teach);
	return seen;
}

gboolean teach_open_quiet(Teach *teach, GError **error)
{
	close_all(teach);
	teach_hold(teach, FALSE);
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		if (bank->pins && bank->controller.kind != CONTROLLER_HUB &&
			!teach_open_pins(
				bank, quiet_pins(teach, bank, bank->pins & ~bank->held), error))
			return FALSE;
	}
	return TRUE;
}

/* What cannot be opened any more cannot be made safe. */
void teach_park(Teach *teach)
{
	close_all(teach);
	teach_hold(teach, FALSE);
	for (guint i = 0; teach->written && i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		if (bank->pins && bank->controller.kind != CONTROLLER_HUB)
			(void)!teach_open_pins(
				bank, quiet_pins(teach, bank, bank->pins & ~bank->held), NULL);
	}
	close_all(teach);
}

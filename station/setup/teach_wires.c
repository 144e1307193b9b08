/* Controllers and their pins while they are taught: driven by this process itself, for no file says yet which
 * of them a keeper should own. */
#include "setup/teach_parts.h"

#include "link/ftdi.h"
#include "link/hub_port.h"
#include "link/tca9555.h"

gint teach_wires(const Teach *teach)
{
	return (gint)teach->wires->len;
}

TeachWire *teach_wire(const Teach *teach, gint wire)
{
	return &g_array_index(teach->wires, TeachWire, (guint)wire);
}

gint teach_channel_end(const Teach *teach, gint wire)
{
	const TeachWire *first = teach_wire(teach, wire);

	do
		wire++;
	while (wire < teach_wires(teach) && teach_wire(teach, wire)->bank == first->bank &&
		teach_wire(teach, wire)->index / TEACH_CHANNEL == first->index / TEACH_CHANNEL);
	return wire;
}

/* The levels at which its wires are on. */
static guint32 levels_of(const Teach *teach, const TeachBank *bank)
{
	guint32 levels = 0;

	for (gint i = 0; i < teach_wires(teach); i++) {
		const TeachWire *wire = teach_wire(teach, i);

		if (wire->bank == bank && !wire->low_on)
			levels |= (guint32)1 << wire->index;
	}
	return levels;
}

gboolean teach_open_pins(TeachBank *bank, PinsUsed used, GError **error)
{
	const Controller *controller = &bank->controller;

	pin_bank_close(bank->bank);
	bank->staged = 0;
	bank->bank = controller->kind == CONTROLLER_HUB
			     ? hub_port_open(controller, USB_SYSFS_DEVICES, used, error)
		     : bank->bus ? tca9555_open(controller, bank->bus->i2c, used, error)
				 : ftdi_open(controller, used, error);
	return bank->bank != NULL;
}

gboolean teach_open_bank(const Teach *teach, TeachBank *bank, GError **error)
{
	const PinsUsed on = {.outputs = bank->pins & ~bank->held, .safe = levels_of(teach, bank)};

	return teach_open_pins(bank, on, error);
}

gboolean teach_open_wires(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		if (bank->pins && !teach_open_bank(teach, bank, error))
			return FALSE;
	}
	return TRUE;
}

void teach_stage(Teach *teach, gint wire, gboolean on)
{
	const TeachWire *of = teach_wire(teach, wire);
	guint32 bit = (guint32)1 << of->index;

	if (of->bank->held & bit)
		return;
	of->bank->staged |= bit;
	of->bank->levels &= ~bit;
	if (on != of->low_on)
		of->bank->levels |= bit;
}

gboolean teach_apply(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];
		guint32 pins = bank->staged;

		bank->staged = 0;
		if (pins && !bank->bank->ops->set(bank->bank, pins, bank->levels & pins, error))
			return FALSE;
	}
	return TRUE;
}

gboolean teach_set(Teach *teach, gint wire, gboolean on, GError **error)
{
	if (wire != NO_WIRE)
		teach_stage(teach, wire, on);
	return teach_apply(teach, error);
}

char *teach_wire_place(const TeachWire *wire)
{
	switch (wire->bank->controller.kind) {
	case CONTROLLER_HUB:
		return g_strdup_printf("%u", wire->index);
	case CONTROLLER_EXPANDER:
		return g_strdup_printf("P%u%u", wire->index / 8, wire->index % 8);
	default:
		return g_strdup_printf("%c%u", 'A' + (int)(wire->index / 8), wire->index % 8);
	}
}

char *teach_wire_name(const Teach *teach, gint wire)
{
	const TeachWire *of = teach_wire(teach, wire);
	g_autofree char *place = teach_wire_place(of);

	return g_strdup_printf("%s of %s", place, of->bank->controller.name);
}

static gboolean has_wire(const GPtrArray *boards, gint wire, TeachUse use)
{
	for (guint i = 0; i < boards->len; i++) {
		const TeachBoard *board = boards->pdata[i];
		gboolean input =
			board->present == wire || board->lid == wire || board->start == wire;
		gboolean power = board->power == wire || board->boot0 == wire;

		for (guint lamp = 0; use & TEACH_LAMP && lamp < TEACH_LAMPS; lamp++)
			if (board->lamps[lamp] == wire)
				return TRUE;
		if ((use & TEACH_INPUT && input) || (use & TEACH_POWER && power) ||
			(use & TEACH_RESET && board->nrst == wire))
			return TRUE;
	}
	return FALSE;
}

gboolean teach_wire_is(const Teach *teach, gint wire, TeachUse use)
{
	return has_wire(teach->done, wire, use) ||
	       (teach->boards && has_wire(teach->boards, wire, use)) ||
	       (use & TEACH_LAMP && teach->buzzer == wire) ||
	       (use & TEACH_INPUT && (teach->lid == wire || teach->start == wire));
}

gboolean teach_wire_taken(const Teach *teach, gint wire)
{
	return has_wire(teach->done, wire, TEACH_POWER | TEACH_RESET | TEACH_INPUT | TEACH_LAMP) ||
	       teach->lid == wire || teach->start == wire || teach->buzzer == wire;
}

void teach_hold(Teach *teach, gboolean fresh)
{
	for (guint i = 0; i < teach->banks->len; i++)
		((TeachBank *)teach->banks->pdata[i])->held = 0;
	for (gint i = 0; i < teach_wires(teach); i++) {
		const TeachWire *wire = teach_wire(teach, i);
		gboolean hold = teach_wire_is(teach, i, TEACH_INPUT);

		for (guint j = 0; fresh && j < teach->fresh->len; j++)
			hold |= g_array_index(teach->fresh, gint, j) == i;
		if (hold)
			wire->bank->held |= (guint32)1 << wire->index;
	}
}

/* What a round found that came to no end is nobody's. */
static gboolean rests_on(const Teach *teach, gint wire)
{
	return teach_wire(teach, wire)->stays && !has_wire(teach->done, wire, TEACH_POWER);
}

/* One that does not answer any more is passed over: nothing else can be done about it. */
static void rest(Teach *teach, gboolean resets)
{
	for (gint wire = 0; wire < teach_wires(teach); wire++)
		if (teach_wire(teach, wire)->bank->bank &&
			teach_wire_is(teach, wire, TEACH_RESET) == resets)
			(void)!teach_set(teach, wire, resets || rests_on(teach, wire), NULL);
}

/* Power first: a board that leaves its reset would start. */
void teach_close_wires(Teach *teach)
{
	rest(teach, FALSE);
	rest(teach, TRUE);
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		g_clear_pointer(&bank->bank, pin_bank_close);
	}
}

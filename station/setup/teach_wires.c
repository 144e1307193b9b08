/* Controllers and their pins while they are taught: driven by this process itself, for no file says yet which
 * of them a keeper should own. */
#include "setup/teach_parts.h"

#include "core/failure.h"
#include "core/text.h"
#include "link/ftdi.h"

#include <string.h>

static guint32 pins_of(const char *chip)
{
	return !strcmp(chip, "FT4232H")   ? 0xFFFFFFFF
	       : !strcmp(chip, "FT2232H") ? 0xFFFF
	       : !strcmp(chip, "FT232H")  ? 0xFF
					  : 0;
}

static gboolean is_chip(const Controller *controller, const char *serial)
{
	return controller && !g_strcmp0(controller->serial, serial);
}

static void forget_pin(guint32 *pins, const Pin *pin, const char *serial)
{
	if (is_chip(pin->controller, serial))
		*pins &= ~(1u << pin->index);
}

/* A channel that is an I2C bus has no pins of its own. */
static void forget_bus(guint32 *pins, const BusPlace *place, const char *serial)
{
	if (is_chip(place->bus, serial))
		*pins &= ~(0xFFu << 8 * place->channel);
}

/* What the file names, it knows: those pins are not moved. */
static guint32 unnamed_pins(const Fixture *fixture, const char *chip, const char *serial)
{
	guint32 pins = pins_of(chip);

	for (guint i = 0; fixture && i < fixture->controllers->len; i++)
		forget_bus(&pins, &((Controller *)fixture->controllers->pdata[i])->place, serial);
	for (guint i = 0; fixture && i < fixture->slots->len; i++)
		forget_bus(&pins, &((Slot *)fixture->slots->pdata[i])->current.place, serial);
	for (guint signal = 0; fixture && signal < SIGNAL_COUNT; signal++) {
		forget_pin(&pins, &fixture->pins[signal], serial);
		for (guint i = 0; i < fixture->slots->len; i++) {
			const Slot *slot = fixture->slots->pdata[i];

			forget_pin(&pins, &slot->pins[signal], serial);
		}
	}
	return pins;
}

static gboolean name_is_free(const Teach *teach, const char *name)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; i < teach->banks->len; i++)
		if (!strcmp(((TeachBank *)teach->banks->pdata[i])->controller.name, name))
			return FALSE;
	for (guint i = 0; fixture && i < fixture->controllers->len; i++)
		if (!strcmp(((Controller *)fixture->controllers->pdata[i])->name, name))
			return FALSE;
	return TRUE;
}

/* As the file calls it, else pins1, pins2 ... in the order of ports. */
static char *name_for(const Teach *teach, const Claim *claim)
{
	char *name;

	if (claim->controller)
		return g_strdup(claim->controller->name);
	for (guint n = 1;; n++) {
		name = g_strdup_printf("pins%u", n);
		if (name_is_free(teach, name))
			return name;
		g_free(name);
	}
}

static void add_bank(Teach *teach, const UsbEntry *entry)
{
	const Fixture *fixture = teach->options->fixture;
	Claim claim = {0};
	TeachBank *bank = g_new0(TeachBank, 1);

	if (fixture)
		claim = thing_claim(fixture, entry);
	bank->known = claim.controller != NULL;
	bank->controller.name = name_for(teach, &claim);
	bank->controller.chip = thing_chip(entry);
	bank->controller.serial = g_strdup(entry->serial);
	bank->port = g_strdup(entry->port);
	bank->pins = unnamed_pins(fixture, bank->controller.chip, entry->serial);
	g_ptr_array_add(teach->banks, bank);
	for (guint index = 0; index < PINS_MOST; index++) {
		TeachWire wire = {.bank = bank, .index = index};

		if (bank->pins >> index & 1)
			g_array_append_val(teach->wires, wire);
	}
}

gboolean teach_find_banks(Teach *teach, GError **error)
{
	g_autoptr(GPtrArray) list = usb_list(teach->options->usb);

	for (guint i = 0; i < list->len; i++) {
		const UsbEntry *entry = list->pdata[i];

		/* One without a serial of its own cannot be named, nor opened for certain. */
		if (thing_kind(entry) == THING_PINS && pins_of(thing_chip(entry)) &&
			entry->serial && text_is_serial(entry->serial))
			add_bank(teach, entry);
	}
	if (teach->wires->len)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"no pin is left to be taught: %u FT232H, FT2232H or FT4232H with a serial of their "
		"own are there",
		teach->banks->len);
	return FALSE;
}

gint teach_wires(const Teach *teach)
{
	return (gint)teach->wires->len;
}

TeachWire *teach_wire(const Teach *teach, gint wire)
{
	return &g_array_index(teach->wires, TeachWire, (guint)wire);
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

gboolean teach_open_wires(Teach *teach, GError **error)
{
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		if (!bank->pins)
			continue;
		bank->bank = ftdi_open(&bank->controller,
			(PinsUsed){.outputs = bank->pins & ~bank->held,
				.safe = levels_of(teach, bank)},
			error);
		if (!bank->bank)
			return FALSE;
	}
	return TRUE;
}

gboolean teach_set(Teach *teach, gint wire, gboolean on, GError **error)
{
	const TeachWire *of;
	guint32 bit;

	if (wire == NO_WIRE)
		return TRUE;
	of = teach_wire(teach, wire);
	bit = (guint32)1 << of->index;
	if (of->bank->held & bit)
		return TRUE;
	return of->bank->bank->ops->set(of->bank->bank, bit, on != of->low_on ? bit : 0, error);
}

char *teach_wire_name(const Teach *teach, gint wire)
{
	const TeachWire *of = teach_wire(teach, wire);

	return g_strdup_printf(
		"%c%u of %s", 'A' + (int)(of->index / 8), of->index % 8, of->bank->controller.name);
}

static gboolean has_wire(const GPtrArray *boards, gint wire, TeachUse use)
{
	for (guint i = 0; i < boards->len; i++) {
		const TeachBoard *board = boards->pdata[i];
		gboolean input =
			board->present == wire || board->lid == wire || board->start == wire;
		gboolean power = board->power == wire || board->boot0 == wire;

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
	       (use & TEACH_INPUT && (teach->lid == wire || teach->start == wire));
}

gboolean teach_wire_taken(const Teach *teach, gint wire)
{
	return has_wire(teach->done, wire, TEACH_POWER | TEACH_RESET | TEACH_INPUT) ||
	       teach->lid == wire || teach->start == wire;
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

/* One that does not answer any more is passed over: nothing else can be done about it. */
void teach_close_wires(Teach *teach)
{
	for (gint wire = 0; wire < teach_wires(teach); wire++)
		if (teach_wire(teach, wire)->bank->bank && !teach_wire_is(teach, wire, TEACH_RESET))
			(void)!teach_set(teach, wire, FALSE, NULL);
	for (guint i = 0; i < teach->banks->len; i++) {
		TeachBank *bank = teach->banks->pdata[i];

		g_clear_pointer(&bank->bank, pin_bank_close);
	}
}

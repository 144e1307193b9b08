/* Which controllers and hubs are there, what they are called, and which of their pins nobody has named yet. */
#include "core/failure.h"
#include "core/text.h"
#include "setup/teach_parts.h"

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

/* As the file calls it, else pins1, pins2 ... in the order of ports; hub1 ... */
static char *name_for(const Teach *teach, const Claim *claim, const char *chip)
{
	char *name;

	if (claim->controller)
		return g_strdup(claim->controller->name);
	for (guint n = 1;; n++) {
		name = g_strdup_printf("%s%u", pins_of(chip) ? "pins" : chip, n);
		if (name_is_free(teach, name))
			return name;
		g_free(name);
	}
}

TeachBank *teach_add_bank(Teach *teach, const UsbEntry *entry, const char *chip)
{
	const Fixture *fixture = teach->options->fixture;
	Claim claim = {0};
	TeachBank *bank = g_new0(TeachBank, 1);

	if (fixture)
		claim = thing_claim(fixture, entry);
	bank->known = claim.controller != NULL;
	bank->controller.name = name_for(teach, &claim, chip);
	bank->controller.chip = chip;
	bank->controller.serial = g_strdup(entry->serial);
	bank->port = g_strdup(entry->port);
	g_ptr_array_add(teach->banks, bank);
	return bank;
}

static void add_pins(Teach *teach, const UsbEntry *entry)
{
	const char *chip = thing_chip(entry);
	TeachBank *bank = teach_add_bank(teach, entry, chip);

	bank->pins = unnamed_pins(teach->options->fixture, chip, entry->serial);
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
			add_pins(teach, entry);
	}
	teach->pin_wires = teach_wires(teach);
	if (teach_find_hubs(teach) || teach->wires->len)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"no pin is left to be taught: %u FT232H, FT2232H or FT4232H with a serial of their "
		"own are there, and no hub whose ports the kernel can switch (Linux 6.0 and newer)",
		teach->banks->len);
	return FALSE;
}

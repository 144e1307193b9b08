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

/* A controller of the file, and this one. */
static gboolean is_same(const Controller *named, const Controller *controller)
{
	if (!named || named->kind != controller->kind)
		return FALSE;
	if (controller->kind != CONTROLLER_EXPANDER)
		return !g_strcmp0(named->serial, controller->serial);
	return named->place.address == controller->place.address &&
	       named->place.channel == controller->place.channel && named->place.bus &&
	       !g_strcmp0(named->place.bus->serial, controller->place.bus->serial);
}

static void forget_pin(guint32 *pins, const Pin *pin, const Controller *controller)
{
	if (is_same(pin->controller, controller))
		*pins &= ~(1u << pin->index);
}

/* A channel that is an I2C bus has no pins of its own. */
static void forget_bus(guint32 *pins, const BusPlace *place, const Controller *controller)
{
	if (is_same(place->bus, controller))
		*pins &= ~(0xFFu << 8 * place->channel);
}

/* What the file names, it knows: those pins are not moved. */
guint32 teach_unnamed(const Teach *teach, const Controller *controller, guint32 pins)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; fixture && i < fixture->controllers->len; i++)
		forget_bus(
			&pins, &((Controller *)fixture->controllers->pdata[i])->place, controller);
	for (guint i = 0; fixture && i < fixture->slots->len; i++)
		forget_bus(&pins, &((Slot *)fixture->slots->pdata[i])->current.place, controller);
	for (guint signal = 0; fixture && signal < SIGNAL_COUNT; signal++) {
		forget_pin(&pins, &fixture->pins[signal], controller);
		for (guint i = 0; i < fixture->slots->len; i++) {
			const Slot *slot = fixture->slots->pdata[i];

			forget_pin(&pins, &slot->pins[signal], controller);
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

char *teach_free_name(const Teach *teach, const char *begin)
{
	for (guint n = 1;; n++) {
		g_autofree char *name = g_strdup_printf("%s%u", begin, n);

		if (name_is_free(teach, name))
			return g_steal_pointer(&name);
	}
}

TeachBank *teach_add_bank(Teach *teach, const char *known, const char *begin, const char *chip)
{
	TeachBank *bank = g_new0(TeachBank, 1);

	bank->known = known != NULL;
	bank->controller.name = known ? g_strdup(known) : teach_free_name(teach, begin);
	bank->controller.chip = chip;
	g_ptr_array_add(teach->banks, bank);
	return bank;
}

static void add_pins(Teach *teach, const UsbEntry *entry)
{
	const Fixture *fixture = teach->options->fixture;
	const char *chip = thing_chip(entry);
	Claim claim = {0};
	TeachBank *bank;

	if (fixture)
		claim = thing_claim(fixture, entry);
	bank = teach_add_bank(
		teach, claim.controller ? claim.controller->name : NULL, "pins", chip);
	bank->controller.serial = g_strdup(entry->serial);
	bank->port = g_strdup(entry->port);
	bank->pins = teach_unnamed(teach, &bank->controller, pins_of(chip));
	for (guint index = 0; index < PINS_MOST; index++) {
		TeachWire wire = {.bank = bank, .index = index};

		if (bank->pins >> index & 1)
			g_array_append_val(teach->wires, wire);
	}
}

/* An expander may have pins, where its bus has none. */
static gboolean has_bus(const Fixture *fixture)
{
	for (guint i = 0; fixture && i < fixture->controllers->len; i++)
		if (((const Controller *)fixture->controllers->pdata[i])->place.bus)
			return TRUE;
	return FALSE;
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
	if (teach_find_hubs(teach) || teach->wires->len || has_bus(teach->options->fixture))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"no pin is left to be taught: %u FT232H, FT2232H or FT4232H with a serial of their "
		"own are there, and no hub whose ports the kernel can switch (Linux 6.0 and newer)",
		teach->banks->len);
	return FALSE;
}

/*
 * Pins of expanders: which channels are I2C buses shows only by asking. A channel with a serial engine is made a bus, and
 * where an expander answers it stays one; any other goes back to its pins, of which only the first two were pulled low
 * for moments.
 */
#include "core/failure.h"
#include "link/ftdi_i2c.h"
#include "link/tca9555.h"
#include "setup/teach_parts.h"

#include <string.h>

/* Three address pins: SCPS200E section 8.4. */
enum { FIRST_ADDRESS = 0x20, LAST_ADDRESS = 0x27 };
#define EXPANDER_PINS 0xFFFFu

void teach_bus_free(gpointer data)
{
	TeachBus *bus = data;

	i2c_close(bus->i2c);
	g_free(bus);
}

/* ---- what hangs on a bus ----------------------------------------------------------------------- */

static const char *known_name(const Teach *teach, const BusPlace *place)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; fixture && i < fixture->controllers->len; i++) {
		const Controller *named = fixture->controllers->pdata[i];

		if (named->kind == CONTROLLER_EXPANDER && named->place.bus &&
			!strcmp(named->place.bus->serial, place->bus->serial) &&
			named->place.channel == place->channel &&
			named->place.address == place->address)
			return named->name;
	}
	return NULL;
}

/* Its wires stand behind those of other pins, before those of hubs. */
static void add_expander(Teach *teach, const TeachBus *bus, guint8 address)
{
	const BusPlace place = {bus->chip, bus->channel, address};
	TeachBank *bank = teach_add_bank(teach, known_name(teach, &place), "expander", "TCA9555");

	bank->controller.kind = CONTROLLER_EXPANDER;
	bank->controller.place = place;
	bank->bus = bus;
	bank->pins = teach_unnamed(teach, &bank->controller, EXPANDER_PINS);
	for (guint index = 0; index < PINS_MOST; index++) {
		const TeachWire wire = {.bank = bank, .index = index};

		if (bank->pins >> index & 1)
			g_array_insert_val(teach->wires, (guint)teach->pin_wires++, wire);
	}
	teach_say(teach, "  %s: TCA9555 0x%02X on channel %c of %s\n", bank->controller.name,
		address, 'A' + (int)bus->channel, bus->chip->name);
}

static guint count_expanders(const TeachBus *bus, gboolean there[LAST_ADDRESS + 1])
{
	guint count = 0;

	for (guint8 address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++) {
		there[address] = tca9555_answers(bus->i2c, address);
		count += there[address];
	}
	return count;
}

/* ---- which channels are one -------------------------------------------------------------------- */

/* The pins of this channel are wires no more; a chip without any is called by what it is. */
static void take_channel(Teach *teach, TeachBank *bank, guint channel)
{
	char *name;

	bank->pins &= ~(0xFFu << TEACH_CHANNEL * channel);
	for (gint i = teach->pin_wires; i-- > 0;) {
		const TeachWire *wire = teach_wire(teach, i);

		if (wire->bank != bank || wire->index / TEACH_CHANNEL != channel)
			continue;
		g_array_remove_index(teach->wires, (guint)i);
		teach->pin_wires--;
	}
	if (bank->known || bank->pins)
		return;
	name = teach_free_name(teach, "i2c");
	g_free((char *)bank->controller.name);
	bank->controller.name = name;
}

static gboolean try_channel(
	Teach *teach, TeachBank *bank, guint channel, gboolean in_file, GError **error)
{
	gboolean there[LAST_ADDRESS + 1] = {FALSE};
	g_autoptr(GError) failure = NULL;
	I2c *i2c = ftdi_i2c_open(&bank->controller, channel, &failure);
	TeachBus *bus;

	if (!i2c && in_file) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!i2c)
		return TRUE;
	bus = g_new0(TeachBus, 1);
	*bus = (TeachBus){&bank->controller, channel, i2c};
	if (!count_expanders(bus, there)) {
		teach_bus_free(bus);
		return TRUE;
	}
	g_ptr_array_add(teach->buses, bus);
	take_channel(teach, bank, channel);
	for (guint8 address = FIRST_ADDRESS; address <= LAST_ADDRESS; address++)
		if (there[address])
			add_expander(teach, bus, address);
	return TRUE;
}

static gboolean is_bus_in_file(const Teach *teach, const TeachBank *bank, guint channel)
{
	const Fixture *fixture = teach->options->fixture;

	for (guint i = 0; fixture && i < fixture->controllers->len; i++) {
		const BusPlace *place = &((Controller *)fixture->controllers->pdata[i])->place;

		if (place->bus && place->channel == channel &&
			!g_strcmp0(place->bus->serial, bank->controller.serial))
			return TRUE;
	}
	return FALSE;
}

gboolean teach_find_expanders(Teach *teach, GError **error)
{
	guint chips = teach->banks->len; /* expanders come behind them */

	for (guint i = 0; i < chips; i++) {
		TeachBank *bank = teach->banks->pdata[i];
		guint engines = controller_engines(bank->controller.chip);

		for (guint channel = 0; channel < engines; channel++) {
			gboolean in_file = is_bus_in_file(teach, bank, channel);
			gboolean whole = (bank->pins >> TEACH_CHANNEL * channel & 0xFF) == 0xFF;

			if ((in_file || whole) &&
				!try_channel(teach, bank, channel, in_file, error))
				return FALSE;
		}
	}
	return TRUE;
}

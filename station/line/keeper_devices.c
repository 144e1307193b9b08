#include "line/keeper_devices.h"

#include "core/failure.h"
#include "link/ftdi.h"
#include "link/ftdi_i2c.h"
#include "link/hub_port.h"
#include "link/ina.h"
#include "link/pin_command.h"
#include "link/tca9555.h"
#include "link/usb_port.h"

typedef struct {
	const Controller *controller;
	guint channel;
	I2c *i2c;
} Bus;

struct KeeperDevices {
	const Fixture *fixture;
	GPtrArray *
		banks; /* of PinBank*, in the controllers' order; NULL: none of its pins is named */
	GArray *buses; /* of Bus */
	GHashTable *monitors; /* slot -> Ina*: those that have been asked */
};

static void close_bank(gpointer data)
{
	pin_bank_close(data);
}

static void close_bus(gpointer data)
{
	i2c_close(((Bus *)data)->i2c);
}

static void close_monitor(gpointer data)
{
	ina_close(data);
}

/* ---- pins ------------------------------------------------------------------------------------- */

static PinBank *find_bank(
	const KeeperDevices *devices, const Controller *controller, GError **error)
{
	PinBank *bank = NULL;
	guint index = 0;
	if (g_ptr_array_find(devices->fixture->controllers, controller, &index))
		bank = g_ptr_array_index(devices->banks, index);
	if (bank == NULL)
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "controller '%s' is not open",
			controller->name);
	return bank;
}

static gboolean set_pins(
	gpointer data, const Controller *controller, guint32 pins, guint32 levels, GError **error)
{
	PinBank *bank = find_bank(data, controller, error);
	return bank != NULL && bank->ops->set(bank, pins, levels, error);
}

static gboolean read_pins(
	gpointer data, const Controller *controller, guint32 *levels, GError **error)
{
	PinBank *bank = find_bank(data, controller, error);
	return bank != NULL && bank->ops->read(bank, levels, error);
}

static void gather_pins(const Pin *pins, const Controller *controller, PinsUsed *used)
{
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
		if (pins[signal].controller != controller)
			continue;
		if (signal_is_input((Signal)signal))
			used->inputs |= pin_bit(&pins[signal]);
		else
			used->outputs |= pin_bit(&pins[signal]);
		used->safe |= pin_level(&pins[signal], FALSE);
	}
}

/* Which pins of a controller the fixture names. */
static PinsUsed used_pins(const Fixture *fixture, const Controller *controller)
{
	PinsUsed used = {0};
	gather_pins(fixture->pins, controller, &used);
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = g_ptr_array_index(fixture->slots, i);
		gather_pins(slot->pins, controller, &used);
	}
	return used;
}

/* ---- I2C -------------------------------------------------------------------------------------- */

static I2c *need_bus(KeeperDevices *devices, const BusPlace *place, GError **error)
{
	for (guint i = 0; i < devices->buses->len; i++) {
		const Bus *bus = &g_array_index(devices->buses, Bus, i);
		if (bus->controller == place->bus && bus->channel == place->channel)
			return bus->i2c;
	}
	const Bus bus = {
		place->bus, place->channel, ftdi_i2c_open(place->bus, place->channel, error)};
	if (bus.i2c != NULL)
		g_array_append_val(devices->buses, bus);
	return bus.i2c;
}

/* One that failed is set up anew the next time: it may have lost its power. */
static gboolean measure(gpointer data, const Slot *slot, KeeperFlow *flow, GError **error)
{
	KeeperDevices *devices = data;
	gpointer key = GUINT_TO_POINTER(slot->number);
	Ina *ina = g_hash_table_lookup(devices->monitors, key);
	InaFlow seen = {0};
	if (ina == NULL) {
		I2c *i2c = need_bus(devices, &slot->current.place, error);
		ina = i2c != NULL ? ina_open(&slot->current, i2c, error) : NULL;
		if (ina == NULL)
			return FALSE;
		g_hash_table_insert(devices->monitors, key, ina);
	}
	if (!ina_read(ina, &seen, error)) {
		g_hash_table_remove(devices->monitors, key);
		return FALSE;
	}
	*flow = (KeeperFlow){seen.milliampere, seen.millivolt};
	return TRUE;
}

/* ---- all of them ------------------------------------------------------------------------------ */

static PinBank *open_bank(
	KeeperDevices *devices, const Controller *controller, PinsUsed used, GError **error)
{
	switch (controller->kind) {
	case CONTROLLER_EXPANDER: {
		I2c *i2c = need_bus(devices, &controller->place, error);
		return i2c != NULL ? tca9555_open(controller, i2c, used, error) : NULL;
	}
	case CONTROLLER_HUB:
		return hub_port_open(controller, USB_SYSFS_DEVICES, used, error);
	case CONTROLLER_COMMAND:
		return pin_command_open(controller, used, error);
	default:
		return ftdi_open(controller, used, error);
	}
}

KeeperDevices *keeper_devices_open(const Fixture *fixture, GError **error)
{
	g_autoptr(KeeperDevices) devices = g_new0(KeeperDevices, 1);
	devices->fixture = fixture;
	devices->banks = g_ptr_array_new_with_free_func(close_bank);
	devices->buses = g_array_new(FALSE, FALSE, sizeof(Bus));
	g_array_set_clear_func(devices->buses, close_bus);
	devices->monitors = g_hash_table_new_full(NULL, NULL, NULL, close_monitor);
	for (guint i = 0; i < fixture->controllers->len; i++) {
		const Controller *controller = g_ptr_array_index(fixture->controllers, i);
		const PinsUsed used = used_pins(fixture, controller);
		PinBank *bank = NULL;
		if (used.outputs | used.inputs) {
			bank = open_bank(devices, controller, used, error);
			if (bank == NULL)
				return NULL;
		}
		g_ptr_array_add(devices->banks, bank);
	}
	return g_steal_pointer(&devices);
}

void keeper_devices_close(KeeperDevices *devices)
{
	if (devices == NULL)
		return;
	g_hash_table_unref(devices->monitors);
	g_ptr_array_unref(devices->banks);
	g_array_unref(devices->buses);
	g_free(devices);
}

KeeperWires keeper_devices_wires(KeeperDevices *devices)
{
	return (KeeperWires){.fixture = devices->fixture,
		.set = set_pins,
		.read = read_pins,
		.measure = measure,
		.data = devices};
}

#include "link/tca9555.h"

#include "core/failure.h"

/* Registers, two each: ports 0 and 1 (SCPS200E section 8.6). */
enum { INPUT = 0, OUTPUT = 2, POLARITY = 4, DIRECTION = 6 };

typedef struct {
	PinBank bank;
	I2c *i2c;
	guint8 address;
	const char *name;
	guint16 outputs, levels;
} Tca;

/* Both ports of a register, in one transfer. */
static gboolean write_pair(const Tca *tca, guint8 what, guint16 value, GError **error)
{
	const guint8 bytes[] = {what, (guint8)value, (guint8)(value >> 8)};
	return i2c_transfer(tca->i2c, tca->address, bytes, sizeof bytes, NULL, 0, error);
}

static gboolean read_pair(const Tca *tca, guint8 what, guint16 *value, GError **error)
{
	guint8 bytes[2] = {0};
	if (!i2c_transfer(tca->i2c, tca->address, &what, 1, bytes, sizeof bytes, error))
		return FALSE;
	*value = (guint16)(bytes[0] | bytes[1] << 8);
	return TRUE;
}

gboolean tca9555_answers(I2c *i2c, guint8 address)
{
	const Tca tca = {.i2c = i2c, .address = address};
	for (guint8 what = INPUT; what <= DIRECTION; what += 2) {
		guint16 even = 0, odd = 0;
		if (!read_pair(&tca, what, &even, NULL) || !read_pair(&tca, what + 1, &odd, NULL) ||
			odd != (guint16)(even >> 8 | even << 8))
			return FALSE;
	}
	return TRUE;
}

/* Read back at the pins of `look_at`: a register that was written is not a wire that follows. */
static gboolean apply(const Tca *tca, guint16 look_at, GError **error)
{
	guint16 seen = 0;
	if (!write_pair(tca, OUTPUT, tca->levels, error) || !read_pair(tca, INPUT, &seen, error))
		return FALSE;
	if (((seen ^ tca->levels) & look_at) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_LOST,
		"controller %s: set pins 0x%04X to 0x%04X, they read 0x%04X", tca->name, look_at,
		tca->levels & look_at, seen & look_at);
	return FALSE;
}

static gboolean set(PinBank *bank, guint32 pins, guint32 levels, GError **error)
{
	Tca *tca = (Tca *)bank;
	if (pins & ~(guint32)tca->outputs) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"pins 0x%04X of controller %s are not ours to drive", pins, tca->name);
		return FALSE;
	}
	tca->levels = (guint16)((tca->levels & ~pins) | (levels & pins));
	return apply(tca, (guint16)pins, error);
}

static gboolean read_inputs(PinBank *bank, guint32 *levels, GError **error)
{
	guint16 seen = 0;
	if (!read_pair((const Tca *)bank, INPUT, &seen, error))
		return FALSE;
	*levels = seen;
	return TRUE;
}

/* It keeps its registers for as long as it has power. */
static void close_chip(PinBank *bank)
{
	g_free(bank);
}

static const PinBankOps ops = {.set = set, .read = read_inputs, .close = close_chip};

PinBank *tca9555_open(const Controller *controller, I2c *i2c, PinsUsed used, GError **error)
{
	Tca *tca = g_new0(Tca, 1);
	g_autoptr(PinBank) bank = &tca->bank;
	bank->ops = &ops;
	tca->i2c = i2c;
	tca->address = controller->place.address;
	tca->name = controller->name;
	tca->outputs = (guint16)used.outputs;
	tca->levels = (guint16)(used.safe & used.outputs);
	/* The levels first: a pin that begins to be driven has its own at once. */
	if (!write_pair(tca, OUTPUT, tca->levels, error) || !write_pair(tca, POLARITY, 0, error) ||
		!write_pair(tca, DIRECTION, (guint16)~tca->outputs, error) ||
		!apply(tca, tca->outputs, error)) {
		g_prefix_error(error, "controller '%s': ", controller->name);
		return NULL;
	}
	return g_steal_pointer(&bank);
}

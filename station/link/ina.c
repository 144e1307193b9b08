#include "link/ina.h"

#include "core/failure.h"

/* Registers of both (SBOS448G section 8.6, SBOS547A section 7.6). */
enum { CONFIG = 0, BUS = 2, CURRENT = 4, CALIBRATION = 5 };
#define RESET 0x8000

/* INA219: 32 V, 320 mV over the shunt, 12 bits in 532 us, always. INA226: no averaging, 588 us, always. */
#define CONFIG_219 0x399F
#define CONFIG_226 0x40DF
#define OVER_219   0x0001 /* in BUS: its arithmetic overflowed */

struct Ina {
	I2c *i2c;
	Monitor monitor;
	double step_ma;
	guint16 calibration;
};

static gboolean put(Ina *ina, guint8 where, guint16 value, GError **error)
{
	const guint8 bytes[] = {where, (guint8)(value >> 8), (guint8)value};
	return i2c_transfer(
		ina->i2c, ina->monitor.place.address, bytes, sizeof bytes, NULL, 0, error);
}

static gboolean get(Ina *ina, guint8 where, guint16 *value, GError **error)
{
	guint8 bytes[2] = {0};
	if (!i2c_transfer(ina->i2c, ina->monitor.place.address, &where, 1, bytes, 2, error))
		return FALSE;
	*value = (guint16)(bytes[0] << 8 | bytes[1]);
	return TRUE;
}

/* As fine a step as the shunt's full scale allows: 320 mV or 81.92 mV over 15 bits, and the calibration over
 * 15 or 16 bits; its lowest bit is always 0 in an INA219. */
static void choose_step(Ina *ina)
{
	double ohm = ina->monitor.shunt_mohm / 1000.0;
	double full = (ina->monitor.ina226 ? 0.08192 : 0.32) / ohm;
	double factor = ina->monitor.ina226 ? 0.00512 : 0.04096;
	double exact = factor / (full / 32768 * ohm);
	ina->calibration = (guint16)((guint)CLAMP(exact, 2, 0x7ffe) & ~1u);
	ina->step_ma = factor / (ina->calibration * ohm) * 1000;
}

static gboolean told(const Ina *ina, GError **error, GError *cause)
{
	g_set_error(error, FAILURE, FAILURE_MONITOR_LOST, "current monitor at 0x%02X: %s",
		ina->monitor.place.address, cause->message);
	g_error_free(cause);
	return FALSE;
}

Ina *ina_open(const Monitor *monitor, I2c *i2c, GError **error)
{
	g_autoptr(Ina) ina = g_new0(Ina, 1);
	GError *cause = NULL;
	*ina = (Ina){.i2c = i2c, .monitor = *monitor};
	choose_step(ina);
	if (put(ina, CONFIG, RESET, &cause) &&
		put(ina, CONFIG, monitor->ina226 ? CONFIG_226 : CONFIG_219, &cause) &&
		put(ina, CALIBRATION, ina->calibration, &cause))
		return g_steal_pointer(&ina);
	told(ina, error, cause);
	return NULL;
}

void ina_close(Ina *ina)
{
	g_free(ina);
}

/* A monitor that lost its power in between counts from a calibration of 0: nothing, for ever. */
static gboolean check_calibration(Ina *ina, GError **error)
{
	guint16 calibration = 0;
	if (!get(ina, CALIBRATION, &calibration, error))
		return FALSE;
	if (calibration == ina->calibration)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_MONITOR_LOST,
		"its calibration is 0x%04X, not 0x%04X: it was without power", calibration,
		ina->calibration);
	return FALSE;
}

gboolean ina_read(Ina *ina, InaFlow *flow, GError **error)
{
	guint16 current = 0, bus = 0;
	GError *cause = NULL;
	if (!get(ina, CURRENT, &current, &cause) || !get(ina, BUS, &bus, &cause))
		return told(ina, error, cause);
	if (!ina->monitor.ina226 && bus & OVER_219) {
		g_set_error_literal(&cause, FAILURE, FAILURE_MONITOR_LOST, "it overflows");
		return told(ina, error, cause);
	}
	/* Nothing flows: or it counts nothing. */
	if (current == 0 && !check_calibration(ina, &cause))
		return told(ina, error, cause);
	flow->milliampere = (gint16)current * ina->step_ma;
	flow->millivolt = ina->monitor.ina226 ? bus * 1.25 : (bus >> 3) * 4.0;
	return TRUE;
}

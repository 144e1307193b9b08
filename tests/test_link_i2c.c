/* I2C over FTDI's serial engine, edge by edge against a bus that sees them all; and against bytes. */
#include "lib/failed.h"
#include "ftdi_mpsse.h"
#include "i2c_bus.h"
#include "ina219.h"
#include "lib/corpus.h"
#include "lib/i2c_proof.h"
#include "link/ina.h"
#include "link/mpsse.h"
#include "link/tca9555.h"
#include "tca9555.h"

#include <string.h>

enum { ROUNDS = 3000, LENGTH_MAX = 400 };
enum { SCL = 1, SDA = 2, SDA_IN = 4 };

/* ---- an engine and a bus, without USB -------------------------------------------------------------- */

typedef struct {
	I2c i2c;
	MpsseWire wire;
	FtdiMpsse engine;
	I2cBus *bus;
	Ina219 *ina;
	Tca9555 *tca;
	Ina219Flow flow;
	GString *seen; /* of the expander's pins: "0+ 9- " */
	guint exchanges;
} Rig;

static uint8_t wires(void *data)
{
	Rig *rig = data;
	return (uint8_t)((i2c_bus_scl(rig->bus) ? SCL : 0) |
			 (i2c_bus_sda(rig->bus) ? SDA | SDA_IN : 0));
}

static void pull(uint8_t out, uint8_t latch, void *data)
{
	Rig *rig = data;
	g_assert_cmphex(out & latch, ==, 0); /* open drain */
	i2c_bus_drive(rig->bus, !(out & SCL), !(out & SDA));
}

static gboolean exchange(gpointer data, const guint8 *program, gsize length, guint8 *answer,
	gsize answer_length, GError **error)
{
	Rig *rig = data;
	g_autoptr(GByteArray) said = g_byte_array_new();
	rig->exchanges++;
	ftdi_mpsse_run(&rig->engine, program, length, said);
	g_assert_cmpuint(said->len, ==, answer_length);
	if (said->len > 0)
		memcpy(answer, said->data, said->len);
	return TRUE;
}

static gboolean transfer(I2c *i2c, guint8 address, const guint8 *out, gsize out_length, guint8 *in,
	gsize in_length, GError **error)
{
	return mpsse_transfer(&((Rig *)i2c)->wire, address, out, out_length, in, in_length, error);
}

static Ina219Flow flow_of(void *data)
{
	return ((Rig *)data)->flow;
}

static void on_pin(unsigned pin, TcaLevel level, void *data)
{
	static const char marks[] = {[TCA_OPEN] = '.', [TCA_LOW] = '-', [TCA_HIGH] = '+'};
	g_string_append_printf(((Rig *)data)->seen, "%u%c ", pin, marks[level]);
}

static void rig_make(Rig *rig)
{
	static const I2cOps ops = {.transfer = transfer};
	*rig = (Rig){.i2c = {&ops}, .bus = i2c_bus_new(), .seen = g_string_new(NULL)};
	rig->wire = (MpsseWire){exchange, rig, "a bench"};
	ftdi_mpsse_init(&rig->engine, &(FtdiMpsseHooks){wires, pull, rig});
	rig->ina = ina219_new(rig->bus, 0x41, 0.1, flow_of, rig);
	rig->tca = tca9555_new(rig->bus, 0x20, on_pin, rig);
}

static void rig_clear(Rig *rig)
{
	ina219_free(rig->ina);
	tca9555_free(rig->tca);
	ftdi_mpsse_clear(&rig->engine);
	i2c_bus_free(rig->bus);
	g_string_free(rig->seen, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rig, rig_clear)

static void begin_well(Rig *rig)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(mpsse_begin(&rig->wire, &error));
	g_assert_no_error(error);
}

/* ---- the bus ------------------------------------------------------------------------------------------ */

static void test_nobody(void)
{
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	guint8 byte = 0;
	rig_make(&rig);
	begin_well(&rig);
	g_assert_false(mpsse_transfer(&rig.wire, 0x42, &byte, 1, NULL, 0, &error));
	assert_failed(error, FAILURE_PINS_LOST, "nobody answers at address 0x42");
	g_clear_error(&error);
	/* And the bus is free for the next one. */
	g_assert_true(mpsse_transfer(&rig.wire, 0x41, &byte, 1, &byte, 1, &error));
	g_assert_no_error(error);
}

/* A chip that was interrupted in a byte holds SDA until it has been clocked: nine times, and once by STOP. */
static void test_held_sda(void)
{
	for (guint clocks = 1; clocks <= 13; clocks++) {
		g_auto(Rig) rig;
		g_autoptr(GError) error = NULL;
		rig_make(&rig);
		i2c_bus_hold_sda(rig.bus, clocks);
		gboolean freed = mpsse_begin(&rig.wire, &error);
		g_assert_cmpint(freed, ==, clocks <= 10);
		if (!freed)
			assert_failed(error, FAILURE_PINS_LOST, "a chip holds SDA");
	}
}

/* It is waited for, but not for ever; SMBus allows 25 ms. */
static void test_stretched_clock(void)
{
	guint8 pointer = 4, bytes[2];
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	rig_make(&rig);
	begin_well(&rig);
	i2c_bus_stretch(rig.bus, 20);
	g_assert_true(mpsse_transfer(&rig.wire, 0x41, &pointer, 1, bytes, 2, &error));
	g_assert_no_error(error);
	i2c_bus_stretch(rig.bus, 1000000);
	gint64 begin = g_get_monotonic_time();
	g_assert_false(mpsse_transfer(&rig.wire, 0x41, &pointer, 1, bytes, 2, &error));
	assert_failed(error, FAILURE_PINS_LOST, "a chip holds SCL");
	g_assert_cmpint(g_get_monotonic_time() - begin, <, G_USEC_PER_SEC);
}

/* Round trips are what takes time: one for a transfer in which nothing is wrong. */
static void test_at_once(void)
{
	guint8 pointer = 4, bytes[2];
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	rig_make(&rig);
	begin_well(&rig);
	rig.exchanges = 0;
	g_assert_true(mpsse_transfer(&rig.wire, 0x41, &pointer, 1, bytes, 2, &error));
	g_assert_cmpuint(rig.exchanges, ==, 1);
	i2c_bus_stretch(rig.bus, 20);
	g_assert_true(mpsse_transfer(&rig.wire, 0x41, &pointer, 1, bytes, 2, &error));
	g_assert_cmpuint(rig.exchanges, >, 2);
	g_assert_no_error(error);
}

/* ---- chips -------------------------------------------------------------------------------------------- */

static void test_monitor(void)
{
	static const double currents[] = {0, 0.1, 65, 112.4, 499.9, 3199, -20};
	const Monitor monitor = {.place = {.address = 0x41}, .shunt_mohm = 100};
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	InaFlow flow;
	rig_make(&rig);
	begin_well(&rig);
	g_autoptr(Ina) ina = ina_open(&monitor, &rig.i2c, &error);
	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(currents); i++) {
		rig.flow = (Ina219Flow){currents[i], 4988};
		g_assert_true(ina_read(ina, &flow, &error));
		g_assert_cmpfloat_with_epsilon(flow.milliampere, currents[i], 0.15);
		g_assert_cmpfloat_with_epsilon(flow.millivolt, 4988, 4);
	}
	/* One that was without power counts nothing, and that is not 0 mA. */
	const guint8 reset[] = {0, 0x80, 0};
	g_assert_true(mpsse_transfer(&rig.wire, 0x41, reset, sizeof reset, NULL, 0, &error));
	g_assert_false(ina_read(ina, &flow, &error));
	assert_failed(error, FAILURE_MONITOR_LOST, "without power");
}

static void test_expander(void)
{
	const Controller controller = {.name = "more", .place = {.address = 0x20}};
	const PinsUsed used = {.outputs = 0x0203, .inputs = 0x8000, .safe = 0x0002};
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	guint32 levels = 0;
	rig_make(&rig);
	begin_well(&rig);
	g_autoptr(PinBank) bank = tca9555_open(&controller, &rig.i2c, used, &error);
	g_assert_no_error(error);
	/* Never another level than the safe one, from the first moment on. */
	g_assert_cmpstr(rig.seen->str, ==, "0- 1+ 9- ");
	g_assert_true(bank->ops->set(bank, 0x0200, 0x0200, &error));
	g_assert_true(bank->ops->set(bank, 0x0002, 0, &error));
	g_assert_cmpstr(rig.seen->str, ==, "0- 1+ 9- 9+ 1- ");
	tca9555_input(rig.tca, 15, true);
	g_assert_true(bank->ops->read(bank, &levels, &error));
	g_assert_cmphex(levels & used.inputs, ==, 0x8000);
	g_assert_false(bank->ops->set(bank, 0x8200, 0x8000, &error));
	assert_failed(error, FAILURE_STATION_INTERNAL, "not ours");
}

/* Neighbours at the same addresses: registers that are read one after the other, as an MCP23017's (all as after power-on),
 * and one that has a port alone, as a PCF8574. */
typedef struct {
	guint8 registers[22], at;
	gboolean pointed, port;
} Other;

static void other_start(void *data, bool reading)
{
	((Other *)data)->pointed = reading;
}

static bool other_write(void *data, uint8_t byte)
{
	Other *other = data;
	if (other->port)
		other->registers[0] = byte;
	else if (!other->pointed)
		other->at = byte % G_N_ELEMENTS(other->registers);
	other->pointed = TRUE;
	return true;
}

static uint8_t other_read(void *data)
{
	Other *other = data;
	guint8 byte = other->registers[other->port ? 0 : other->at];
	other->at = (guint8)((other->at + 1) % G_N_ELEMENTS(other->registers));
	return byte;
}

static void test_expander_answers(void)
{
	const Controller controller = {.name = "more", .place = {.address = 0x20}};
	Other mcp = {.registers = {0xFF, 0xFF}}, pcf = {.port = TRUE};
	g_auto(Rig) rig;
	g_autoptr(GError) error = NULL;
	rig_make(&rig);
	i2c_bus_add(rig.bus, &(I2cChip){0x21, other_start, other_write, other_read, &mcp});
	i2c_bus_add(rig.bus, &(I2cChip){0x22, other_start, other_write, other_read, &pcf});
	begin_well(&rig);
	g_assert_true(tca9555_answers(&rig.i2c, 0x20));
	g_assert_cmpstr(rig.seen->str, ==, "");
	g_autoptr(PinBank) bank = tca9555_open(
		&controller, &rig.i2c, (PinsUsed){.outputs = 0x0203, .safe = 0x0002}, &error);
	g_assert_no_error(error);
	tca9555_input(rig.tca, 15, true);
	g_assert_true(tca9555_answers(&rig.i2c, 0x20));
	for (guint8 address = 0x21; address <= 0x27; address++)
		g_assert_false(tca9555_answers(&rig.i2c, address));
}

/* ---- bytes -------------------------------------------------------------------------------------------- */

static void test_corpus(void)
{
	corpus_replay("tests/data/i2c/reply", 3, i2c_proof);
}

static void test_random(void)
{
	for (guint round = 0; round < ROUNDS; round++) {
		gsize length = (gsize)g_test_rand_int_range(4, LENGTH_MAX);
		g_autofree guint8 *bytes = g_malloc(length);
		for (gsize i = 0; i < length; i++)
			bytes[i] = (guint8)(g_test_rand_int() | (g_test_rand_int() & 3 ? SCL : 0));
		bytes[1] = 0xFA; /* the engine is there */
		bytes[2] = 0xAA;
		i2c_proof(bytes, length);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/i2c/nobody", test_nobody);
	g_test_add_func("/link/i2c/held-sda", test_held_sda);
	g_test_add_func("/link/i2c/stretched-clock", test_stretched_clock);
	g_test_add_func("/link/i2c/at-once", test_at_once);
	g_test_add_func("/link/i2c/monitor", test_monitor);
	g_test_add_func("/link/i2c/expander", test_expander);
	g_test_add_func("/link/i2c/expander-answers", test_expander_answers);
	g_test_add_func("/link/i2c/corpus", test_corpus);
	g_test_add_func("/link/i2c/random", test_random);
	return g_test_run();
}

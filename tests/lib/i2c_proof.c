#include "lib/i2c_proof.h"

#include "core/failure.h"
#include "link/ina.h"
#include "link/mpsse.h"
#include "link/tca9555.h"

#include <math.h>
#include <string.h>

enum { SET_PINS = 0x80, READ_PINS = 0x81 };

typedef struct {
	I2c i2c;
	MpsseWire wire;
	const guint8 *data;
	gsize left;
	guint8 directions; /* as they were set last */
	gboolean over;     /* the engine has gone */
} Proof;

/* What the engine is told: pins are low or inputs, and none but SCL and SDA is driven. */
static void check_program(Proof *proof, const guint8 *program, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		if (program[i] != SET_PINS)
			continue;
		g_assert_cmpuint(i + 2, <, length);
		g_assert_cmphex(program[i + 1], ==, 0);
		g_assert_cmphex(program[i + 2] & ~3, ==, 0);
		proof->directions = program[i + 2];
		i += 2;
	}
}

static gboolean exchange(gpointer data, const guint8 *program, gsize length, guint8 *answer,
	gsize answer_length, GError **error)
{
	Proof *proof = data;
	g_assert_cmpuint(answer_length, <=, MPSSE_ANSWER_MOST);
	check_program(proof, program, length);
	if (proof->left < answer_length) {
		proof->over = TRUE;
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "no more bytes");
		return FALSE;
	}
	memcpy(answer, proof->data, answer_length);
	proof->data += answer_length;
	proof->left -= answer_length;
	return TRUE;
}

/* Its end says one thing, and leaves the bus alone. */
static void check_end(const Proof *proof, gboolean done, GError *error)
{
	g_assert_true(done == (error == NULL));
	if (error) {
		g_assert_true(error->domain == FAILURE);
		g_assert_true(error->message[0] != '\0');
	}
	g_assert_true(proof->over || proof->directions == 0);
	g_clear_error(&error);
}

static gboolean transfer(I2c *i2c, guint8 address, const guint8 *out, gsize out_length, guint8 *in,
	gsize in_length, GError **error)
{
	Proof *proof = (Proof *)i2c;
	GError *seen = NULL;
	gboolean done =
		mpsse_transfer(&proof->wire, address, out, out_length, in, in_length, &seen);
	check_end(proof, done, seen ? g_error_copy(seen) : NULL);
	if (seen)
		g_propagate_error(error, seen);
	return done;
}

static void measure(Proof *proof, gboolean ina226)
{
	const Monitor monitor = {.place = {.address = 0x40}, .ina226 = ina226, .shunt_mohm = 100};
	GError *error = NULL;
	g_autoptr(Ina) ina = ina_open(&monitor, &proof->i2c, &error);
	InaFlow flow = {0};
	check_end(proof, ina != NULL, g_steal_pointer(&error));
	for (guint i = 0; ina && i < 3; i++) {
		gboolean done = ina_read(ina, &flow, &error);
		/* 16 bits of 0.1 mA and of 4 mV. */
		g_assert_true(!done || (fabs(flow.milliampere) < 4000 && flow.millivolt >= 0 &&
					       flow.millivolt < 90000));
		check_end(proof, done, g_steal_pointer(&error));
	}
}

static void drive(Proof *proof)
{
	const Controller controller = {.name = "more", .place = {.address = 0x20}};
	GError *error = NULL;
	guint32 levels = 0;
	g_autoptr(PinBank) bank =
		tca9555_open(&controller, &proof->i2c, (PinsUsed){0x00ff, 0xff00, 0x0f}, &error);
	check_end(proof, bank != NULL, g_steal_pointer(&error));
	if (!bank)
		return;
	check_end(proof, bank->ops->set(bank, 1u << 3, 1u << 3, &error), error);
	error = NULL;
	check_end(proof, bank->ops->read(bank, &levels, &error), error);
	g_assert_cmpuint(levels, <=, 0xffff);
}

void i2c_proof(const guint8 *data, gsize size)
{
	static const I2cOps ops = {.transfer = transfer};
	Proof proof = {.i2c = {&ops}, .data = data + 1, .left = size ? size - 1 : 0};
	GError *error = NULL;
	gboolean begun;
	if (size == 0)
		return;
	proof.wire = (MpsseWire){exchange, &proof, "a bus of bytes"};
	begun = mpsse_begin(&proof.wire, &error);
	check_end(&proof, begun, error);
	if (begun && data[0] % 3 == 2)
		drive(&proof);
	else if (begun)
		measure(&proof, data[0] % 3 == 1);
}

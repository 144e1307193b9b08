#include "core/failure.h"
#include "link/mpsse_program.h"

#include <string.h>

/* Commands (AN_108 section 3): */
#define UNKNOWN 0xAA /* is answered by BAD and itself (AN_135 section 5.3.1) */
#define BAD     0xFA
#define PREPARE "\x8A\x97\x8D\x85" /* no divisor by 5, no adaptive clock, two phases, no loopback */

enum { CLOCKS_TO_FREE = 9 };
/* SMBus gives a chip 25 ms before its clock is called stuck (SMBus 3.1 section 3.1.1.2); one look takes a USB
 * round trip, 125 us at least. */
#define STRETCH_US (25 * 1000)
#define LOOKS_MOST 1000

static gboolean stuck(const MpsseWire *wire, const char *what, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_PINS_LOST, "I2C bus of %s: %s", wire->name, what);
	return FALSE;
}

/* ---- bits and bytes --------------------------------------------------------------------------- */

/* After SCL has been let go: until it is up, `seen` are the wires then. */
static gboolean await_clock(const MpsseWire *wire, guint8 *seen, GError **error)
{
	gint64 until = g_get_monotonic_time() + STRETCH_US;
	guint8 answer[MPSSE_ANSWER_MOST];
	for (guint look = 0; !(*seen & MPSSE_SCL); look++) {
		MpsseProgram program = {.length = 0};
		mpsse_put_look(&program);
		if (look == LOOKS_MOST || (look > 0 && g_get_monotonic_time() > until))
			return stuck(wire, "a chip holds SCL", error);
		if (!mpsse_run(wire, &program, answer, error))
			return FALSE;
		*seen = answer[0];
	}
	return TRUE;
}

/* Bit 8 first, bit 0 is ACK's; each 1 lets SDA go. What stood on SDA goes to `in`. Only before its first bit may
 * a chip make us wait: so the first bit is waited for, and the other eight go at once. */
static gboolean nine_bits(const MpsseWire *wire, guint out, guint *in, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	gboolean first = out >> 8 & 1;
	mpsse_put_wires(&program, FALSE, first);
	mpsse_put_wires(&program, TRUE, first);
	mpsse_put_look(&program);
	if (!mpsse_run(wire, &program, answer, error) || !await_clock(wire, &answer[0], error))
		return FALSE;
	*in = answer[0] & MPSSE_SDA_IN ? 1 : 0;
	mpsse_put_wires(&program, FALSE, first);
	for (guint bit = 8; bit-- > 0;)
		mpsse_put_bit(&program, out >> bit & 1);
	if (!mpsse_run(wire, &program, answer, error))
		return FALSE;
	for (guint i = 0; i < 8; i++) {
		if (!(answer[i] & MPSSE_SCL))
			return stuck(wire, "a chip holds SCL in the middle of a byte", error);
		*in = *in << 1 | (answer[i] & MPSSE_SDA_IN ? 1 : 0);
	}
	return TRUE;
}

/* Both wires are up at the end, or somebody holds one. */
static gboolean stop(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	mpsse_put_stop(&program);
	if (!mpsse_run(wire, &program, answer, error))
		return FALSE;
	if ((answer[0] & (MPSSE_SCL | MPSSE_SDA_IN)) != (MPSSE_SCL | MPSSE_SDA_IN))
		return stuck(wire, answer[0] & MPSSE_SCL ? "a chip holds SDA" : "a chip holds SCL",
			error);
	return TRUE;
}

/* START, or a repeated one: from SCL down, or from both up. */
static gboolean start(const MpsseWire *wire, guint8 address, gboolean reading, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	guint in = 0;
	mpsse_put_start(&program);
	if (!mpsse_run(wire, &program, answer, error))
		return FALSE;
	if ((answer[0] & (MPSSE_SCL | MPSSE_SDA_IN)) != (MPSSE_SCL | MPSSE_SDA_IN))
		return stuck(wire, "a chip holds it before START", error);
	if (!nine_bits(wire, (guint)address << 2 | (reading ? 2u : 0) | 1, &in, error))
		return FALSE;
	if (in & 1) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST,
			"I2C bus of %s: nobody answers at address 0x%02X", wire->name, address);
		return FALSE;
	}
	return TRUE;
}

/* ---- transfers -------------------------------------------------------------------------------- */

static gboolean send(const MpsseWire *wire, const guint8 *out, gsize length, GError **error)
{
	for (gsize i = 0; i < length; i++) {
		guint in = 0;
		if (!nine_bits(wire, (guint)out[i] << 1 | 1, &in, error))
			return FALSE;
		if (in >> 1 != out[i])
			return stuck(wire, "somebody else talks", error);
		if (in & 1)
			return stuck(wire, "a chip takes no more bytes", error);
	}
	return TRUE;
}

/* The last byte gets no ACK: the chip is to let SDA go. */
static gboolean receive(const MpsseWire *wire, guint8 *into, gsize length, GError **error)
{
	for (gsize i = 0; i < length; i++) {
		guint in = 0;
		if (!nine_bits(wire, 0x1fe | (i + 1 == length ? 1 : 0), &in, error))
			return FALSE;
		into[i] = (guint8)(in >> 1);
	}
	return TRUE;
}

/* A repeated START begins with SDA let go while SCL is down. */
static gboolean turn_round(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	mpsse_put_wires(&program, FALSE, TRUE);
	return mpsse_run(wire, &program, answer, error);
}

/* Byte by byte, each as soon as the chip lets go of the clock. */
static gboolean carefully(const MpsseWire *wire, guint8 address, const guint8 *out,
	gsize out_length, guint8 *in, gsize in_length, GError **error)
{
	gboolean done = start(wire, address, FALSE, error) && send(wire, out, out_length, error);
	if (done && in_length > 0)
		done = turn_round(wire, error) && start(wire, address, TRUE, error) &&
		       receive(wire, in, in_length, error);
	/* However it went, the bus is to be free after it. */
	return stop(wire, done ? error : NULL) && done;
}

/* Clocks for as long as SDA is held; an idle bus sees none. */
static gboolean free_sda(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	mpsse_put_wires(&program, TRUE, TRUE);
	mpsse_put_look(&program);
	if (!mpsse_run(wire, &program, answer, error))
		return FALSE;
	for (guint clock = 0; clock < CLOCKS_TO_FREE && !(answer[0] & MPSSE_SDA_IN); clock++) {
		mpsse_put_wires(&program, FALSE, TRUE);
		mpsse_put_wires(&program, TRUE, TRUE);
		mpsse_put_look(&program);
		if (!mpsse_run(wire, &program, answer, error))
			return FALSE;
	}
	return TRUE;
}

/* Behind a transfer that was disturbed: the bus as it has to be before START. */
static gboolean settle(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	MpsseProgram program = {.length = 0};
	mpsse_put_wires(&program, TRUE, TRUE);
	mpsse_put_look(&program);
	return mpsse_run(wire, &program, answer, error) && await_clock(wire, &answer[0], error) &&
	       free_sda(wire, error) && stop(wire, error);
}

/* At once where that goes. Otherwise all is done again with care, and that says what it is: a register may be written twice. */
gboolean mpsse_transfer(const MpsseWire *wire, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length, GError **error)
{
	if (mpsse_once(wire, address, out, out_length, in, in_length))
		return TRUE;
	return settle(wire, error) &&
	       carefully(wire, address, out, out_length, in, in_length, error);
}

/* ---- the beginning ------------------------------------------------------------------------------ */

static gboolean find_engine(const MpsseWire *wire, GError **error)
{
	static const guint8 prepare[] = PREPARE;
	const guint8 unknown[] = {UNKNOWN, MPSSE_SEND_NOW};
	guint8 answer[2] = {0};
	if (!wire->exchange(wire->data, unknown, sizeof unknown, answer, sizeof answer, error))
		return FALSE;
	if (answer[0] != BAD || answer[1] != UNKNOWN)
		return stuck(wire, "its serial engine does not answer", error);
	return wire->exchange(wire->data, prepare, strlen(PREPARE), answer, 0, error);
}

gboolean mpsse_begin(const MpsseWire *wire, GError **error)
{
	return find_engine(wire, error) && free_sda(wire, error) && stop(wire, error);
}

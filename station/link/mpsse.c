#include "link/mpsse.h"

#include "core/failure.h"

#include <string.h>

/* Commands (AN_108 section 3): */
#define SET_PINS  0x80 /* levels, directions (1: driven) of pins 0 to 7 */
#define READ_PINS 0x81
#define SEND_NOW  0x87 /* the answer, not waiting for a full packet */
#define UNKNOWN   0xAA /* is answered by BAD and itself (AN_135 section 5.3.1) */
#define BAD       0xFA
#define PREPARE   "\x8A\x97\x8D\x85" /* no divisor by 5, no adaptive clock, two phases, no loopback */

enum { SCL = 0x01, SDA = 0x02, SDA_IN = 0x04 };
enum { CLOCKS_TO_FREE = 9 };
/* SMBus gives a chip 25 ms before its clock is called stuck (SMBus 3.1 section 3.1.1.2); one look takes a USB
 * round trip, 125 us at least. */
#define STRETCH_US (25 * 1000)
#define LOOKS_MOST 1000

enum { AT_ONCE_MOST = 6 }; /* bytes and addresses on the wire: an expander's two ports read are 5 */

/* A program under way. */
typedef struct {
	guint8 bytes[AT_ONCE_MOST * 90 + 60]; /* nine bits are 90 */
	gsize length, answers;
} Program;

static void put(Program *program, guint8 byte)
{
	g_assert(program->length < sizeof program->bytes);
	program->bytes[program->length++] = byte;
}

/* TRUE lets go of a wire, FALSE pulls it down. */
static void put_wires(Program *program, gboolean scl, gboolean sda)
{
	put(program, SET_PINS);
	put(program, 0);
	put(program, (guint8)((scl ? 0 : SCL) | (sda ? 0 : SDA)));
}

static void put_look(Program *program)
{
	put(program, READ_PINS);
	program->answers++;
}

/* From SCL down to SCL down: one bit, sampled while SCL is let go. */
static void put_bit(Program *program, gboolean sda)
{
	put_wires(program, FALSE, sda);
	put_wires(program, TRUE, sda);
	put_look(program);
	put_wires(program, FALSE, sda);
}

/* From SCL down, or from both up. */
static void put_start(Program *program)
{
	put_wires(program, TRUE, TRUE);
	put_look(program);
	put_wires(program, TRUE, FALSE);
	put_wires(program, FALSE, FALSE);
}

static void put_stop(Program *program)
{
	put_wires(program, FALSE, FALSE);
	put_wires(program, TRUE, FALSE);
	put_wires(program, TRUE, TRUE);
	put_look(program);
}

static gboolean run(
	const MpsseWire *wire, Program *program, guint8 answer[MPSSE_ANSWER_MOST], GError **error)
{
	g_assert(program->answers <= MPSSE_ANSWER_MOST);
	if (program->answers > 0)
		put(program, SEND_NOW);
	gboolean done = wire->exchange(
		wire->data, program->bytes, program->length, answer, program->answers, error);
	*program = (Program){.length = 0};
	return done;
}

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
	for (guint look = 0; !(*seen & SCL); look++) {
		Program program = {.length = 0};
		put_look(&program);
		if (look == LOOKS_MOST || (look > 0 && g_get_monotonic_time() > until))
			return stuck(wire, "a chip holds SCL", error);
		if (!run(wire, &program, answer, error))
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
	Program program = {.length = 0};
	gboolean first = out >> 8 & 1;
	put_wires(&program, FALSE, first);
	put_wires(&program, TRUE, first);
	put_look(&program);
	if (!run(wire, &program, answer, error) || !await_clock(wire, &answer[0], error))
		return FALSE;
	*in = answer[0] & SDA_IN ? 1 : 0;
	put_wires(&program, FALSE, first);
	for (guint bit = 8; bit-- > 0;)
		put_bit(&program, out >> bit & 1);
	if (!run(wire, &program, answer, error))
		return FALSE;
	for (guint i = 0; i < 8; i++) {
		if (!(answer[i] & SCL))
			return stuck(wire, "a chip holds SCL in the middle of a byte", error);
		*in = *in << 1 | (answer[i] & SDA_IN ? 1 : 0);
	}
	return TRUE;
}

/* Both wires are up at the end, or somebody holds one. */
static gboolean stop(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	Program program = {.length = 0};
	put_stop(&program);
	if (!run(wire, &program, answer, error))
		return FALSE;
	if ((answer[0] & (SCL | SDA_IN)) != (SCL | SDA_IN))
		return stuck(
			wire, answer[0] & SCL ? "a chip holds SDA" : "a chip holds SCL", error);
	return TRUE;
}

/* START, or a repeated one: from SCL down, or from both up. */
static gboolean start(const MpsseWire *wire, guint8 address, gboolean reading, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	Program program = {.length = 0};
	guint in = 0;
	put_start(&program);
	if (!run(wire, &program, answer, error))
		return FALSE;
	if ((answer[0] & (SCL | SDA_IN)) != (SCL | SDA_IN))
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
	Program program = {.length = 0};
	put_wires(&program, FALSE, TRUE);
	return run(wire, &program, answer, error);
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

/* ---- at once ------------------------------------------------------------------------------------ */

static void put_nine(Program *program, guint out)
{
	for (guint bit = 9; bit-- > 0;)
		put_bit(program, out >> bit & 1);
}

static Program whole_program(guint8 address, const guint8 *out, gsize out_length, gsize in_length)
{
	Program program = {.length = 0};
	put_start(&program);
	put_nine(&program, (guint)address << 2 | 1);
	for (gsize i = 0; i < out_length; i++)
		put_nine(&program, (guint)out[i] << 1 | 1);
	if (in_length > 0) {
		put_wires(&program, FALSE, TRUE);
		put_start(&program);
		put_nine(&program, (guint)address << 2 | 2 | 1);
	}
	for (gsize i = 0; i < in_length; i++)
		put_nine(&program, 0x1fe | (i + 1 == in_length ? 1 : 0));
	put_stop(&program);
	return program;
}

static guint take_nine(const guint8 **looks)
{
	guint in = 0;
	for (guint i = 0; i < 9; i++)
		in = in << 1 | (*(*looks)++ & SDA_IN ? 1 : 0);
	return in;
}

/* Whether both wires were up where START or STOP wants them so. */
static gboolean take_free(const guint8 **looks)
{
	return (*(*looks)++ & SDA_IN) != 0;
}

/* Whether the chip has heard all: nobody held the clock, bits were as they were sent, bytes acknowledged. */
static gboolean went_well(const guint8 *looks, gsize count, guint8 address, const guint8 *out,
	gsize out_length, guint8 *in, gsize in_length)
{
	gboolean well = TRUE;
	for (gsize i = 0; i < count; i++)
		well = well && looks[i] & SCL;
	well = take_free(&looks) && well;
	well = take_nine(&looks) == (guint)address << 2 && well;
	for (gsize i = 0; i < out_length; i++)
		well = take_nine(&looks) == (guint)out[i] << 1 && well;
	if (in_length > 0) {
		well = take_free(&looks) && well;
		well = take_nine(&looks) == ((guint)address << 2 | 2) && well;
	}
	for (gsize i = 0; i < in_length; i++)
		in[i] = (guint8)(take_nine(&looks) >> 1);
	return take_free(&looks) && well;
}

/* Clocks for as long as SDA is held; an idle bus sees none. */
static gboolean free_sda(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	Program program = {.length = 0};
	put_wires(&program, TRUE, TRUE);
	put_look(&program);
	if (!run(wire, &program, answer, error))
		return FALSE;
	for (guint clock = 0; clock < CLOCKS_TO_FREE && !(answer[0] & SDA_IN); clock++) {
		put_wires(&program, FALSE, TRUE);
		put_wires(&program, TRUE, TRUE);
		put_look(&program);
		if (!run(wire, &program, answer, error))
			return FALSE;
	}
	return TRUE;
}

/* Behind a transfer that was disturbed: the bus as it has to be before START. */
static gboolean settle(const MpsseWire *wire, GError **error)
{
	guint8 answer[MPSSE_ANSWER_MOST];
	Program program = {.length = 0};
	put_wires(&program, TRUE, TRUE);
	put_look(&program);
	return run(wire, &program, answer, error) && await_clock(wire, &answer[0], error) &&
	       free_sda(wire, error) && stop(wire, error);
}

/*
 * A whole transfer as one program: two USB transfers instead of some fifty, each of which takes a round trip. The
 * keeper reads its inputs fifty times a second, and everybody's requests wait behind that. The chips that
 * we know never hold the clock: TCA9555 and INA219, INA226 have SCL as an input only (SCPS200E section 5, SBOS448G
 * section 5, SBOS547B section 5). When something was not as it has to be, an answer that did not come included, all is done
 * again with care, and that says what it is: a register may be written twice.
 */
gboolean mpsse_transfer(const MpsseWire *wire, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length, GError **error)
{
	guint8 looks[MPSSE_ANSWER_MOST];
	gsize bytes = 1 + out_length + (in_length > 0 ? 1 + in_length : 0);
	if (bytes <= AT_ONCE_MOST) {
		Program program = whole_program(address, out, out_length, in_length);
		gsize count = program.answers;
		if (run(wire, &program, looks, NULL) &&
			went_well(looks, count, address, out, out_length, in, in_length))
			return TRUE;
		if (!settle(wire, error))
			return FALSE;
	}
	return carefully(wire, address, out, out_length, in, in_length, error);
}

/* ---- the beginning ------------------------------------------------------------------------------ */

static gboolean find_engine(const MpsseWire *wire, GError **error)
{
	static const guint8 prepare[] = PREPARE;
	const guint8 unknown[] = {UNKNOWN, SEND_NOW};
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

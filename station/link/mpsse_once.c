#include "link/mpsse_program.h"

static void put_nine(MpsseProgram *program, guint out)
{
	for (guint bit = 9; bit-- > 0;)
		mpsse_put_bit(program, out >> bit & 1);
}

static MpsseProgram whole_program(
	guint8 address, const guint8 *out, gsize out_length, gsize in_length)
{
	MpsseProgram program = {.length = 0};
	mpsse_put_start(&program);
	put_nine(&program, (guint)address << 2 | 1);
	for (gsize i = 0; i < out_length; i++)
		put_nine(&program, (guint)out[i] << 1 | 1);
	if (in_length > 0) {
		mpsse_put_wires(&program, FALSE, TRUE);
		mpsse_put_start(&program);
		put_nine(&program, (guint)address << 2 | 2 | 1);
	}
	for (gsize i = 0; i < in_length; i++)
		put_nine(&program, 0x1fe | (i + 1 == in_length ? 1 : 0));
	mpsse_put_stop(&program);
	return program;
}

static guint take_nine(const guint8 **looks)
{
	guint in = 0;
	for (guint i = 0; i < 9; i++)
		in = in << 1 | (*(*looks)++ & MPSSE_SDA_IN ? 1 : 0);
	return in;
}

/* Whether both wires were up where START or STOP wants them so. */
static gboolean take_free(const guint8 **looks)
{
	return (*(*looks)++ & MPSSE_SDA_IN) != 0;
}

/* Whether the chip has heard all: nobody held the clock, bits were as they were sent, bytes acknowledged. */
static gboolean went_well(const guint8 *looks, gsize count, guint8 address, const guint8 *out,
	gsize out_length, guint8 *in, gsize in_length)
{
	gboolean well = TRUE;
	for (gsize i = 0; i < count; i++)
		well = well && looks[i] & MPSSE_SCL;
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

/*
 * Two USB transfers instead of some fifty, each of which takes a round trip. The keeper reads its inputs fifty times a second,
 * and everybody's requests wait behind that. The chips that we know never hold the clock: TCA9555 and INA219, INA226 have SCL as
 * an input only (SCPS200E section 5, SBOS448G section 5, SBOS547B section 5).
 */
gboolean mpsse_once(const MpsseWire *wire, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length)
{
	gsize bytes = 1 + out_length + (in_length > 0 ? 1 + in_length : 0);
	guint8 looks[MPSSE_ANSWER_MOST];
	if (bytes > MPSSE_ONCE_MOST)
		return FALSE;
	MpsseProgram program = whole_program(address, out, out_length, in_length);
	gsize count = program.answers;
	return mpsse_run(wire, &program, looks, NULL) &&
	       went_well(looks, count, address, out, out_length, in, in_length);
}

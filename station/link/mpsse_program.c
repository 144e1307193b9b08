#include "link/mpsse_program.h"

/* Commands (AN_108 section 3): */
#define SET_PINS  0x80 /* levels, directions (1: driven) of pins 0 to 7 */
#define READ_PINS 0x81

enum { SDA = 0x02 };

static void put(MpsseProgram *program, guint8 byte)
{
	g_assert(program->length < sizeof program->bytes);
	program->bytes[program->length++] = byte;
}

void mpsse_put_wires(MpsseProgram *program, gboolean scl, gboolean sda)
{
	put(program, SET_PINS);
	put(program, 0);
	put(program, (guint8)((scl ? 0 : MPSSE_SCL) | (sda ? 0 : SDA)));
}

void mpsse_put_look(MpsseProgram *program)
{
	put(program, READ_PINS);
	program->answers++;
}

void mpsse_put_bit(MpsseProgram *program, gboolean sda)
{
	mpsse_put_wires(program, FALSE, sda);
	mpsse_put_wires(program, TRUE, sda);
	mpsse_put_look(program);
	mpsse_put_wires(program, FALSE, sda);
}

void mpsse_put_start(MpsseProgram *program)
{
	mpsse_put_wires(program, TRUE, TRUE);
	mpsse_put_look(program);
	mpsse_put_wires(program, TRUE, FALSE);
	mpsse_put_wires(program, FALSE, FALSE);
}

void mpsse_put_stop(MpsseProgram *program)
{
	mpsse_put_wires(program, FALSE, FALSE);
	mpsse_put_wires(program, TRUE, FALSE);
	mpsse_put_wires(program, TRUE, TRUE);
	mpsse_put_look(program);
}

gboolean mpsse_run(const MpsseWire *wire, MpsseProgram *program, guint8 answer[MPSSE_ANSWER_MOST],
	GError **error)
{
	g_assert(program->answers <= MPSSE_ANSWER_MOST);
	if (program->answers > 0)
		put(program, MPSSE_SEND_NOW);
	gboolean done = wire->exchange(
		wire->data, program->bytes, program->length, answer, program->answers, error);
	*program = (MpsseProgram){.length = 0};
	return done;
}

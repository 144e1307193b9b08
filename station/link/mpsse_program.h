/*
 * What the serial engine is told, command by command, and the looks at the wires that come back: the words of mpsse.h. A program is
 * built, then run, which empties it; each look answers one byte.
 */
#pragma once

#include "link/mpsse.h"

/* The answer, not waiting for a full packet (AN_108 section 3). */
#define MPSSE_SEND_NOW 0x87

/* The wires in a look; SDA is driven at one pin and read at another (mpsse.h). */
enum { MPSSE_SCL = 0x01, MPSSE_SDA_IN = 0x04 };

enum {
	MPSSE_ONCE_MOST = 6
}; /* bytes and addresses in one program: an expander's two ports read are 5 */

typedef struct {
	guint8 bytes[MPSSE_ONCE_MOST * 90 + 60]; /* nine bits are 90 */
	gsize length, answers;
} MpsseProgram;

/* TRUE lets go of a wire, FALSE pulls it down. */
void mpsse_put_wires(MpsseProgram *program, gboolean scl, gboolean sda);
void mpsse_put_look(MpsseProgram *program);
/* From SCL down to SCL down: one bit, sampled while SCL is let go. */
void mpsse_put_bit(MpsseProgram *program, gboolean sda);
/* From SCL down, or from both up. */
void mpsse_put_start(MpsseProgram *program);
void mpsse_put_stop(MpsseProgram *program);

gboolean mpsse_run(const MpsseWire *wire, MpsseProgram *program, guint8 answer[MPSSE_ANSWER_MOST],
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * mpsse_once.c: a whole transfer as one program. FALSE: something was not as it has to be, and nothing is known of what the
 * chip has heard; `in` is spoilt.
 */
gboolean mpsse_once(const MpsseWire *wire, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length) G_GNUC_WARN_UNUSED_RESULT;

/*
 * MicroPython's raw REPL: runs a script on a board and brings back what it printed. An engine on a serial
 * port; it never asks for a soft reset.
 *
 *   enter   Ctrl-C Ctrl-C Ctrl-A          whatever runs is interrupted ...
 *           <- "raw REPL; CTRL-B to exit\r\n>"
 *   script  Ctrl-E 'A' Ctrl-A             may it come with flow control (raw paste)?
 *           <- "R\x01" window             yes: so many bytes at once, 0x01 for as many more
 *           <- "R\x00", or the prompt     no: as it is, and USB alone holds it back
 *           text Ctrl-D  <- Ctrl-D or "OK"
 *   answer  <- what it printed, Ctrl-D, its exception if any, Ctrl-D, '>'
 *   leave   Ctrl-B
 *
 * Source: MicroPython's reference, "The MicroPython Interactive Interpreter Mode", sections on raw mode
 * and raw-paste mode. What the board says is bounded, and neither believed nor cleaned here.
 */
#pragma once

#include "link/cdc.h"

enum {
	REPL_ANSWER_MAX = 64 * 1024, /* bytes: what a script prints, and its exception */
	REPL_SCRIPT_MAX = 64 * 1024, /* a script has to fit into the board's heap */
};

typedef struct {
	Cdc *port;
	guint8 packet[CDC_PACKET_MAX]; /* received, and read up to `at` */
	gsize at, length;
	guint prompt_ms; /* how long a try to get a prompt takes; 0: 1000 */
	GString *tail;   /* the last bytes that came, for messages; may be NULL */
} Repl;

typedef struct {
	GString *out, *error; /* as they came; `error` is empty when the script came to its end */
} ReplAnswer;

void repl_answer_clear(ReplAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplAnswer, repl_answer_clear)
void repl_clear(Repl *repl);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Repl, repl_clear)

/* Every function may also fail as the port does. */

/* On an open port. FAILURE_CONSOLE_NO_PROMPT when no prompt comes although its USB answers. */
gboolean repl_enter(Repl *repl, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * TRUE when the board has run it, to its end or to an exception. `answer` has room of its own, made here;
 * what had come until a failure is in it. Progress: phase "run", bytes of the answer.
 *
 *   FAILURE_CONSOLE_PROTOCOL  an answer against the rules
 *   FAILURE_CONSOLE_STALL     it has begun, and not ended in the watch's time; it is interrupted
 *   FAILURE_CONSOLE_FLOOD     it prints more than REPL_ANSWER_MAX; it is interrupted
 */
gboolean repl_run(Repl *repl, const char *script, ReplAnswer *answer,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Interrupts what may still run, and back to the prompt for people. What fails is of no interest. */
void repl_leave(Repl *repl);

/* Whether a script can be sent: not empty (that would be a soft reset), not too long, no control
 * characters, which the board would obey. NULL, or what is wrong. */
const char *repl_script_problem(const char *script, gsize length);

/*
 * What the files of the raw REPL's engine share.
 *
 *   repl.c   entering, the answer, leaving      repl_script.c   the script's way to the board
 *   repl_bytes.c   what the board says, byte by byte
 */
#pragma once

#include "link/repl.h"

#define CTRL_A      "\x01"
#define CTRL_B      "\x02"
#define CTRL_C      "\x03"
#define CTRL_D      "\x04"
#define CTRL_E      "\x05"
#define REPL_PROMPT "raw REPL; CTRL-B to exit\r\n>"

gboolean repl_send(Repl *repl, const char *bytes, gsize length, GError **error);
gboolean repl_say(Repl *repl, const char *keys, GError **error);

/* Fetches a packet where none is left. FALSE without an error: nothing came within `most_ms`. */
gboolean repl_fill(Repl *repl, guint most_ms, GError **error);

/* A byte, or these bytes, of an answer that is due now; `what` begins the message. Nothing for 5 s:
 * FAILURE_CONSOLE_STALL; other bytes: FAILURE_CONSOLE_PROTOCOL. */
gboolean repl_next(Repl *repl, const char *what, guint8 *byte, GError **error);
gboolean repl_expect(Repl *repl, const char *what, const char *text, GError **error);

/* FAILURE_CONSOLE_PROTOCOL with what the board said last; FALSE. */
gboolean repl_violated(Repl *repl, const char *what, GError **error);

/* "; the last it said was '...Traceback'", newly allocated, clean. */
char *repl_last_words(const Repl *repl);

gboolean repl_send_script(Repl *repl, const char *script, gsize length, GError **error);

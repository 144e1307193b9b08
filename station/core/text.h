/*
 * Text from outside: devices, files, scanners, children. Nothing of it reaches a screen, a log or
 * the journal before text_clean(): terminals obey control characters, and bidi overrides show a
 * line as another one (facts/trust.md section 5, row "SQL / HTML / CSV / terminal").
 */
#pragma once

#include <glib.h>

/*
 * One line of printable UTF-8, newly allocated. What is not printable becomes an escape that says
 * what it was: "\n", "\x1b", "\u202e"; a byte that is not UTF-8 "\xff". Cleaning twice changes
 * nothing more. `length` -1: up to the NUL. NULL gives "".
 */
char *text_clean(const char *bytes, gssize length);

/* The first `most` characters of valid UTF-8, with "..." behind if there were more. */
char *text_clip(const char *text, gsize most);

/* Whether this may be the serial of a board, a probe or a controller: ^[A-Za-z0-9._-]{1,64}$.
 * Nothing else goes to OpenOCD, whose command language runs what stands in brackets. */
gboolean text_is_serial(const char *text);
#define TEXT_SERIAL_PATTERN "^[A-Za-z0-9._-]{1,64}$"

/* A USB port path: the bus, '-', and the ports on the way down. */
#define TEXT_PORT_PATTERN "^[1-9][0-9]{0,2}-[1-9][0-9]{0,2}(\\.[1-9][0-9]{0,2}){0,5}$"

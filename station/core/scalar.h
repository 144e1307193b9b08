/* What the text of a YAML scalar can mean, and how a text is written as one. */
#pragma once

#include <glib.h>

/* Each FALSE when the text is nothing of the kind; the result is then as it was. */
gboolean scalar_int(const char *text, gint64 *value);      /* 12, -3, 0x450 */
gboolean scalar_decimal(const char *text, double *value);  /* 0.5; no exponents */
gboolean scalar_bool(const char *text, gboolean *value);   /* true, false */
gboolean scalar_size(const char *text, gint64 *bytes);     /* 4096, 128KiB, 2MiB */
gboolean scalar_duration_ms(const char *text, gint64 *ms); /* 200ms, 1.5s, 2min */

/* "200ms", "30s": the shortest that reads back as this. Newly allocated. */
char *scalar_from_duration_ms(gint64 ms);

/* Whether YAML 1.2's core schema reads this plain text as something else than text. */
gboolean scalar_looks_typed(const char *text);

/* The text as one line of YAML: plain where no reader of YAML 1.1 or 1.2 can take it for anything
 * else, else in double quotes. Newly allocated. */
char *scalar_quote(const char *text);

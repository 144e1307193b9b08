/*
 * How verdicts look on a terminal, the same for the live display and for the journal's verbs.
 * Symbol and word always stand there; colour only adds to them (libraries.md section 15).
 *
 *   ▶ RUNNING   ✓ PASS   ✗ FAIL   ⚠ ERROR   ■ ABORTED
 */
#pragma once

#include "core/verdict.h"

/* One column wide, UTF-8. */
const char *style_symbol(Verdict verdict);

/* TRUE when this descriptor is a terminal that takes colour, and nobody set NO_COLOR. */
gboolean style_has_colour(int descriptor);

/* The escape sequence that begins the verdict's colour, and the one that ends any; "" without. */
const char *style_begin(Verdict verdict, gboolean colour);
const char *style_end(gboolean colour);

/* "✓ PASS", newly allocated. */
char *style_verdict(Verdict verdict, gboolean colour);

/* How many columns a clean text takes on a terminal. */
guint style_width(const char *text);

/* A clean text in exactly `width` columns, newly allocated: filled with blanks, or cut, with "…" as
 * its last column. */
char *style_fit(const char *text, guint width);

/*
 * Which serial number goes into which slot: from a file, or typed or scanned at a prompt.
 *
 * A file has a line a board: a serial (slots in order), or a slot's number and a serial. Empty lines
 * and lines that begin with # do not count.
 */
#pragma once

#include "core/recipe.h"

#include <stdio.h>

/*
 * A serial a slot, in the order of `slots` (Slot*); the table maps GUINT_TO_POINTER(slot number) to a
 * newly allocated serial. NULL with `problems` noted when any is missing, too many, twice, or not of
 * the recipe's pattern.
 */
GHashTable *serials_read_file(const char *path, GPtrArray *slots, const Recipe *recipe,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;

/* Asks for each slot on `out`, reads lines from `in`. An empty line leaves the slot out. At a terminal a
 * wrong one is asked for again, else it is an error. NULL with `error` (G_OPTION_ERROR). */
GHashTable *serials_ask(FILE *in, FILE *out, gboolean terminal, GPtrArray *slots,
	const Recipe *recipe, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * What must hold of the raw REPL's engine, whatever a board says: for fuzzers and their corpus. The first
 * byte is the size of its packets; that byte's upper bit puts the prompt before the rest, since chance would
 * hardly find it.
 */
#pragma once

#include <glib.h>

/* Aborts where it does not hold. */
void repl_proof(const guint8 *data, gsize size);

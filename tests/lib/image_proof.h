/* What must hold of every image file, whatever its bytes: for mutations and fuzzers. */
#pragma once

#include <glib.h>

/*
 * Reads the bytes as a file of this name, without an address. Either an error comes out that names
 * the file and an offset, or segments that are in order, apart, within 32 bits and no more than the
 * file has; then they are also told as text and as JSON. Anything else ends the program. TRUE: segments.
 */
gboolean image_proof(const void *bytes, gsize length, const char *name);

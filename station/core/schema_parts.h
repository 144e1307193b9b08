/*
 * What the files of schemas share.
 *
 *   schema.c   whether a tree is what its table says      schema_value.c   its values, or their defaults
 */
#pragma once

#include "core/schema.h"

/* An integer, a size in bytes, or a duration in ms, as the field's type has it. FALSE: it is none. */
gboolean schema_number(const Field *field, const char *text, gint64 *value);

/* The JSON Schema of a table as a jansson tree, for writers that put more around it. */
#pragma once

#include "core/schema.h"

#include <jansson.h>

/* An object schema: properties, required, nothing else allowed. Owned by the caller. */
json_t *schema_json_object(const Field *fields);

/* The whole document (takes `object`), newly allocated, ends with a newline. */
char *schema_json_document(const char *title, json_t *object);

/* Inside the journal's texts: members of its JSON as clean, readable words. */
#pragma once

#include "core/verdict.h"
#include <jansson.h>

/* A member that is a text: clean, newly allocated, "" where it is null. */
char *say_text(const json_t *object, const char *key);
/* The first 12 digits of a hash. */
char *say_hash(const json_t *object, const char *key);
/* "2026-11-22 13:38:00", local time; "-" where it is null. */
char *say_time(const json_t *object, const char *key);
/* "12.3 s" of a member in milliseconds; "-" where it is null. */
char *say_seconds(const json_t *object, const char *key);
/* What a measured value is, and whether it kept its limits: "412 ms (0 .. 900)". */
char *say_value(const json_t *value);
/* A member that is a verdict's word; ERROR where it is none. */
Verdict say_verdict(const json_t *object, const char *key);
gint64 say_int(const json_t *object, const char *key);

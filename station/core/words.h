/* Which known word somebody may have meant. */
#pragma once

#include <glib.h>

/* The candidate nearest to `word`, or NULL if none is near: at most one edit in three characters
 * (insert, delete, replace, swap of neighbours). `candidates` is NULL-terminated. */
const char *words_nearest(const char *word, const char *const *candidates);

/* " (did you mean 'address'?)", or "" when none is near; to be put behind a message. Newly
 * allocated. */
char *words_hint(const char *word, const char *const *candidates);

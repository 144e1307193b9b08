/* What is typed at the program while it works: lines from standard input, bounded, without waiting. */
#pragma once

#include <glib.h>

typedef struct Keys Keys;

/* `take` gets each line that is not empty, stripped; it may not free the keys. */
Keys *keys_new(void (*take)(const char *text, gpointer data), gpointer data);
void keys_free(Keys *keys); /* NULL is fine */

/* What link/pins*.c share. */
#pragma once

#include <glib.h>

/* A connection to the keeper; -1 on error. */
int pins_socket(const char *path, GError **error);

/* "error pins-lost what was seen": the words of a failure that happened over there. Returns FALSE. */
gboolean pins_told(const char *text, GError **error);

/* A world that a test writes down. */
#pragma once

#include "world.h"

/* NULL for one with mistakes, and only then; what is said of it goes to *said: "" for nothing. world_free(), g_free() them. */
World *world_text(const char *text, char **said);

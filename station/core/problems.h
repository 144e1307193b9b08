/*
 * The mistakes found in files, all of them in one pass.
 *
 *   recipes/x.yaml:12:9: error: unknown key 'adress' (did you mean 'address'?)
 */
#pragma once

#include <glib.h>

/* A place in a file. `file` is interned (g_intern_string) and never freed; lines and columns
 * count from 1, 0 means unknown. */
typedef struct {
	const char *file;
	guint line, column;
} Place;

typedef struct Problems Problems;

Problems *problems_new(void);
void problems_free(Problems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Problems, problems_free)

/* Notes one mistake. The text says what is wrong and what would be right, without a full stop. */
void problems_add(Problems *problems, Place place, const char *format, ...) G_GNUC_PRINTF(3, 4);

guint problems_count(const Problems *problems);

/* All of them as lines, ordered by file, line and column; at most 100, then how many more.
 * Newly allocated. Text that came from files has its control characters escaped. */
char *problems_text(const Problems *problems);

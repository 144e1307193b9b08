/* A private folder of a test, removed with all that is in it. */
#pragma once

#include <glib.h>

/* Made below the system's folder for temporary files; the test fails if it cannot be. */
char *folder_new(void);
/* Removes it and frees its name; NULL is fine. */
void folder_remove(char *folder);

/* Writes a file into it (folders on its way are made); its path, newly allocated. */
char *folder_write(const char *folder, const char *name, const char *text);

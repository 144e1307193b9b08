/* The SQL that makes the journal's tables, one text a version. */
#pragma once

#include <glib.h>

/* Versions count from 1; the text `from` brings a journal from that version to the next, 0 an empty database. */
guint tables_newest(void);
const char *tables_text(guint from);

/*
 * What a ZPL printer answers to ~HS: three lines, each between STX and ETX.
 *
 *   <STX>030,0,0,1245,000,0,0,0,000,0,0,0<ETX>\r\n     b paper out, c pause, f buffer full, j RAM, k/l too cold, hot
 *   <STX>001,0,0,0,1,2,4,0,00000000,1,000<ETX>\r\n     o head up, p ribbon out, u labels that are still to come
 *   <STX>1234,0<ETX>\r\n
 *
 * (ZPL II Programming Guide, ~HS.)
 */
#pragma once

#include <glib.h>

enum { PRINTER_STATUS_MAX = 512 };

typedef struct {
	gboolean paper_out, paused, buffer_full, ram_lost, too_cold, too_hot;
	gboolean head_open, ribbon_out;
	guint remaining; /* labels */
} PrinterStatus;

/* Whether all three lines are there. */
gboolean printer_status_whole(const char *answer, gsize length);
/* FALSE: it is no such answer. */
gboolean printer_status_parse(const char *answer, gsize length, PrinterStatus *status);
/* What an operator has to do before it prints: "the label printer has no labels left: put a roll in"; NULL: nothing. */
const char *printer_status_trouble(const PrinterStatus *status);

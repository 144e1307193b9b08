/*
 * One board's label in ZPL, from the recipe's template.
 *
 *   ^XA^FO30,30^BXN,6,200^FH^FD{{serial}}^FS^FO160,40^A0N,30^FH^FD{{product}} {{revision}}^FS^XZ
 *
 * A value stands in a field with ^FH, where "_5E" is a caret: whatever a serial, a lot or an operator's name holds is
 * printed, and obeyed never. A template is one label: one ^XA and one ^XZ, no ^PQ, and nothing that changes the characters
 * which commands begin with.
 */
#pragma once

#include <glib.h>

/* The names are those of the members, {{serial}}; NULL or "" prints nothing. Each is cut where 200 bytes of ZPL are full. */
typedef struct {
	const char *serial, *uid, *product, *revision, *lot, *operator, * station, *date;
} LabelValues;

/* FALSE with FAILURE_LABEL_TEMPLATE: what is wrong with it, and at which byte. */
gboolean label_check(GBytes *template, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The template with its values; NULL as above. */
GBytes *label_fill(
	GBytes *template, const LabelValues *values, GError **error) G_GNUC_WARN_UNUSED_RESULT;

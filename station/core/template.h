/*
 * Texts that are each board's own: {{serial}}, {{uid}}, {{revision}}, {{product}}, and {{measured.NAME}}
 * for what an earlier step has recorded under NAME. A value goes into whatever is around it, so it may
 * hold nothing with which it could get out of there: quotes, backslashes, braces, < > and control
 * characters are refused, in a value of at most 200 bytes.
 */
#pragma once

#include <glib.h>

/* The value of a name such as "measured.usb.await_ms"; NULL: there is none. */
typedef const char *(*TemplateValue)(const char *name, gpointer data);

/* FALSE with FAILURE_VALUE_MISSING at the first thing between {{ and }} that cannot be a value's name, or
 * has none. The message says which. */
gboolean template_check(
	GBytes *text, TemplateValue value, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The text with its values, or NULL as above, and with a value that may not be put into a text. */
GBytes *template_fill(
	GBytes *text, TemplateValue value, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

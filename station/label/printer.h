/*
 * A label goes to a printer: at a TCP port, or a device file. Its status is asked before and after.
 *
 *   connect --~HS--> ready? --the label--> --~HS--> still ready?       5 s for each
 *
 * Blocking, bounded: for a thread or a program of its own.
 */
#pragma once

#include "core/desk.h"

/* FALSE with FAILURE_LABEL_PRINTER: a sentence for the operator. `error` after the label was sent says that it may have
 * come out. */
gboolean printer_print(
	const PrinterPlace *place, GBytes *label, GError **error) G_GNUC_WARN_UNUSED_RESULT;

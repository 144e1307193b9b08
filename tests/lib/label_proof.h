/*
 * What must hold of any label template, whatever its values are, and of any bytes that a printer answers. A template
 * that is accepted makes one label, as the model of a printer reads it (zpl.h), with the same commands in it whether
 * its values are harmless or hostile.
 */
#pragma once

#include <glib.h>

void label_proof(const guint8 *data, gsize size);
void printer_status_proof(const guint8 *data, gsize size);

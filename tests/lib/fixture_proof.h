/*
 * What must hold of any bytes that somebody calls a fixture file: it is refused with sentences that can be printed, or
 * it is a fixture in which every slot, port and probe is there once, and every wire ends at a pin of its own, of one of
 * its controllers.
 */
#pragma once

#include <glib.h>

void fixture_proof(const guint8 *data, gsize size);

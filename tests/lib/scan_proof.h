/*
 * What must hold whatever a scanner sends. `data`: first byte bit 0 the order, bits 1-2 whose scanner; then three bytes an
 * event: key code, value and modifiers' noise, time since the last one. Shared by the fuzzer and the test that
 * replays its corpus.
 *
 *   what is delivered is one printable line of bounded length; each scan is answered with one sentence; an action comes
 *   only of a whole scan; a serial goes only where it may, and from a slot's own scanner only there.
 */
#pragma once

#include <glib.h>

void scan_proof(const guint8 *data, gsize size);

/*
 * Pins on FTDI chips through libftdi1, the only place that knows it. One process (the keeper) owns
 * a chip for as long as the fixture is in use: opening one anew would let its pins float.
 */
#pragma once

#include "core/fixture.h"

typedef struct Ftdi Ftdi;

/*
 * Opens the controller with this serial, takes those channels whose bit stands in `channels`
 * (bit 0: A) into bit-bang mode, and drives the pins of `mask` to `level` at once, so that none
 * floats: arrays of 4 bytes, one a channel. FAILURE_PINS_MISSING says which serials are there.
 */
Ftdi *ftdi_open(const Controller *controller, const guint8 mask[4], const guint8 level[4],
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ftdi_close(Ftdi *ftdi);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ftdi, ftdi_close)

/* Drives one pin and reads it back: FAILURE_PINS_LOST when it did not take, and for ever after a
 * controller that once did not answer (it may have been unplugged, its pins afloat). */
gboolean ftdi_set(Ftdi *ftdi, char channel, guint pin, gboolean high,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

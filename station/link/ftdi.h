/*
 * Pins on FTDI chips through libftdi1, the only place that knows it. One process (the keeper) owns
 * a chip for as long as the fixture is in use: opening one anew would let its pins float.
 */
#pragma once

#include "link/pin_bank.h"

/*
 * Opens the controller with this serial, takes the channels that have pins in use into bit-bang mode,
 * and drives the outputs to their safe levels at once, so that none floats. FAILURE_PINS_MISSING says
 * which serials are there. For ever after it once did not answer, it is lost: it may have been
 * unplugged, its pins afloat.
 */
PinBank *ftdi_open(
	const Controller *controller, PinsUsed used, GError **error) G_GNUC_WARN_UNUSED_RESULT;

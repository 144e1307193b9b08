/*
 * Pins that a program of the user's switches: a relay card, a bench supply.
 *
 *   set: [relayctl, --card, "2"]   runs   relayctl --card 2 PIN 1      exits with 0 when it is done
 *   get: [relayctl, --show]        runs   relayctl --show PIN          prints 1 or 0; is believed, not `set`
 */
#pragma once

#include "link/pin_bank.h"

/* All named pins are safe when it returns. Each run of a program is bounded by 2 s. */
PinBank *pin_command_open(
	const Controller *controller, PinsUsed used, GError **error) G_GNUC_WARN_UNUSED_RESULT;

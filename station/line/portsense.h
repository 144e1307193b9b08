/*
 * Feels a board where no present input does: by its USB port, which only a board with power comes up at. So an empty slot has
 * power, with BOOT0 held: then every chip starts its ROM bootloader, whatever is in its flash, and nothing of it runs. Jobs begin
 * and end without power, so behind a verdict it is a new look whether the board is still there.
 *
 *   begin: BOOT0, power --100 ms-- reset --20 ms--> look at the port ... --nothing for 2 s-- reset, look ...
 *                                                                                      end: power, BOOT0 off
 *
 * The reset is for ROMs that have no USB before one (boards.md section 4.2), and for boards that are put in later.
 * A board that is put in and taken out within a look is not seen. One that never comes up on USB is never felt: such
 * boards need a present input, or a start button.
 */
#pragma once

#include "core/fixture.h"
#include "line/slotcycle.h"
#include "link/pins.h"

typedef struct {
	const Slot *slot;
	gboolean on;     /* it may have power */
	gboolean begun;  /* it has */
	gboolean behind; /* a verdict: the board that got it may still be there */
	gboolean there;
	gint64 begin_us, reset_us,
		seen_us; /* reset_us: when NRST was last pulled, or is to be released */
	gboolean in_reset;
} PortSense;

void port_sense_begin(PortSense *sense, const Slot *slot, gboolean behind);

/* To be called every 50 ms or so. FALSE with `error`: the pins are late (linepins.h), then the next call tries again; or
 * lost. `*happened` says whether `*event` does. */
gboolean port_sense_tick(PortSense *sense, Pins *pins, gint64 now_us, gboolean *happened,
	CycleEvent *event, GError **error);

/* Takes power and BOOT0 off, and stops looking. FALSE: as port_sense_tick(); it has not ended. */
gboolean port_sense_end(PortSense *sense, Pins *pins, GError **error);

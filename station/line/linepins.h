/*
 * The keeper as a line asks it. A line has no time to wait: while it does, no job is heard and no other slot starts. So it
 * asks, waits a little, goes on, and asks again at its next tick; that the keeper is late ends nothing.
 *
 *   lamps 3 green ---> keeper: busy ...........ok
 *      |---250 ms---| late; ticks of other slots | settled: lamps 3 green, once more
 *
 * The keeper answers within milliseconds. It is late where a wire is switched by a command, which may take 2 s
 * (link/pin_command.c), by a hub whose kernel is busy with its other ports, or on a machine that starves. One that does not
 * answer for 5 s is gone (link/pins.h), and that ends the line.
 */
#pragma once

#include "link/pins.h"

/* For one request. While an answer is owed already, nobody else waits for it. */
void line_pins_watch(Watch *watch, const Pins *pins);

/* Whether this error says that the keeper is late, and not that it is gone. */
gboolean line_pins_late(const GError *error);

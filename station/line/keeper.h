/*
 * The keeper of a fixture's pins: the one process that owns its controllers, for as long as the
 * fixture is in use (`flashline keeper`, started by the controller).
 *
 *   controller ==lifeline==> keeper --libftdi1--> FT4232H ...   power, BOOT0, NRST, lamps, present,
 *   jobs ------socket------>                                    lid, start; link/pins.h: the protocol
 *
 * Every output is made safe (power and lamps off, BOOT0 and NRST inactive) when it starts and whenever it ends:
 * when the lifeline reads end of file, which it does however the controller dies, and on SIGTERM.
 * A job that goes away changes no pin.
 */
#pragma once

#include "core/fixture.h"

/*
 * Keeps until it has to end; then returns an exit status, 0 or 3. Says on stdout "ready\n" when it
 * serves, or "error CODE what was seen\n" when it cannot.
 * `socket_path` must not exist yet; it is made with mode 0600 and removed again.
 * Takes the process over: its signal mask and dispositions are changed.
 */
int keeper_main(const Fixture *fixture, const char *socket_path, int lifeline_fd);

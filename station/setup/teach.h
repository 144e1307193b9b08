/*
 * A fixture file from the fixture itself: `flashline teach`. Boards lie in slots that the file does not
 * have yet, one or all of them, and what happens on the bus when a pin is switched tells what the pin is for.
 *
 *   all pins high --------- each board starts in ST's ROM, blank or not: its port
 *   one pin low ----------- the board that goes: its power or its reset; over SWD the chip answers in
 *                           reset, and not without power
 *   its hub's port off ---- the same, of a board that no two pins take away: its power, if its chip falls silent on SWD
 *   one board on ---------- the probe that reaches a chip: its probe, and the chip's unique id
 *   one pin low, power on - the board that comes up as something else, or not at all: its BOOT0
 *   a board put in, a lid closed, a button pressed, with no pin driven - the input that changes
 *   what is left, on ------ what the operator says that lights: lamps, buzzer
 *   all BOOT0 low --------- OpenMV's bootloader says the unique id too: probe and port belong together
 *
 * What is on is found too: teach_levels.c; and I2C expanders: teach_expanders.c. Only pins that the file does not name are moved, and of hubs
 * only ports that were off, or on which a board without a power pin was seen.
 */
#pragma once

#include "core/fixture.h"
#include "link/usb.h"
#include <stdio.h>

typedef struct {
	const char *path;       /* the fixture file, there already or not */
	const Fixture *fixture; /* what stands in it; NULL: it is not there yet */
	Usb *usb;
	FILE *in, *out; /* the operator: answers a line each; at the end of `in` he is done */
	const volatile gint *stop; /* not 0: let go of everything */
} TeachOptions;

/* Returns how many slots were added to the file: each is in it as soon as it is taught, and stays there when `error` is
 * set later, or somebody says stop. Every pin that was moved is off at the end, resets released; ports of hubs that are no
 * slot's power are as they were. */
gint teach(const TeachOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

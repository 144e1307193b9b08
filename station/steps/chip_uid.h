/*
 * The chip's unique id in the forms in which an OpenMV camera tells it over USB (boards.md section
 * 1.2), so that a board that was swapped during a run is noticed.
 *
 *   SWD, bootloader   word 2, word 1, word 0            "003900353138510D33383539"
 *   firmware          bytes 11, 10+2, 9, 8+0, 7, 6      sums that may need three digits
 */
#pragma once

#include "link/usb.h"

/* Whether a device with this serial tells its chip's unique id by it. */
gboolean chip_uid_told(UsbId id, const char *serial);

/* FALSE when the serial that this device tells belongs to a chip other than `uid`. Devices that are no
 * OpenMV camera, or whose serial is the same on all of them, can belong to any. */
gboolean chip_uid_fits(const char *uid, UsbId id, const char *serial);

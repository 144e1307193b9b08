/*
 * A bootloader that is there again while the firmware is awaited that it has booted.
 *
 *     start       left         there again
 *       |--boot----|  . . . . .  |--boot----|  . . . . .       its window, then the firmware, that comes or does not
 *
 * Where the firmware came in the end, the board has lost its power for a moment: FAILURE_USB_LOST. Where it did not:
 * FAILURE_BOOT_LOOP. It falls as it starts, and starts anew; so it also does on a drive that a cut of power has left half
 * made (boards.md section 4.6: such words are bus faults), and what the bus shows is the same. So it is no proof against
 * the board.
 */
#pragma once

#include "steps/job.h"

/* What was on the slot's port while the firmware was awaited, besides it. */
typedef struct {
	UsbId bootloader;
	guint times; /* that it was there; of one that had left to boot the firmware, once is again */
} UsbReturn;

/* Of the last usb_await(), which waited for `firmware`; times 0: nothing was there, or no bootloader of its. */
UsbReturn usb_return_seen(const Job *job, UsbId firmware);

gboolean usb_returned(
	const Job *job, const UsbReturn *seen, gboolean firmware_came, GError **error);

/*
 * Why a device that was awaited has not come, and whose fault that is.
 *
 *   on its port was         and                                     then
 *   something else          that is neither another step's nor      usb-wrong-device
 *                           its own firmware
 *   its own firmware        its boot window was to be held          -window-missed
 *   nothing                 it came, and left before it was opened  -window-missed
 *   nothing                 three other ports of its hub had one    -window-missed
 *   nothing                 we looked too late                      -window-missed
 *   nothing                 it came to another port                 usb-not-seen, naming that port
 *   nothing                                                         usb-not-seen
 *
 * A bootloader that came back is none of these: usb_returned.h.
 */
#pragma once

#include "steps/job.h"

/* The firmware of the board whose DFU bootloader this is; vendor 0: it cannot be told by its id. */
UsbId usb_absent_firmware(UsbId bootloader);

/* Makes usb_await()'s error say so. `hold`: it is a bootloader whose window was to be held; the wait began at
 * `begin_us`. */
void usb_absent_explain(Job *job, UsbId wanted, gboolean hold, gint64 begin_us, GError **error);

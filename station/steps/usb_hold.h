/*
 * OpenMV's bootloader, awaited and kept from booting the firmware. A window that was missed is nothing that the board
 * can be blamed for: it is started again, up to two times.
 *
 *   start --- window --- own firmware on the port, for 2 s ---- start again
 *         '------------- gone before it was held ------------'
 *         '------------- nothing for 10 s, and the window may have passed unseen
 *
 * With nothing on its port the firmware may be about to format its drive, which takes 9 s (boards.md section 2.5): a
 * reset would leave half a word of it. So that case waits for 10 s first, and needs a deadline longer than that.
 */
#pragma once

#include "steps/job.h"

/* Leaves it open in the job; `ms`: how long it was awaited, all tries together. FAILURE_DFU_WINDOW_MISSED and
 * FAILURE_CDC_WINDOW_MISSED when it was missed in every try, else as usb_absent_explain() says; one that was there
 * once and then no more is FAILURE_USB_LOST. */
gboolean usb_hold(
	Job *job, Usb *usb, UsbId id, double *ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The board's older bootloader, on the device that usb.await left open. Used by openmv.cdc-download and by
 * usb.await itself, which has to tell it from the firmware: both are 1209:ABD1.
 */
#pragma once

#include "link/cdcboot.h"
#include "steps/job.h"

/* Finds and claims its serial port. FAILURE_STATION_INTERNAL when no device is open. */
gboolean cdc_bootloader_open(Job *job, CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, and keeps it from booting the firmware (boards.md section 1.4). */
gboolean cdc_bootloader_hold(Job *job, CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Waits for the bootloader (`hold`) or for the firmware on the slot's port. The other one is waited
 * out; when it stays the failure is FAILURE_CDC_WINDOW_MISSED for a firmware, FAILURE_USB_WRONG_DEVICE for
 * a bootloader. Else as usb_await(). `others`: how often the other one came.
 */
UsbDevice *cdc_bootloader_await(
	Job *job, Usb *usb, gboolean hold, guint *others, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The board's DFU bootloader, on the device that usb.await left open. Used by the dfu.* steps and by
 * usb.await itself.
 */
#pragma once

#include "link/dfu.h"
#include "steps/job.h"

/* Finds and claims its DFU interface. FAILURE_STATION_INTERNAL when no device is open. */
gboolean bootloader_open(Job *job, Dfu *dfu, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, and keeps it from booting the application (boards.md section 1.5). */
gboolean bootloader_hold(Job *job, Dfu *dfu, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Selects one of its alternate settings. FAILURE_DFU_REFUSED. */
gboolean bootloader_select(Dfu *dfu, guint8 alt, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Notes a problem where no usb.await stands before this step. */
void bootloader_check(const Step *step, const Recipe *recipe, Problems *problems);

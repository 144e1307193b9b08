/*
 * What must hold of the engine of OpenMV's older bootloader whatever a device answers: it ends, with success
 * or with a failure of ours, and believes no layout that cannot be.
 *
 *   length, configuration | how a transfer ends: 0xFF times out, 0xFE stalls, else so many bytes follow | ...
 *
 * When the bytes end the device is gone, so that every input ends.
 */
#pragma once

#include <glib.h>

void cdcboot_proof(const guint8 *data, gsize size);

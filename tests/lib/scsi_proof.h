/*
 * The SCSI engine against a drive that is nothing but bytes, and what must hold whatever they are: each call ends,
 * succeeds or says why in a code of its own; what it says of the drive is within its bounds; what it sends is
 * well formed and lies on the drive; and no write is sent a second time after a reset. Also for libFuzzer.
 */
#pragma once

#include <glib.h>

/*
 * The first byte says whether the descriptor is looked at, the rest is that descriptor; or what becomes of each
 * transfer, one after the other, until the bytes end and the drive is gone:
 *
 *   how  [bytes that come in]     bits 0-2: 0-3 all of it, 4 a part, 5 a stall, 6 silence, 7 more than there is
 *                                 bit 3: a status has the signature and tag that it should; bit 4: and nothing left over
 */
void scsi_proof(const guint8 *data, gsize size);

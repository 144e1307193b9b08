/*
 * What the files of the DfuSe engine share.
 *
 *   dfuse.c          what it may touch       dfuse_data.c     blocks: write, read back, blank
 *   dfuse_command.c  block 0, and leaving    dfuse_recover.c  out of a dfuDNBUSY that does not end
 */
#pragma once

#include "link/dfu_parts.h"
#include "link/dfuse.h"

/* After a command: dfuDNBUSY, and then dfuDNLOAD-IDLE, both sooner than the device says. */
DfuWait dfuse_wait(guint most_ms, FailureCode stall);

/* dfu_send(), and what DfuSe means by the status that the device reports (boards.md section 3.2). */
gboolean dfuse_send(Dfuse *dfuse, guint16 block, const guint8 *data, guint16 length, DfuWait *wait,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ABORT: to dfuIDLE from any state without an error. */
gboolean dfuse_abort(Dfuse *dfuse, GError **error) G_GNUC_WARN_UNUSED_RESULT;

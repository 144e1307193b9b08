/*
 * One DFU request at a time, and what its answer may mean. Shared by both dialects: dfu*.c, dfuse*.c.
 */
#pragma once

#include "core/failure.h"
#include "link/dfu.h"

/* boards.md section 3.1. */
typedef enum {
	DFU_DETACH,
	DFU_DNLOAD,
	DFU_UPLOAD,
	DFU_GETSTATUS,
	DFU_CLRSTATUS,
	DFU_GETSTATE,
	DFU_ABORT,
} DfuRequest;

typedef enum {
	DFU_APP_IDLE,
	DFU_APP_DETACH,
	DFU_IDLE,
	DFU_DNLOAD_SYNC,
	DFU_DNBUSY,
	DFU_DNLOAD_IDLE,
	DFU_MANIFEST_SYNC,
	DFU_MANIFEST,
	DFU_MANIFEST_WAIT_RESET,
	DFU_UPLOAD_IDLE,
	DFU_ERROR,
} DfuState;

typedef struct {
	guint8 status;
	DfuState state;
	guint poll_ms; /* as the device says: up to 16,777,215 */
} DfuStatus;

/*
 * One class request to the DFU interface; how many bytes moved, or -1. Bounded by the watch.
 * Errors are those of the pipe, so that the caller may know a stall from silence: to be passed
 * through dfu_settle() before they leave dfu*.c and dfuse*.c.
 */
gssize dfu_request(Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, with a bound of its own for this one answer. */
gssize dfu_request_within(Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length,
	guint most_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Turns what is left of the pipe's stall or time-out into a failure of this code. Returns FALSE. */
gboolean dfu_settle(GError **error, FailureCode code);

/* GETSTATUS, checked: six bytes, a status and a state that exist. `most_ms` 0: the usual bound. */
gboolean dfu_get_status(
	Dfu *dfu, DfuStatus *status, guint most_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How a device works off a DNLOAD, and how long it may. */
typedef struct {
	DfuState goal;
	guint busy;        /* mask of the states on the way there, the first one it is in lowest */
	FailureCode stall; /* what it is called when the time is over */
	guint most_ms;     /* 0: as long as the watch lets anything stall */
	/* Asks sooner than the device says: for ST's ROM, which holds its answer while it works and
	 * then still says "in 1000 ms" (boards.md section 4.5; pydfu never waits either, section 6). */
	gboolean eager;
	DfuStatus last; /* result: what it answered last */
} DfuWait;

/*
 * Asks until the device has left `busy` for `goal`, sleeping as long as it says, within reason: a time
 * longer than all of it may take is not believed. FAILURE_DFU_REFUSED when it reports an error,
 * `stall` when it stays busy, or silent, for too long.
 */
gboolean dfu_await(Dfu *dfu, DfuWait *wait, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* DNLOAD, and dfu_await(). FAILURE_DFU_REFUSED with its reason when the device stalls it. */
gboolean dfu_send(Dfu *dfu, guint16 block, const guint8 *data, guint16 length, DfuWait *wait,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether what was read is what it should be: FAILURE_FLASH_VERIFY names the first byte that is not.
 * `offset` is that of the block in the image, `base` where the image begins; 0: not known. */
gboolean dfu_same(guint32 base, gsize offset, guint block, const guint8 *read, const guint8 *wanted,
	gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* UPLOAD of one block, all of it. Never beyond the image's end: a block that passes the partition's end
 * answers 4 bytes (boards.md section 1.5). */
gboolean dfu_read_block(Dfu *dfu, guint block, guint8 *data, guint16 length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the block at this offset of the image is to be left alone. */
gboolean dfu_skips(const Dfu *dfu, gsize offset);

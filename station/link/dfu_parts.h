/*
 * One DFU request at a time, and what its answer may mean. Used by dfu*.c only.
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
 * through dfu_settle() before they leave dfu*.c.
 */
gssize dfu_request(Dfu *dfu, DfuRequest request, guint16 value, guint8 *data, guint16 length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Turns what is left of the pipe's stall or time-out into a failure of this code. Returns FALSE. */
gboolean dfu_settle(GError **error, FailureCode code);

/* GETSTATUS, checked: six bytes, a status and a state that exist. */
gboolean dfu_get_status(Dfu *dfu, DfuStatus *status, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Asks until the device has left the states of the mask `busy` for `goal`, sleeping as long as it
 * says, within reason. FAILURE_DFU_REFUSED when it reports an error, FAILURE_DFU_STALL when it
 * stays busy for as long as the watch lets anything stall.
 */
gboolean dfu_await(Dfu *dfu, DfuState goal, guint busy, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* UPLOAD of one block, all of it. Never beyond the image's end: a block that passes the partition's end
 * answers 4 bytes (boards.md section 1.5). */
gboolean dfu_read_block(Dfu *dfu, guint block, guint8 *data, guint16 length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the block at this offset of the image is to be left alone. */
gboolean dfu_skips(const Dfu *dfu, gsize offset);

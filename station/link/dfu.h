/*
 * USB DFU 1.1 as a device's bootloader speaks it; an engine without a transport of its own.
 *
 *   DNLOAD block n -> GETSTATUS (dfuDNBUSY: the device now erases and programs)
 *                  -> GETSTATUS (held until that is done) -> dfuDNLOAD-IDLE -> n+1
 *
 * OpenMV's bootloader (facts/boards.md section 1.5): 4096-byte blocks, sectors erased implicitly
 * when a block begins one, UPLOAD beyond the end gives 4 bytes, the 1.5 s window is held by
 * DNLOAD+GETSTATUS or UPLOAD only. The device's poll time is clamped, its states are checked,
 * nothing it answers is believed unseen.
 */
#pragma once

#include "link/usb.h"

typedef struct {
	guint8 interface;
	guint8 attributes; /* of the functional descriptor */
	guint16 detach_ms;
	guint16 transfer_size; /* wTransferSize, checked to be 8..65535 */
	guint16 version;       /* bcdDFUVersion */
	guint alt_count;
	guint8 alt_string[32]; /* iInterface of each alternate setting */
} DfuDescriptor;

/* Finds the DFU-mode interface (FE/01/02) in a configuration. FAILURE_DFU_PROTOCOL if none or
 * malformed; any bytes are safe. */
gboolean dfu_parse(const guint8 *configuration, gsize length, DfuDescriptor *dfu,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Every function below may also fail with FAILURE_USB_LOST, FAILURE_USB_TRANSFER, what the watch
 * says, and FAILURE_DFU_PROTOCOL for an answer that cannot be. */
typedef struct {
	UsbPipe *pipe;
	DfuDescriptor descriptor;
	Watch *watch;
	guint32 base; /* where block 0 lies in the chip's memory; 0: not known. For messages only. */
	guint32 skip; /* of dfu_skip() */
} Dfu;

/* Ends whatever the device was in: dfuERROR by CLRSTATUS, any other by ABORT, to dfuIDLE. */
gboolean dfu_idle(Dfu *dfu, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Keeps OpenMV's bootloader from booting the application: one short UPLOAD of block 0.
 * FAILURE_DFU_WINDOW_MISSED when the device went away meanwhile. */
gboolean dfu_hold(Dfu *dfu, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Parts of an image that are said to be in flash already: bit n is the chip's sector of 128 KiB that
 * begins at n * 128 KiB from block 0. dfu_download() then leaves alone those whose first block reads
 * back right, so that an image which is elsewhere than it was looked for is written all the same.
 * Before that: none is.
 */
gboolean dfu_skip(Dfu *dfu, guint32 sectors, const guint8 *image, gsize length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many bytes of an image of this length dfu_download() leaves alone. */
gsize dfu_skipped(const Dfu *dfu, gsize length);

/* Writes an image from block 0 of the current alternate setting, in blocks of the transfer size;
 * the last one is padded with 0xFF to a multiple of 32 (the device would pad with 0x00), and ends
 * with a DNLOAD of length 0. FAILURE_DFU_REFUSED with the device's own status, FAILURE_DFU_STALL
 * when it stays busy. With all of it skipped nothing is sent. Progress: phase "write". */
gboolean dfu_download(
	Dfu *dfu, const guint8 *image, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads back and compares every byte. FAILURE_FLASH_VERIFY with the first offset that differs,
 * what it holds and what it should, and how many differ in that block. Progress: phase "verify". */
gboolean dfu_compare(
	Dfu *dfu, const guint8 *image, gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Tells the bootloader to leave. The device may vanish before it answers: that is success. */
gboolean dfu_detach(Dfu *dfu, GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *dfu_state_word(guint8 state);   /* "dfuDNBUSY" */
const char *dfu_status_word(guint8 status); /* "errWRITE" */

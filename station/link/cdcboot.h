/*
 * OpenMV's older bootloader, which speaks over a CDC serial port; an engine without a transport of its
 * own (facts/boards.md section 1.4).
 *
 *   START    -> version      the only way to keep it from booting; again every 2 ms until answered
 *   LAYOUT   -> 3 words      which sectors may be erased
 *   ERASE n                  no answer, no errors: it takes the next packet when it is done,
 *   WRITE 60 bytes           or never, when it has died blinking its LED
 *   RESET                    boots
 *
 * Each command is one packet. It tells nobody whether a write worked: success is to be proven by
 * other means. What can be told is that it still lives: a LAYOUT is answered after all before it is
 * done, and is asked for behind each erase and behind the last byte. It writes buffers of 64 bytes, of
 * QSPI pages of 256: the last one is filled up, so that nothing is left there for RESET to write.
 */
#pragma once

#include "link/cdc.h"

/* This bootloader's id, which is the older firmware's too; only the serial tells them apart. */
#define CDCBOOT_ID ((UsbId){0x1209, 0xABD1})
gboolean cdcboot_is_id(UsbId id);
gboolean cdcboot_is_serial(const char *serial); /* NULL is nobody's */

typedef enum { CDCBOOT_FLASH, CDCBOOT_QSPI, CDCBOOT_MEMORIES } CdcBootMemory;

/* Where the first byte of an image goes: it takes no address. 0x08040000, 0x90000000. */
guint32 cdcboot_base(CdcBootMemory memory);

/* What an image may use of a memory, counted in what it erases at once. */
typedef struct {
	guint first, last;
	guint size; /* bytes; 0: the board has no such memory */
} CdcBootLayout;

typedef struct {
	Cdc port;      /* parsed, both interfaces claimed */
	gboolean safe; /* slow mode: a packet at a time, 1 ms behind each, 2 s behind an erase */

	guint version; /* 1, 2, 3: as it answered START */
	CdcBootLayout layout[CDCBOOT_MEMORIES];
	guint32 told[3]; /* its answer to LAYOUT, word by word */
	gboolean
		spent; /* QSPI is being written: START does not go back there, only a restart does */

	guint8 reply[2 * CDC_PACKET_MAX]; /* received, not used yet */
	gsize reply_length;
} CdcBoot;

/*
 * All below may also fail with FAILURE_USB_LOST, FAILURE_USB_TRANSFER, what the watch says,
 * FAILURE_CDC_PROTOCOL for an answer that cannot be, and FAILURE_CDC_STALL when it takes or answers
 * nothing for longer than its work can last. It does so on a wire that works: a broken one gives
 * transfer errors.
 */

/* Opens the port, and keeps the bootloader from booting the firmware. FAILURE_CDC_WINDOW_MISSED when it
 * went away meanwhile. */
gboolean cdcboot_hold(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Starts over, writing from the first byte again, and asks for its layouts. */
gboolean cdcboot_open(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether an image has room in what the bootloader says it may use: FAILURE_CDC_NO_ROOM. */
gboolean cdcboot_fits(const CdcBoot *boot, CdcBootMemory memory, gsize length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases the sectors that the image covers, and writes it, and 0xFF to the end of its last 64 or 256 bytes. At
 * most once for each memory behind a cdcboot_open(). Progress in bytes: phases "erase", "write". */
gboolean cdcboot_download(CdcBoot *boot, CdcBootMemory memory, const guint8 *image, gsize length,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases, writes and reads all of the QSPI flash: nothing stays of what it held, and nothing is heard for
 * minutes. FAILURE_QSPI_MEMTEST when it does not keep what is written. Phase "memtest". */
gboolean cdcboot_memtest(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Boots the firmware: it leaves the bus within 200 ms, to be waited for. */
gboolean cdcboot_reset(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

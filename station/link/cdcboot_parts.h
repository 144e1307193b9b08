/*
 * Packets to OpenMV's older bootloader, and its answers. Used by cdcboot*.c only.
 */
#pragma once

#include "core/failure.h"
#include "link/cdcboot.h"

/* boards.md section 1.4. */
typedef enum {
	CDCBOOT_START = 0x0001,
	CDCBOOT_RESET = 0x0002,
	CDCBOOT_FLASH_ERASE = 0x0004,
	CDCBOOT_FLASH_WRITE = 0x0008,
	CDCBOOT_FLASH_LAYOUT = 0x0010,
	CDCBOOT_QSPI_ERASE = 0x1004,
	CDCBOOT_QSPI_WRITE = 0x1008,
	CDCBOOT_QSPI_LAYOUT = 0x1010,
	CDCBOOT_QSPI_MEMTEST = 0x1020,
} CdcBootCommand;

enum {
	CDCBOOT_OPCODE = 0xABCD, /* the upper half of every command's, and of every version */
	/* Programming the 32 packets of a batch takes 40 ms at its slowest (section 4.7, x8). */
	CDCBOOT_WRITE_MS = 2000,
	/* The worst case of a sector, 4 s (section 4.7), and 2 s. */
	CDCBOOT_ERASE_MS = 6000,
	/* An answer leaves with the next frame, 1 ms. */
	CDCBOOT_ANSWER_MS = 1000,
};

/* The four bytes that every packet begins with. */
void cdcboot_put(guint8 *packet, CdcBootCommand command);

/* Whole packets; all but the last are full. Waits until the bootloader has taken them all.
 * FAILURE_CDC_STALL when it does not. */
gboolean cdcboot_send(CdcBoot *boot, guint8 *packets, gsize length, guint timeout_ms,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A command of one word and no more. */
gboolean cdcboot_tell(CdcBoot *boot, CdcBootCommand command, guint timeout_ms,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds what the bootloader has to say to boot->reply. Silence is a success: 0 bytes more. */
gboolean cdcboot_receive(CdcBoot *boot, guint timeout_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes one whole word out of boot->reply. */
gboolean cdcboot_take(CdcBoot *boot, guint32 *word) G_GNUC_WARN_UNUSED_RESULT;

/* Sends a command, waiting `busy_ms` for it to be taken, and waits `answer_ms` for `count` words. Late
 * answers to START before them are passed over. */
gboolean cdcboot_ask(CdcBoot *boot, CdcBootCommand command, guint busy_ms, guint answer_ms,
	guint32 *words, guint count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* START until it is answered, boot->version known, and no answer is left on its way. */
gboolean cdcboot_start(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Its layouts, proven to be possible. */
gboolean cdcboot_ask_layouts(CdcBoot *boot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Proof that all sent so far is done: the layout once more, the same. */
gboolean cdcboot_barrier(CdcBoot *boot, guint busy_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

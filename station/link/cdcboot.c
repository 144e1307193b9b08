#include "link/cdcboot_parts.h"

#include <string.h>

enum {
	OPCODE_LENGTH = 4,
	PACKET_MIN = 16, /* an opcode and some bytes */
	/* OpenMV's IDE queues 32 packets at a time, or one, of which its slow mode's have 4 bytes less
	 * (boards.md sections 1.4 and 7). Four times as many leave the wire idle less often. */
	FAST_BATCH = 128,
	SAFE_LESS = 4,
	SAFE_PACKET_MS = 1,
	SAFE_ERASE_MS = 2000,
	/* 512 blocks of 2 s at their slowest. Its author gives the step a deadline that ends it before. */
	MEMTEST_MS = 1024000,
};

typedef struct {
	const char *name, *unit;
	guint32 base;
	gsize buffer; /* bytes that are written at once */
	CdcBootCommand erase, write;
} Memory;

static const Memory memories[CDCBOOT_MEMORIES] = {
	[CDCBOOT_FLASH] = {"flash", "sector", 0x08040000, 64, CDCBOOT_FLASH_ERASE,
		CDCBOOT_FLASH_WRITE},
	[CDCBOOT_QSPI] = {"QSPI flash", "block", 0x90000000, 256, CDCBOOT_QSPI_ERASE,
		CDCBOOT_QSPI_WRITE},
};

guint32 cdcboot_base(CdcBootMemory memory)
{
	return memories[memory].base;
}

/* ---- coming and going ------------------------------------------------------------------------ */

gboolean cdcboot_hold(CdcBoot *boot, GError **error)
{
	if (cdc_open(&boot->port, CDC_BAUD_PLAIN, error) && cdcboot_start(boot, error))
		return TRUE;
	return usb_lost_means(error, FAILURE_CDC_WINDOW_MISSED);
}

gboolean cdcboot_is_id(UsbId id)
{
	return usb_id_equal(id, CDCBOOT_ID);
}

/* At high speed and at full speed: boards.md section 1.2. */
gboolean cdcboot_is_serial(const char *serial)
{
	return serial && (!strcmp(serial, "000000000010") || !strcmp(serial, "000000000011"));
}

gboolean cdcboot_open(CdcBoot *boot, GError **error)
{
	if (boot->port.out_packet < PACKET_MIN || boot->port.out_packet % 4) {
		g_set_error(error, FAILURE, FAILURE_CDC_PROTOCOL,
			"its serial port takes packets of %u bytes", boot->port.out_packet);
		return FALSE;
	}
	return cdcboot_start(boot, error) && cdcboot_ask_layouts(boot, error);
}

gboolean cdcboot_reset(CdcBoot *boot, GError **error)
{
	if (cdcboot_tell(boot, CDCBOOT_RESET, CDCBOOT_WRITE_MS, error))
		return TRUE;
	g_prefix_error(error, "at the reset that boots the firmware: ");
	return FALSE;
}

gboolean cdcboot_fits(const CdcBoot *boot, CdcBootMemory memory, gsize length, GError **error)
{
	const CdcBootLayout *layout = &boot->layout[memory];
	gsize room = (gsize)(layout->last - layout->first + 1) * layout->size;

	if (length && length <= room)
		return TRUE;
	if (!layout->size)
		g_set_error(error, FAILURE, FAILURE_CDC_NO_ROOM,
			"the bootloader (version %u) knows of no %s", boot->version,
			memories[memory].name);
	else
		g_set_error(error, FAILURE, FAILURE_CDC_NO_ROOM,
			"%zu bytes are to go into %s, of which the bootloader gives %zu (%ss %u to "
			"%u)",
			length, memories[memory].name, room, memories[memory].unit, layout->first,
			layout->last);
	return FALSE;
}

/* ---- erasing --------------------------------------------------------------------------------- */

static gboolean erase_unit(CdcBoot *boot, CdcBootMemory memory, guint unit, GError **error)
{
	guint32 number = GUINT32_TO_LE(unit);
	guint8 packet[OPCODE_LENGTH + sizeof number];
	gboolean erased;

	cdcboot_put(packet, memories[memory].erase);
	memcpy(packet + OPCODE_LENGTH, &number, sizeof number);
	if (!watch_erase_begin(boot->port.watch, CDCBOOT_ERASE_MS, error))
		return FALSE;
	erased = cdcboot_send(boot, packet, sizeof packet, CDCBOOT_WRITE_MS, error) &&
		 (!boot->safe || watch_sleep(boot->port.watch, SAFE_ERASE_MS, error)) &&
		 cdcboot_barrier(boot, CDCBOOT_ERASE_MS, error);
	watch_erase_end(boot->port.watch);
	return erased;
}

static gboolean erase(CdcBoot *boot, CdcBootMemory memory, gsize length, GError **error)
{
	const CdcBootLayout *layout = &boot->layout[memory];
	gsize total = (length + layout->size - 1) / layout->size * layout->size;

	watch_progress(boot->port.watch, "erase", 0, total);
	for (gsize done = 0; done < total; done += layout->size) {
		guint unit = layout->first + (guint)(done / layout->size);

		if (!erase_unit(boot, memory, unit, error)) {
			g_prefix_error(error, "erasing %s %u (0x%08zX): ", memories[memory].unit,
				unit, memories[memory].base + done);
			return FALSE;
		}
		watch_progress(boot->port.watch, "erase", done + layout->size, total);
	}
	return TRUE;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* One packet of so many bytes from this offset on, 0xFF behind the image's end; its length. */
static gsize fill_packet(guint8 *packet, CdcBootCommand command, const guint8 *image, gsize length,
	gsize offset, gsize chunk)
{
	gsize there = offset < length ? MIN(chunk, length - offset) : 0;

	cdcboot_put(packet, command);
	memcpy(packet + OPCODE_LENGTH, image + (there ? offset : 0), there);
	memset(packet + OPCODE_LENGTH + there, 0xFF, chunk - there);
	return OPCODE_LENGTH + chunk;
}

/*
 * A batch in one transfer: the host cuts it into packets of the endpoint's size, which is what each
 * command but the last has, so that on the wire it is as if each had been sent alone.
 *
 *   | ABCD0008 60 bytes | ABCD0008 60 bytes | ... | ABCD0008 the rest |
 *   '---- 64 bytes -----'---- 64 bytes -----'     '-- short: the last -'
 */
static gboolean write_all(
	CdcBoot *boot, CdcBootMemory memory, const guint8 *image, gsize length, GError **error)
{
	gsize packet = boot->port.out_packet - (boot->safe ? SAFE_LESS : 0);
	gsize chunk = packet - OPCODE_LENGTH, batch = (boot->safe ? 1 : FAST_BATCH) * packet;
	gsize buffer = memories[memory].buffer, total = (length + buffer - 1) / buffer * buffer;
	g_autofree guint8 *packets = g_malloc(batch);
	gsize done = 0;

	watch_progress(boot->port.watch, "write", 0, length);
	while (done < total) {
		gsize filled = 0, next = done;

		for (; filled < batch && next < total; next += MIN(chunk, total - next))
			filled += fill_packet(packets + filled, memories[memory].write, image,
				length, next, MIN(chunk, total - next));
		if (!cdcboot_send(boot, packets, filled, CDCBOOT_WRITE_MS, error) ||
			(boot->safe && !watch_sleep(boot->port.watch, SAFE_PACKET_MS, error))) {
			g_prefix_error(error, "writing at 0x%08zX: ", memories[memory].base + done);
			return FALSE;
		}
		done = next;
		watch_progress(boot->port.watch, "write", MIN(done, length), length);
	}
	return TRUE;
}

gboolean cdcboot_download(
	CdcBoot *boot, CdcBootMemory memory, const guint8 *image, gsize length, GError **error)
{
	if (!cdcboot_fits(boot, memory, length, error) || !erase(boot, memory, length, error))
		return FALSE;
	/* START takes the offset of the flash back to its first byte, not that of QSPI. */
	boot->spent = boot->spent || memory == CDCBOOT_QSPI;
	if (!write_all(boot, memory, image, length, error))
		return FALSE;
	if (cdcboot_barrier(boot, CDCBOOT_WRITE_MS, error))
		return TRUE;
	g_prefix_error(error, "after the last byte: ");
	return FALSE;
}

gboolean cdcboot_memtest(CdcBoot *boot, GError **error)
{
	guint32 good = 0;

	if (!cdcboot_fits(boot, CDCBOOT_QSPI, 1, error))
		return FALSE;
	watch_progress(boot->port.watch, "memtest", 0, 1);
	if (!cdcboot_ask(boot, CDCBOOT_QSPI_MEMTEST, CDCBOOT_WRITE_MS, MEMTEST_MS, &good, 1, error))
		return FALSE;
	if (good == 1) {
		watch_progress(boot->port.watch, "memtest", 1, 1);
		return TRUE;
	}
	g_set_error(error, FAILURE, good ? FAILURE_CDC_PROTOCOL : FAILURE_QSPI_MEMTEST,
		"its memory test of the QSPI flash answers 0x%08X, 1 is good", good);
	return FALSE;
}

#include "lib/rom_bench.h"

#include "core/failure.h"

#include <errno.h>
#include <string.h>

/* What link/usb_transfer.c makes of a transfer's end. */
static gssize result(int status, GError **error)
{
	if (status >= 0)
		return status;
	if (status == -EPIPE)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	else if (status == -ETIMEDOUT)
		g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	else
		g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
	return -1;
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	RomBench *rom = (RomBench *)pipe;

	rom->transfers++;
	return result(bench_control_within(
			      &rom->bench, timeout_ms, type, request, value, index, data, length),
		error);
}

RomBench *rom_bench_new(double time, guint8 version, const BootFaults *faults)
{
	RomBench *rom = g_new0(RomBench, 1);
	VDev *device;
	gsize length;

	rom->pipe.control = control;
	rom->config = bench_config();
	rom->config.chip.rom = version;
	if (faults)
		rom->config.faults = *faults;
	bench_open(&rom->bench, time, &rom->config, false);
	memset(bench_flash(&rom->bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE);
	board_boot0(rom->bench.board, true);
	board_power(rom->bench.board, true);
	if (!bench_await(&rom->bench, PID_ROM, 200)) { /* V9.0 */
		board_nrst(rom->bench.board, true);
		board_nrst(rom->bench.board, false);
		g_assert_true(bench_await(&rom->bench, PID_ROM, BENCH_PATIENCE_MS));
	}
	device = bench_device(&rom->bench);
	watch_begin(&rom->watch, 60000, 0);
	rom->dfuse = (Dfuse){.dfu = {.pipe = &rom->pipe, .watch = &rom->watch},
		.sector_erase_ms = DFUSE_SECTOR_ERASE_MS};
	length = device->configuration_descriptor[2] | (gsize)device->configuration_descriptor[3]
							       << 8;
	g_assert_true(dfu_parse(
		device->configuration_descriptor, length, &rom->dfuse.dfu.descriptor, NULL));
	g_assert_true(dfuse_map_parse(
		device->strings[rom->dfuse.dfu.descriptor.alt_string[0]], &rom->dfuse.map, NULL));
	return rom;
}

void rom_bench_free(RomBench *rom)
{
	bench_close(&rom->bench);
	g_free(rom);
}

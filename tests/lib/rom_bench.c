#include "lib/rom_bench.h"

#include <string.h>

RomBench *rom_bench_new(double time, guint8 version, const BootFaults *faults)
{
	RomBench *rom = g_new0(RomBench, 1);
	const guint8 *configuration;
	gsize length;

	bench_pipe_init(&rom->usb);
	rom->config = bench_config();
	rom->config.chip.rom = version;
	if (faults)
		rom->config.faults = *faults;
	bench_open(&rom->usb.bench, time, &rom->config, false);
	memset(bench_flash(&rom->usb.bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE);
	board_boot0(rom->usb.bench.board, true);
	board_power(rom->usb.bench.board, true);
	if (!bench_await(&rom->usb.bench, PID_ROM, 200)) { /* V9.0 */
		board_nrst(rom->usb.bench.board, true);
		board_nrst(rom->usb.bench.board, false);
		g_assert_true(bench_await(&rom->usb.bench, PID_ROM, BENCH_PATIENCE_MS));
	}
	watch_begin(&rom->watch, 60000, 0);
	rom->dfuse = (Dfuse){.dfu = {.pipe = &rom->usb.pipe, .watch = &rom->watch},
		.sector_erase_ms = DFUSE_SECTOR_ERASE_MS};
	configuration = bench_pipe_configuration(&rom->usb, &length);
	g_assert_true(dfu_parse(configuration, length, &rom->dfuse.dfu.descriptor, NULL));
	g_assert_true(dfuse_map_parse(
		bench_device(&rom->usb.bench)->strings[rom->dfuse.dfu.descriptor.alt_string[0]],
		&rom->dfuse.map, NULL));
	return rom;
}

void rom_bench_free(RomBench *rom)
{
	bench_close(&rom->usb.bench);
	g_free(rom);
}

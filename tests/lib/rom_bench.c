#include "lib/rom_bench.h"

#include "core/failure.h"

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

/* ---- what tests do with it --------------------------------------------------------------------- */

guint8 *rom_image(gsize length)
{
	guint8 *image = g_malloc(length + 1);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int();
	return image;
}

void rom_assert_failed(const GError *error, int code, const char *part)
{
	g_assert_error(error, FAILURE, code);
	if (part && !strstr(error->message, part))
		g_test_fail_printf("'%s' does not say '%s'", error->message, part);
}

gboolean rom_flash(RomBench *rom, DfusePlan *plan, GError **error)
{
	const DfuseSector *sectors;
	const DfuseRange *ranges;
	guint count;

	if (!dfuse_begin(&rom->dfuse, error) || !dfuse_plan_check(plan, &rom->dfuse, error))
		return FALSE;
	sectors = dfuse_plan_sectors(plan, &count);
	for (guint i = 0; i < count; i++)
		if (!dfuse_erase_sector(&rom->dfuse, sectors[i].address, error))
			return FALSE;
	ranges = dfuse_plan_ranges(plan, &count);
	return dfuse_write(&rom->dfuse, ranges, count, error) &&
	       dfuse_compare(&rom->dfuse, ranges, count, error);
}

DfusePlan *rom_plan(guint32 address, const guint8 *image, gsize length)
{
	DfusePlan *plan = dfuse_plan_new();

	g_assert_true(dfuse_plan_add(plan, address, image, length, NULL));
	return plan;
}

gboolean rom_only(const guint8 *bytes, guint8 value, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (bytes[i] != value)
			return FALSE;
	return TRUE;
}

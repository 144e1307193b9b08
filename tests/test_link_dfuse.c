/* The DfuSe engine on the model of ST's ROM: what it writes, and what it may not touch. */
#include "core/failure.h"
#include "lib/rom_bench.h"
#include "link/dfuse_plan.h"

#include <string.h>

/* The second sector. */
static GPtrArray *keep_new(void)
{
	static const BoardRegion filesystem = {"filesystem", 0x08020000, 0x20000, NULL};
	GPtrArray *keep = g_ptr_array_new();

	g_ptr_array_add(keep, (gpointer)&filesystem);
	return keep;
}

/* ---- as it should be ------------------------------------------------------------------------- */

/* U-Boot's list for DFU (trust.md section 2), at the start of a sector and in the midst of one. */
static void test_sizes(void)
{
	static const gsize lengths[] = {
		1, 63, 64, 65, 127, 128, 129, 959, 960, 961, 4095, 4096, 4097, 1 << 20};
	static const guint32 addresses[] = {0x08000000, 0x080E0404};

	for (guint i = 0; i < G_N_ELEMENTS(lengths) * G_N_ELEMENTS(addresses); i++) {
		gsize length = lengths[i / 2];
		guint32 address = addresses[i % 2], end = address + (guint32)length;
		g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
		g_autofree guint8 *image = rom_image(length);
		g_autoptr(DfusePlan) plan = rom_plan(address, image, length);
		g_autoptr(GError) error = NULL;
		const guint8 *all = bench_flash(&rom->usb.bench, H7_FLASH_BASE);
		guint32 sector = address & ~(H7_SECTOR - 1);

		g_assert_true(rom_flash(rom, plan, &error));
		g_assert_no_error(error);
		g_assert_cmpmem(bench_flash(&rom->usb.bench, address), length, image, length);
		g_assert_true(
			rom_only(bench_flash(&rom->usb.bench, sector), 0xFF, address - sector));
		sector = (end - 1) | (H7_SECTOR - 1);
		g_assert_true(rom_only(bench_flash(&rom->usb.bench, end), 0xFF, sector + 1 - end));
		/* The neighbours are as they were. */
		g_assert_true(rom_only(all, 0x5A, (address & ~(H7_SECTOR - 1)) - H7_FLASH_BASE));
		g_assert_true(rom_only(all + (sector + 1 - H7_FLASH_BASE), 0x5A,
			H7_FLASH_BASE + H7_FLASH_SIZE - sector - 1));
	}
}

/* Nothing to do costs nothing, and above all is no DNLOAD of length 0, which would leave. */
static void test_nothing(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	DfuseRange empty = {.address = 0x08000000};

	g_assert_true(dfuse_write(&rom->dfuse, &empty, 1, NULL));
	g_assert_true(dfuse_write(&rom->dfuse, NULL, 0, NULL));
	g_assert_cmpuint(rom->usb.transfers, ==, 0);
}

/* Counting blocks: DNLOAD and two GETSTATUS for each, half of what dfu-util needs, and three more for the
 * pointer. */
static void test_transfers(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	gsize length = 200 * 1024;
	g_autofree guint8 *image = rom_image(length);
	DfuseRange range = {0x08040000, image, length};

	memset(bench_flash(&rom->usb.bench, range.address), 0xFF, length);
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	rom->usb.transfers = 0;
	g_assert_true(dfuse_write(&rom->dfuse, &range, 1, NULL));
	g_assert_cmpuint(rom->usb.transfers, ==, 200 * 3 + 3);
	rom->usb.transfers = 0;
	g_assert_true(dfuse_compare(&rom->dfuse, &range, 1, NULL));
	/* One each, a pointer between two ABORT, and an ABORT at the end. */
	g_assert_cmpuint(rom->usb.transfers, ==, 200 + 6);
}

/* 65,536 blocks: two more than there are numbers, 2 to 65535, so the pointer is set once more. */
static void test_numbers_run_out(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	guint8 *flash_bytes = bench_flash(&rom->usb.bench, H7_FLASH_BASE);
	g_autofree guint8 *copy = NULL;
	g_autoptr(GError) error = NULL;
	DfuseRange range = {H7_FLASH_BASE, NULL, H7_FLASH_SIZE};

	flash_bytes[H7_FLASH_SIZE - 64] = 1; /* the last but one */
	flash_bytes[H7_FLASH_SIZE - 32] = 2;
	range.data = copy = g_memdup2(flash_bytes, H7_FLASH_SIZE);
	rom->dfuse.dfu.descriptor.transfer_size = 32;
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	rom->usb.transfers = 0;
	g_assert_true(dfuse_compare(&rom->dfuse, &range, 1, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(rom->usb.transfers, ==, 65536 + 2 * 5 + 1);
}

static void test_commands(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	guint8 commands[DFUSE_COMMANDS_MAX];
	gsize count;

	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	g_assert_true(dfuse_commands(&rom->dfuse, commands, &count, NULL));
	g_assert_cmpmem(commands, count, "\x00\x21\x41\x92", 4);
	g_assert_true(dfuse_point(&rom->dfuse, 0x08000000, NULL));
}

static void test_leave(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	g_assert_true(dfuse_leave(&rom->dfuse, 0x08000000, &error));
	g_assert_true(bench_await(&rom->usb.bench, 0, BENCH_PATIENCE_MS));
}

/* A protected chip: no word about red bins. Opening it costs what is in it. */
static void test_protected(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autoptr(GPtrArray) keep = keep_new();
	g_autoptr(GError) error = NULL;

	bench_close(&rom->usb.bench);
	rom->config.chip.rdp = 0x55;
	bench_open(&rom->usb.bench, 0, &rom->config, true);
	board_boot0(rom->usb.bench.board, true);
	board_power(rom->usb.bench.board, true);
	g_assert_true(bench_await(&rom->usb.bench, PID_ROM, BENCH_PATIENCE_MS));
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	g_assert_false(dfuse_erase_sector(&rom->dfuse, 0x08000000, &error));
	rom_assert_failed(error, FAILURE_CHIP_READ_PROTECTED, "errVENDOR");
	g_clear_error(&error);

	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	rom->dfuse.keep = keep;
	g_assert_false(dfuse_read_unprotect(&rom->dfuse, &error));
	rom_assert_failed(error, FAILURE_STATION_INTERNAL, "'filesystem'");
	rom->dfuse.keep = NULL;
	g_assert_true(dfuse_read_unprotect(&rom->dfuse, NULL));
	bench_pass(&rom->usb.bench, 50);
	g_assert_true(rom_only(bench_flash(&rom->usb.bench, H7_FLASH_BASE), 0xFF, H7_FLASH_SIZE));
}

/* ---- what may not be touched ----------------------------------------------------------------- */

static void test_plan(void)
{
	g_autoptr(DfusePlan) plan = dfuse_plan_new();
	g_autoptr(GError) error = NULL;
	const DfuseRange *ranges;
	guint count;

	g_assert_true(dfuse_plan_add(plan, 0x08000003, (const guint8 *)"abc", 3, NULL));
	g_assert_true(dfuse_plan_add(plan, 0x08000010, (const guint8 *)"defg", 4, NULL));
	g_assert_true(dfuse_plan_add(plan, 0x08000020, (const guint8 *)"h", 1, NULL)); /* touches */
	g_assert_true(dfuse_plan_add(plan, 0x08000061, (const guint8 *)"i", 1, NULL));
	ranges = dfuse_plan_ranges(plan, &count);
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmphex(ranges[0].address, ==, 0x08000000);
	g_assert_cmpmem(ranges[0].data, ranges[0].length,
		"\377\377\377abc\377\377\377\377\377\377\377\377\377\377"
		"defg\377\377\377\377\377\377\377\377\377\377\377\377"
		"h\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377"
		"\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377\377",
		64);
	g_assert_cmphex(ranges[1].address, ==, 0x08000060);
	g_assert_cmpuint(dfuse_plan_bytes(plan), ==, 96);
	g_assert_false(dfuse_plan_add(plan, 0x08000061, (const guint8 *)"j", 1, &error));
	rom_assert_failed(error, FAILURE_STATION_INTERNAL, "0x08000061");
}

/* Refused before the first transfer. */
static void test_outside(void)
{
	static const struct {
		guint32 address;
		gsize length;
		const char *part;
	} places[] = {{0x07FFFFE0, 64, "0x07FFFFE0"}, {0x081FFFE0, 64, "0x08200000"},
		{0x1FF1E800, 32, "0x1FF1E800"}, {0x90000000, 32, "0x90000000"}};

	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
		g_autofree guint8 *image = rom_image(places[i].length);
		g_autoptr(DfusePlan) plan = rom_plan(places[i].address, image, places[i].length);
		DfuseRange range = {places[i].address, image, places[i].length};
		g_autoptr(GError) error = NULL;

		g_assert_false(dfuse_plan_check(plan, &rom->dfuse, &error));
		rom_assert_failed(error, FAILURE_DFU_REFUSED, places[i].part);
		g_clear_error(&error);
		g_assert_false(dfuse_write(&rom->dfuse, &range, 1, &error));
		rom_assert_failed(error, FAILURE_DFU_REFUSED, places[i].part);
		g_assert_cmpuint(rom->usb.transfers, ==, 0);
	}
}

/* One byte at either end of what is kept costs the whole sector: refused. Reading is not. */
static void test_kept(void)
{
	static const guint32 touching[] = {0x08020000, 0x0803FFE0, 0x0801FFE0};
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autofree guint8 *image = rom_image(64);
	g_autoptr(GPtrArray) keep = keep_new();

	rom->dfuse.keep = keep;
	for (guint i = 0; i < G_N_ELEMENTS(touching); i++) {
		g_autoptr(DfusePlan) plan = rom_plan(touching[i], image, 64);
		g_autoptr(GError) error = NULL;

		g_assert_false(dfuse_plan_check(plan, &rom->dfuse, &error));
		rom_assert_failed(error, FAILURE_STATION_INTERNAL, "'filesystem'");
	}
	g_assert_false(dfuse_erase_sector(&rom->dfuse, 0x08020000, NULL));
	g_assert_false(dfuse_erase_all(&rom->dfuse, NULL));
	g_assert_cmpuint(rom->usb.transfers, ==, 0);
	g_assert_true(rom_only(bench_flash(&rom->usb.bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE));
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	g_assert_true(dfuse_may(&rom->dfuse, 0x08020000, 1024, DFUSE_READ, NULL));
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/link/dfuse/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("sizes", test_sizes);
	add("nothing", test_nothing);
	add("transfers", test_transfers);
	add("numbers-run-out", test_numbers_run_out);
	add("commands", test_commands);
	add("leave", test_leave);
	add("protected", test_protected);
	add("plan", test_plan);
	add("outside", test_outside);
	add("kept", test_kept);
	return g_test_run();
}

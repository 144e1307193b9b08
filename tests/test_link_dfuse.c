/* The DfuSe engine on the model of ST's ROM: what it writes, what it may not touch, and what happens when
 * the ROM is wrong. */
#include "core/failure.h"
#include "lib/rom_bench.h"
#include "link/dfuse_plan.h"

#include <string.h>

#define BANK2 0x08100000u

static guint8 *image_new(gsize length)
{
	guint8 *image = g_malloc(length + 1);

	for (gsize i = 0; i < length; i++)
		image[i] = (guint8)g_test_rand_int();
	return image;
}

static void assert_failed(const GError *error, FailureCode code, const char *part)
{
	g_assert_error(error, FAILURE, (gint)code);
	if (part && !strstr(error->message, part))
		g_test_fail_printf("'%s' does not say '%s'", error->message, part);
}

/* What a step does: plan, erase what the plan says, write. */
static gboolean flash(RomBench *rom, DfusePlan *plan, GError **error)
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

static DfusePlan *plan_of(guint32 address, const guint8 *image, gsize length)
{
	DfusePlan *plan = dfuse_plan_new();

	g_assert_true(dfuse_plan_add(plan, address, image, length, NULL));
	return plan;
}

/* The second sector. */
static GPtrArray *keep_new(void)
{
	static const BoardRegion filesystem = {"filesystem", 0x08020000, 0x20000, NULL};
	GPtrArray *keep = g_ptr_array_new();

	g_ptr_array_add(keep, (gpointer)&filesystem);
	return keep;
}

static gboolean only(const guint8 *bytes, guint8 value, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (bytes[i] != value)
			return FALSE;
	return TRUE;
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
		g_autofree guint8 *image = image_new(length);
		g_autoptr(DfusePlan) plan = plan_of(address, image, length);
		g_autoptr(GError) error = NULL;
		const guint8 *all = bench_flash(&rom->usb.bench, H7_FLASH_BASE);
		guint32 sector = address & ~(H7_SECTOR - 1);

		g_assert_true(flash(rom, plan, &error));
		g_assert_no_error(error);
		g_assert_cmpmem(bench_flash(&rom->usb.bench, address), length, image, length);
		g_assert_true(only(bench_flash(&rom->usb.bench, sector), 0xFF, address - sector));
		sector = (end - 1) | (H7_SECTOR - 1);
		g_assert_true(only(bench_flash(&rom->usb.bench, end), 0xFF, sector + 1 - end));
		/* The neighbours are as they were. */
		g_assert_true(only(all, 0x5A, (address & ~(H7_SECTOR - 1)) - H7_FLASH_BASE));
		g_assert_true(only(all + (sector + 1 - H7_FLASH_BASE), 0x5A,
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
	g_autofree guint8 *image = image_new(length);
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
	assert_failed(error, FAILURE_CHIP_READ_PROTECTED, "errVENDOR");
	g_clear_error(&error);

	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	rom->dfuse.keep = keep;
	g_assert_false(dfuse_read_unprotect(&rom->dfuse, &error));
	assert_failed(error, FAILURE_STATION_INTERNAL, "'filesystem'");
	rom->dfuse.keep = NULL;
	g_assert_true(dfuse_read_unprotect(&rom->dfuse, NULL));
	bench_pass(&rom->usb.bench, 50);
	g_assert_true(only(bench_flash(&rom->usb.bench, H7_FLASH_BASE), 0xFF, H7_FLASH_SIZE));
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
	assert_failed(error, FAILURE_STATION_INTERNAL, "0x08000061");
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
		g_autofree guint8 *image = image_new(places[i].length);
		g_autoptr(DfusePlan) plan = plan_of(places[i].address, image, places[i].length);
		DfuseRange range = {places[i].address, image, places[i].length};
		g_autoptr(GError) error = NULL;

		g_assert_false(dfuse_plan_check(plan, &rom->dfuse, &error));
		assert_failed(error, FAILURE_DFU_REFUSED, places[i].part);
		g_clear_error(&error);
		g_assert_false(dfuse_write(&rom->dfuse, &range, 1, &error));
		assert_failed(error, FAILURE_DFU_REFUSED, places[i].part);
		g_assert_cmpuint(rom->usb.transfers, ==, 0);
	}
}

/* One byte at either end of what is kept costs the whole sector: refused. Reading is not. */
static void test_kept(void)
{
	static const guint32 touching[] = {0x08020000, 0x0803FFE0, 0x0801FFE0};
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autofree guint8 *image = image_new(64);
	g_autoptr(GPtrArray) keep = keep_new();

	rom->dfuse.keep = keep;
	for (guint i = 0; i < G_N_ELEMENTS(touching); i++) {
		g_autoptr(DfusePlan) plan = plan_of(touching[i], image, 64);
		g_autoptr(GError) error = NULL;

		g_assert_false(dfuse_plan_check(plan, &rom->dfuse, &error));
		assert_failed(error, FAILURE_STATION_INTERNAL, "'filesystem'");
	}
	g_assert_false(dfuse_erase_sector(&rom->dfuse, 0x08020000, NULL));
	g_assert_false(dfuse_erase_all(&rom->dfuse, NULL));
	g_assert_cmpuint(rom->usb.transfers, ==, 0);
	g_assert_true(only(bench_flash(&rom->usb.bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE));
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	g_assert_true(dfuse_may(&rom->dfuse, 0x08020000, 1024, DFUSE_READ, NULL));
}

/* ---- what is wrong with versions ------------------------------------------------------------- */

static void test_bank_2(void)
{
	static const guint8 versions[] = {0x90, 0x91};

	for (guint i = 0; i < G_N_ELEMENTS(versions); i++) {
		g_autoptr(RomBench) rom = rom_bench_new(0, versions[i], NULL);
		g_autoptr(GError) error = NULL;
		gint64 begin;

		rom->dfuse.sector_erase_ms = 300;
		g_assert_true(dfuse_begin(&rom->dfuse, NULL));
		g_assert_true(dfuse_erase_sector(&rom->dfuse, BANK2 - 1, &error));
		begin = g_get_monotonic_time();
		g_assert_false(dfuse_erase_sector(&rom->dfuse, BANK2, &error));
		assert_failed(error, FAILURE_DFU_ERASE_STALL,
			"0x08100000 (sector 8): still in dfuDNBUSY after 0.3 s");
		g_assert_cmpint(g_get_monotonic_time() - begin, >=, 300 * 1000);
		g_assert_cmpint(g_get_monotonic_time() - begin, <, 2300 * 1000);
		/* The way out. */
		g_clear_error(&error);
		g_assert_true(dfuse_recover(&rom->dfuse, &error));
		g_assert_true(dfuse_blank(&rom->dfuse, BANK2, H7_SECTOR, &error));
		g_assert_no_error(error);
	}
}

static void test_mass_erase(void)
{
	static const struct {
		guint8 version;
		gboolean works;
	} roms[] = {{0xD2, TRUE}, {0xD3, FALSE}, {0x91, TRUE}, {0x92, TRUE}};

	for (guint i = 0; i < G_N_ELEMENTS(roms); i++) {
		g_autoptr(RomBench) rom = rom_bench_new(0, roms[i].version, NULL);
		g_autoptr(GError) error = NULL;

		g_assert_true(dfuse_begin(&rom->dfuse, NULL));
		g_assert_true(dfuse_erase_all(&rom->dfuse, &error));
		g_assert_no_error(error);
		g_assert_true(
			dfuse_blank(&rom->dfuse, 0x081E0000, H7_SECTOR, &error) == roms[i].works);
		if (!roms[i].works)
			assert_failed(error, FAILURE_FLASH_ERASE,
				"not blank: 0x081E0000 (offset 0x0) holds 0x5A");
	}
}

/* ---- faults of a board ----------------------------------------------------------------------- */

static gboolean flash_some(const BootFaults *faults, GError **error)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, faults);
	g_autofree guint8 *image = image_new(5000);
	g_autoptr(DfusePlan) plan = plan_of(0x08040000, image, 5000);

	memset(image, 0, 5000);
	rom->dfuse.sector_erase_ms = 300;
	rom->watch.deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
	return flash(rom, plan, error);
}

static void test_faults(void)
{
	static const struct {
		BootFaults faults;
		int code;
		const char *part;
	} rows[] = {
		{{.busy_sector = 0x08041234}, FAILURE_DFU_ERASE_STALL, "0x08040000 (sector 2)"},
		{{.bad_sector = 0x08041234}, FAILURE_DFU_REFUSED, "erase of 0x08040000"},
		{{.bad_status = DFU_STATUS_SHORT}, FAILURE_DFU_PROTOCOL, "3 bytes of 6"},
		{{.bad_status = DFU_STATUS_GARBAGE}, FAILURE_DFU_PROTOCOL, "state 0xC3"},
		{{.poll_time = 0xFFFFFF}, -1, NULL},
		{{.stall_request = 1}, FAILURE_DFU_PROTOCOL, "GETSTATUS"},
		{{.stall_request = 2}, FAILURE_DFU_REFUSED, "erase of 0x08040000"},
		{{.stall_request = 12}, FAILURE_DFU_PROTOCOL, "write at 0x08040400 (block 3)"},
		{{.lies = true}, FAILURE_FLASH_VERIFY, "0x08040000"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		gint64 begin = g_get_monotonic_time();

		g_assert_true(flash_some(&rows[i].faults, &error) == (rows[i].code < 0));
		if (rows[i].code >= 0)
			assert_failed(error, (FailureCode)rows[i].code, rows[i].part);
		g_assert_cmpint(g_get_monotonic_time() - begin, <, 3 * G_USEC_PER_SEC);
	}
}

static void test_vanishes(void)
{
	/* begin, erase, five blocks: all the transfers that there are */
	for (guint n = 1; n <= 30; n++) {
		BootFaults faults = {.vanish_at = n};
		g_autoptr(GError) error = NULL;

		g_assert_false(flash_some(&faults, &error));
		assert_failed(error, FAILURE_USB_LOST, NULL);
	}
}

static void test_one_bit(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autofree guint8 *image = g_malloc0(3000);
	g_autoptr(DfusePlan) plan = plan_of(0x08060000, image, 3000);
	g_autoptr(GError) error = NULL;

	g_assert_true(flash(rom, plan, NULL));
	bench_flash(&rom->usb.bench, 0x08060000)[2345] = 0x10;
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	{
		guint count;
		const DfuseRange *ranges = dfuse_plan_ranges(plan, &count);

		g_assert_false(dfuse_compare(&rom->dfuse, ranges, count, &error));
	}
	assert_failed(error, FAILURE_FLASH_VERIFY,
		"0x08060929 (offset 0x929) holds 0x10, should be 0x00; 1 of");
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
	add("commands", test_commands);
	add("leave", test_leave);
	add("protected", test_protected);
	add("plan", test_plan);
	add("outside", test_outside);
	add("kept", test_kept);
	add("bank-2", test_bank_2);
	add("mass-erase", test_mass_erase);
	add("faults", test_faults);
	add("vanishes", test_vanishes);
	add("one-bit", test_one_bit);
	return g_test_run();
}

/* The DfuSe engine where the model of ST's ROM, or its board, is wrong. */
#include "core/failure.h"
#include "lib/rom_bench.h"

#include <string.h>

#define BANK2 0x08100000u

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
		rom_assert_failed(error, FAILURE_DFU_ERASE_STALL,
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
			rom_assert_failed(error, FAILURE_FLASH_ERASE,
				"not blank: 0x081E0000 (offset 0x0) holds 0x5A");
	}
}

/* ---- faults of a board ----------------------------------------------------------------------- */

static gboolean flash_some(const BootFaults *faults, GError **error)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, faults);
	g_autofree guint8 *image = rom_image(5000);
	g_autoptr(DfusePlan) plan = rom_plan(0x08040000, image, 5000);

	memset(image, 0, 5000);
	rom->dfuse.sector_erase_ms = 300;
	rom->watch.deadline_us = g_get_monotonic_time() + 10 * G_USEC_PER_SEC;
	return rom_flash(rom, plan, error);
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
			rom_assert_failed(error, rows[i].code, rows[i].part);
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
		rom_assert_failed(error, FAILURE_USB_LOST, NULL);
	}
}

static void test_one_bit(void)
{
	g_autoptr(RomBench) rom = rom_bench_new(0, 0x92, NULL);
	g_autofree guint8 *image = g_malloc0(3000);
	g_autoptr(DfusePlan) plan = rom_plan(0x08060000, image, 3000);
	g_autoptr(GError) error = NULL;

	g_assert_true(rom_flash(rom, plan, NULL));
	bench_flash(&rom->usb.bench, 0x08060000)[2345] = 0x10;
	g_assert_true(dfuse_begin(&rom->dfuse, NULL));
	{
		guint count;
		const DfuseRange *ranges = dfuse_plan_ranges(plan, &count);

		g_assert_false(dfuse_compare(&rom->dfuse, ranges, count, &error));
	}
	rom_assert_failed(error, FAILURE_FLASH_VERIFY,
		"0x08060929 (offset 0x929) holds 0x10, should be 0x00; 1 of");
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/link/dfuse-faults/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("bank-2", test_bank_2);
	add("mass-erase", test_mass_erase);
	add("faults", test_faults);
	add("vanishes", test_vanishes);
	add("one-bit", test_one_bit);
	return g_test_run();
}

/* What is wrong with each version of ST's ROM bootloader (boards.md sections 4.2 and 4.5). */
#include "dfu_request.h"
#include "images.h"
#include "lib/dfu_host.h"

#include <string.h>

#define BANK2 0x08100000u

static void leave(Bench *bench)
{
	uint8_t answer[6];

	g_assert_cmpint(dfu_out(bench, DNLOAD, 2, NULL, 0), ==, 0);
	/* It is gone before it answers. */
	g_assert_cmpint(dfu_in(bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
}

static void test_mass_erase(void)
{
	static const struct {
		uint8_t version;
		bool works;
	} roms[] = {{0xD2, true}, {0xD3, false}, {0x91, true}, {0x92, true}};

	for (size_t i = 0; i < G_N_ELEMENTS(roms); i++) {
		BoardConfig config = bench_config();
		Bench bench;

		rom_open(&bench, &config, roms[i].version, false);
		bench_fill(&bench);
		g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, "\x41", 1), ==, 1);
		dfu_expect(&bench, STATUS_OK, DNBUSY);
		dfu_expect(&bench, STATUS_OK, DNLOAD_IDLE);
		for (uint32_t at = 0; at < H7_FLASH_SIZE; at += H7_SECTOR)
			g_assert_true(bench_blank(&bench, H7_FLASH_BASE + at) == roms[i].works);
		bench_close(&bench);
	}
}

static void test_bank_2(void)
{
	static const struct {
		uint8_t version;
		bool works;
	} roms[] = {{0xD2, true}, {0xD3, true}, {0x91, false}, {0x92, true}};

	for (size_t i = 0; i < G_N_ELEMENTS(roms); i++) {
		BoardConfig config = bench_config();
		Bench bench;

		rom_open(&bench, &config, roms[i].version, false);
		bench_fill(&bench);
		rom_erase(&bench, BANK2 - 1); /* bank 1 works everywhere */
		rom_send(&bench, 0x41, BANK2);
		for (unsigned n = 0; n < 5 && !roms[i].works; n++) {
			DfuAnswer status = dfu_ask(&bench);

			g_assert_cmpuint(status.state, ==, DNBUSY);
			g_assert_cmpuint(status.poll, >, 0);
		}
		if (roms[i].works)
			dfu_expect(&bench, STATUS_OK, DNLOAD_IDLE);
		g_assert_true(bench_blank(&bench, BANK2)); /* erased it is, all the same */
		bench_close(&bench);
	}
}

/* CLRSTATUS twice, when the flash has finished; ABORT does not help. */
static void test_way_out(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	rom_open(&bench, &config, 0x91, false);
	bench_fill(&bench);
	rom_send(&bench, 0x41, BANK2);
	g_assert_cmpint(dfu_out(&bench, ABORT, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, "\x41", 1), ==, -EPIPE);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_UNKNOWN, ERROR);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_OK, IDLE);
	rom_point(&bench, BANK2);
	rom_write(&bench, 2, "works", 5);
	g_assert_cmpmem(bench_flash(&bench, BANK2), 5, "works", 5);
	bench_close(&bench);
}

/* Too early: the next command hangs it until its power is cut, and the sector is what the cut leaves. */
static void test_too_early(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.chip.rom = 0x91;
	bench_open(&bench, 1.0, &config, false);
	rom_enter(&bench);
	rom_send(&bench, 0x41, BANK2);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 2, "again", 5), ==, 5);
	g_assert_true(bench_is_mute(&bench, 0xA1, GETSTATUS, 0));
	board_power(bench.board, false);
	rom_enter(&bench);
	dfu_expect(&bench, STATUS_OK, IDLE);
	bench_close(&bench);
}

/* V9.0: no USB before an extra reset, and no way back from its leave. */
static void test_v9_0(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.chip.rom = 0x90;
	bench_open(&bench, 0, &config, true);
	board_boot0(bench.board, true);
	board_power(bench.board, true);
	g_assert_false(bench_await(&bench, PID_ROM, 200));
	board_nrst(bench.board, true);
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_ROM, BENCH_PATIENCE_MS));
	rom_send(&bench, 0x41, 0x08180000);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	leave(&bench);
	g_assert_false(bench_await(&bench, PID_BOOTLOADER, 200));
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	board_boot0(bench.board, false);
	board_nrst(bench.board, true);
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/rom/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("mass-erase", test_mass_erase);
	add("bank-2", test_bank_2);
	add("way-out", test_way_out);
	add("too-early", test_too_early);
	add("v9.0", test_v9_0);
	return g_test_run();
}

/* Faults of a board, in both of its bootloaders that speak DFU. */
#include "dfu_request.h"
#include "images.h"
#include "lib/dfu_host.h"

#include <errno.h>
#include <string.h>

/* Into one or the other; OpenMV's stays, since something was read. */
static void open_either(Bench *bench, BoardConfig *config, bool rom)
{
	config->chip.rom = 0x92;
	bench_open(bench, 0, config, true);
	board_boot0(bench->board, rom);
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, rom ? PID_ROM : PID_BOOTLOADER, BENCH_PATIENCE_MS));
	if (!rom)
		g_assert_cmpint(
			bench_control(bench, 0x01, 11, 2, 0, NULL, 0), ==, 0); /* FIRMWARE */
}

/* Makes it erase the first sector of the firmware, and asks once. */
static void start_erase(Bench *bench, bool rom)
{
	uint8_t block[4096] = {0};

	if (rom) {
		rom_send(bench, 0x41, FIRMWARE_BASE);
		return;
	}
	g_assert_cmpint(dfu_out(bench, DNLOAD, 0, block, sizeof block), ==, sizeof block);
	dfu_expect(bench, STATUS_OK, DNBUSY);
}

static void test_busy_sector(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;

		config.faults.busy_sector = FIRMWARE_BASE + 0x1234;
		open_either(&bench, &config, rom);
		start_erase(&bench, rom);
		for (unsigned i = 0; i < 5; i++)
			dfu_expect(&bench, STATUS_OK, DNBUSY);
		g_assert_false(bench_blank(&bench, FIRMWARE_BASE));
		bench_close(&bench);
	}
}

static void test_bad_status(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;
		uint8_t answer[6];

		config.faults.bad_status = DFU_STATUS_SHORT;
		open_either(&bench, &config, rom);
		g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, 3);
		bench_close(&bench);
		config.faults.bad_status = DFU_STATUS_GARBAGE;
		open_either(&bench, &config, rom);
		g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
		g_assert_cmpuint(answer[0], >, 15); /* no status, ... */
		g_assert_cmpuint(answer[4], >, 10); /* ... no state */
		bench_close(&bench);
	}
}

static void test_poll_time(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;

		config.faults.poll_time = 0xFFFFFF;
		open_either(&bench, &config, rom);
		g_assert_cmphex(dfu_ask(&bench).poll, ==, 0xFFFFFF);
		bench_close(&bench);
	}
}

static void test_stalled_request(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;
		uint8_t answer[6];

		config.faults.stall_request = 3;
		open_either(&bench, &config, rom);
		for (int n = 1; n <= 5; n++)
			g_assert_cmpint(
				dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, n == 3 ? -EPIPE : 6);
		bench_close(&bench);
	}
}

/* Gone until its power is cut; and again. */
static void test_vanishes(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;
		uint8_t answer[6];

		config.faults.vanish_at = 3;
		open_either(&bench, &config, rom);
		for (int round = 0; round < 2; round++) {
			g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
			g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
			g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
			g_assert_cmpuint(bench_product(&bench), ==, 0);
			board_nrst(bench.board, true);
			board_nrst(bench.board, false);
			g_assert_false(bench_await(&bench, rom ? PID_ROM : PID_BOOTLOADER, 200));
			board_power(bench.board, false);
			board_power(bench.board, true);
			g_assert_true(bench_await(
				&bench, rom ? PID_ROM : PID_BOOTLOADER, BENCH_PATIENCE_MS));
		}
		bench_close(&bench);
	}
}

static void test_lies(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;
		g_autofree uint8_t *before = NULL;

		config.faults.lies = true;
		open_either(&bench, &config, rom);
		before = g_memdup2(bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE);
		start_erase(&bench, rom);
		dfu_expect(&bench, STATUS_OK, DNLOAD_IDLE);
		if (rom) {
			rom_point(&bench, FIRMWARE_BASE);
			rom_write(&bench, 2, "nothing", 7);
		}
		g_assert_true(
			memcmp(before, bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE) == 0);
		bench_close(&bench);
	}
}

/* Its erase fails: each says so in its own way, and the sector is as it was. */
static void test_bad_sector(void)
{
	for (int rom = 0; rom < 2; rom++) {
		BoardConfig config = bench_config();
		Bench bench;

		config.faults.bad_sector = FIRMWARE_BASE + 0x1234;
		open_either(&bench, &config, rom);
		start_erase(&bench, rom);
		dfu_expect(&bench, rom ? STATUS_ERASE : STATUS_WRITE, ERROR);
		g_assert_true(image_sound(
			bench_flash(&bench, FIRMWARE_BASE), FIRMWARE_BASE, FIRMWARE_ROOM));
		bench_close(&bench);
	}
}

/* The others go, that one stays. */
static void test_mass_erase_of_bad_sector(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.faults.bad_sector = FIRMWARE_BASE;
	open_either(&bench, &config, true);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, "\x41", 1), ==, 1);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	dfu_expect(&bench, STATUS_ERASE, ERROR);
	g_assert_false(bench_blank(&bench, FIRMWARE_BASE));
	g_assert_true(bench_blank(&bench, BOOTLOADER_BASE));
	g_assert_true(bench_blank(&bench, FIRMWARE_BASE + H7_SECTOR));
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/boot-faults/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("busy-sector", test_busy_sector);
	add("bad-status", test_bad_status);
	add("poll-time", test_poll_time);
	add("stalled-request", test_stalled_request);
	add("vanishes", test_vanishes);
	add("lies", test_lies);
	add("bad-sector", test_bad_sector);
	add("mass-erase-of-bad-sector", test_mass_erase_of_bad_sector);
	return g_test_run();
}

/* The OpenMV Cam H7 Plus: its QSPI flash, and its bootloader, which writes it. */
#include "lib/bench.h"
#include "openmv_partition.h"
#include "qspi.h"

#include <stdlib.h>
#include <string.h>

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS };
enum { ALT_BOOTLOADER, ALT_FILESYSTEM, ALT_FIRMWARE, ALT_SPI_FLASH, ALT_ROMFS };
enum { DNBUSY = 4, DNLOAD_IDLE, ERROR = 10 };

/* ---- the chip ---- */

static Qspi *chip_new(VLoop **loop, double time, Account *account)
{
	*loop = vloop_new(time);
	return qspi_new(*loop, account, 1);
}

static void chip_free(VLoop *loop, Qspi *qspi)
{
	qspi_free(qspi);
	vloop_free(loop);
}

static bool all(const Qspi *qspi, uint32_t address, size_t length, uint8_t value)
{
	g_autofree uint8_t *bytes = g_malloc(length);
	qspi_read(qspi, address, bytes, length);
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

static void test_array(void)
{
	VLoop *loop;
	Account account = {0};
	Qspi *qspi = chip_new(&loop, 0, &account);
	uint8_t data[600], back[600];
	g_assert_true(all(qspi, 0, QSPI_SIZE, 0xFF));

	/* Over the end of a block, from the middle of a page. */
	memset(data, 0x5A, sizeof data);
	qspi_program(qspi, QSPI_BLOCK - 300, data, sizeof data);
	qspi_read(qspi, QSPI_BLOCK - 300, back, sizeof back);
	g_assert_cmpmem(data, sizeof data, back, sizeof back);
	g_assert_cmpuint(account.program, ==, 4 * 700 * V_US);
	/* Bits are only cleared. */
	memset(data, 0xF0, sizeof data);
	qspi_program(qspi, QSPI_BLOCK, data, 1);
	g_assert_true(all(qspi, QSPI_BLOCK, 1, 0x50));
	g_assert_true(all(qspi, QSPI_BLOCK + 1, 1, 0x5A));

	qspi_erase(qspi, QSPI_BLOCK, QSPI_SECTOR);
	g_assert_true(all(qspi, QSPI_BLOCK, QSPI_SECTOR, 0xFF));
	g_assert_true(all(qspi, QSPI_BLOCK - 300, 300, 0x5A));
	qspi_erase(qspi, 0, QSPI_BLOCK);
	g_assert_true(all(qspi, 0, QSPI_SIZE, 0xFF));
	g_assert_cmpuint(account.erase, ==, 200 * V_MS);
	chip_free(loop, qspi);
}

/* Three operations; the cut comes in the first: the others were never begun. */
static void test_cut_undoes_what_waits(void)
{
	VLoop *loop;
	Account account = {0};
	Qspi *qspi = chip_new(&loop, 100.0, &account);
	uint8_t data[QSPI_SECTOR];
	memset(data, 0x00, sizeof data);
	qspi_load(qspi, 0, data, sizeof data);
	qspi_load(qspi, QSPI_SECTOR, data, QSPI_PAGE);
	memset(data, 0x11, sizeof data);
	qspi_erase(qspi, 0, QSPI_SECTOR);
	qspi_program(qspi, 0, data, QSPI_PAGE);
	qspi_program(qspi, 2 * QSPI_SECTOR, data, QSPI_PAGE);
	g_assert_true(all(qspi, 0, QSPI_PAGE, 0x11));
	qspi_power_off(qspi);
	g_assert_false(all(qspi, 0, QSPI_PAGE, 0x11));
	g_assert_true(all(qspi, QSPI_SECTOR, QSPI_PAGE, 0x00));
	g_assert_true(all(qspi, 2 * QSPI_SECTOR, QSPI_PAGE, 0xFF));
	g_assert_cmpuint(qspi_done(qspi), <=, vloop_now(loop));
	chip_free(loop, qspi);
}

static void stop(void *data)
{
	vloop_quit(data);
}

/* So many times slower than real: an erase lasts a second, and who has no processor for a moment still finds it at work. */
enum { SLOW = 20 };

/* In the middle of an erase: neither what was there nor blank. */
static void test_torn_erase(void)
{
	VLoop *loop;
	Account account = {0};
	Qspi *qspi = chip_new(&loop, SLOW, &account);
	uint8_t zero[QSPI_SECTOR] = {0};
	qspi_load(qspi, 0, zero, sizeof zero);
	qspi_erase(qspi, 0, QSPI_SECTOR);
	vloop_at(loop, qspi_done(qspi) - 25 * V_MS * SLOW, stop, loop);
	vloop_run(loop);
	qspi_power_off(qspi);
	g_assert_false(all(qspi, 0, QSPI_SECTOR, 0x00));
	g_assert_false(all(qspi, 0, QSPI_SECTOR, 0xFF));
	chip_free(loop, qspi);
}

/* A reset of the chip that drives it does not reach it: the erase ends, the page was never sent. */
static void test_reset(void)
{
	VLoop *loop;
	Account account = {0};
	Qspi *qspi = chip_new(&loop, SLOW, &account);
	uint8_t zero[QSPI_SECTOR] = {0};
	qspi_load(qspi, 0, zero, sizeof zero);
	qspi_erase(qspi, 0, QSPI_SECTOR);
	qspi_program(qspi, 0, zero, QSPI_PAGE);
	vloop_window(loop, V_MS, stop, loop);
	vloop_run(loop);
	qspi_reset(qspi);
	g_assert_true(all(qspi, 0, QSPI_SECTOR, 0xFF));
	g_assert_cmpuint(qspi_done(qspi), >, vloop_now(loop));
	chip_free(loop, qspi);
}

/* ---- the bootloader ---- */

static BoardConfig plus_config(void)
{
	BoardConfig config = bench_config();
	config.kind = board_kind("openmv-h7plus");
	return config;
}

static void boot(Bench *bench, uint16_t alt)
{
	uint8_t byte[4];
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_BOOTLOADER_PLUS, BENCH_PATIENCE_MS));
	g_assert_cmpint(bench_control(bench, 0xA1, UPLOAD, 0, 0, byte, 4), ==, 4);
	g_assert_cmpint(bench_control(bench, 0x01, 11, alt, 0, NULL, 0), ==, 0);
}

static uint8_t status(Bench *bench)
{
	uint8_t answer[6];
	g_assert_cmpint(bench_control(bench, 0xA1, GETSTATUS, 0, 0, answer, 6), ==, 6);
	return answer[4];
}

static uint8_t write_block(Bench *bench, uint16_t block, const void *data, size_t length)
{
	g_assert_cmpint(bench_control(bench, 0x21, DNLOAD, block, 0, (void *)data, length), ==,
		(int)length);
	g_assert_cmpuint(status(bench), ==, DNBUSY);
	return status(bench);
}

static void test_alts(void)
{
	static const char *const names[] = {
		"BOOTLOADER", "FILESYSTEM", "FIRMWARE", "SPI_FLASH", "ROMFS0"};
	BoardConfig config = plus_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	boot(&bench, ALT_ROMFS);
	const VDev *dev = bench_device(&bench);
	g_assert_cmpuint(dev->configuration_descriptor[2], ==, 9 + 5 * 9 + 9);
	for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
		g_assert_cmpuint(dev->configuration_descriptor[9 + 9 * i + 8], ==, 4 + i);
		g_assert_cmpstr(dev->strings[4 + i], ==, names[i]);
	}
	/* Firmware may go to the end of flash: boards.md section 1.3. */
	uint8_t block[4096];
	memset(block, 0x77, sizeof block);
	g_assert_cmpint(bench_control(&bench, 0x01, 11, ALT_FIRMWARE, 0, NULL, 0), ==, 0);
	g_assert_cmpuint(write_block(&bench, 0x1C0000 / 4096 - 1, block, 4096), ==, DNLOAD_IDLE);
	g_assert_cmpmem(bench_flash(&bench, 0x081FF000), 4096, block, 4096);
	g_assert_cmpuint(write_block(&bench, 0x1C0000 / 4096, block, 4096), ==, ERROR);
	bench_close(&bench);
}

/* The ROM file system goes to its place in QSPI flash, and comes back; a block that begins 64 KiB erases
 * them, no other does. */
static void test_download_to_qspi(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	size_t length;
	uint8_t *image = demo_image(DEMO_ROMFS_PLUS, &length), back[4096], zero[4096] = {0};
	bench_open(&bench, 0, &config, true);
	Qspi *qspi = board_qspi(bench.board);
	qspi_load(qspi, 0x01800000 + 0xF000, zero, sizeof zero);
	qspi_load(qspi, 0x017FF000, zero, sizeof zero);
	boot(&bench, ALT_ROMFS);
	for (size_t at = 0; at < length; at += 4096)
		g_assert_cmpuint(write_block(&bench, (uint16_t)(at / 4096), image + at,
					 MIN(length - at, 4096)),
			==, DNLOAD_IDLE);
	for (size_t at = 0; at < length; at += 4096) {
		size_t piece = MIN(length - at, 4096);
		qspi_read(qspi, 0x01800000 + (uint32_t)at, back, piece);
		g_assert_cmpmem(back, piece, image + at, piece);
	}
	/* The other way in is SPI_FLASH, the whole chip; what lies before was not touched. */
	g_assert_cmpint(bench_control(&bench, 0x01, 11, ALT_SPI_FLASH, 0, NULL, 0), ==, 0);
	g_assert_cmpint(bench_control(&bench, 0xA1, UPLOAD, 0x1800, 0, back, 4096), ==, 4096);
	g_assert_cmpmem(back, 4096, image, 4096);
	g_assert_true(all(qspi, 0x017FF000, 4096, 0x00));
	/* A block in the middle is programmed over what is there. */
	memset(back, 0xF0, sizeof back);
	g_assert_cmpuint(write_block(&bench, 0x17FF, back, 4096), ==, DNLOAD_IDLE);
	g_assert_true(all(qspi, 0x017FF000, 4096, 0x00));
	bench_close(&bench);
	free(image);
}

/* An image of the other kind of board is not run. */
static void test_other_board(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	size_t length;
	uint8_t *image = demo_image(DEMO_FIRMWARE, &length);
	bench_open(&bench, 0, &config, true);
	memcpy(bench_flash(&bench, FIRMWARE_BASE), image, length);
	free(image);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER_PLUS, BENCH_PATIENCE_MS));
	g_assert_cmpint(bench_control(&bench, 0x21, DETACH, 1000, 0, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA_PLUS, 200));
	bench_close(&bench);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/plus/qspi/array", test_array);
	g_test_add_func("/virtual/plus/qspi/cut", test_cut_undoes_what_waits);
	g_test_add_func("/virtual/plus/qspi/torn-erase", test_torn_erase);
	g_test_add_func("/virtual/plus/qspi/reset", test_reset);
	g_test_add_func("/virtual/plus/alts", test_alts);
	g_test_add_func("/virtual/plus/download-to-qspi", test_download_to_qspi);
	g_test_add_func("/virtual/plus/other-board", test_other_board);
	return g_test_run();
}

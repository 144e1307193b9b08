/* A board from power-on: what it boots, what its wires do, and its firmware written over USB. */
#include "dfu_request.h"
#include "images.h"
#include "lib/dfu_host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ALT_BOOTLOADER, ALT_FILESYSTEM, ALT_FIRMWARE, ALT_ROMFS };

/* ---- booting ---- */

static void test_boots_into_the_camera(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	uint64_t start = vloop_now(bench.loop);
	openmv_boot(&bench);
	g_assert_cmpstr(bench_device(&bench)->strings[3], ==, "383936313333510500330032");
	g_assert_cmphex(bench_device(&bench)->device_descriptor[12], ==, 0x03); /* 1.0.3 */
	g_assert_cmphex(bench_device(&bench)->device_descriptor[13], ==, 0x01);

	/* Nobody talks to it: it goes after 1.5 s, not before. A look at its state does not keep it. */
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 1500 * V_MS);
	/* Bytes of the UID; the second and fourth are sums (boards.md section 1.2). */
	g_assert_cmpstr(bench_device(&bench)->strings[3], ==, "386C36633333");

	board_power(bench.board, false);
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	bench_close(&bench);
}

static bool is_formatted(Bench *bench, void *data)
{
	return memcmp(bench_flash(bench, FFS_BASE + 54), "FAT", 3) == 0;
}

/* Its data lines are open: nobody ever sees it, but it boots all the same, after 1.0 s. */
static void test_never_enumerates(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	config.never_enumerates = true;
	bench_open(&bench, 0, &config, true);
	uint64_t start = vloop_now(bench.loop);
	board_power(bench.board, true);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_formatted, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 1000 * V_MS);
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	bench_close(&bench);
}

/* What must not be there comes at once in a world without time; it gets ten times that. */
#define ABSENCE_MS 200

static void test_silent_boards(void)
{
	static const struct {
		const char *name;
		uint32_t address;
		uint8_t flip;
	} damage[] = {
		{"stack pointer not in RAM", 0x08000003, 0x80},
		{"even reset vector", 0x08000004, 0x01},
		{"reset vector not in flash", 0x08000007, 0x40},
		{"one bit of the code", 0x08003000, 0x04},
		{"its checksum", 0x08000000 + 49396 - 1, 0x10},
	};
	BoardConfig config = bench_config();
	for (size_t i = 0; i < G_N_ELEMENTS(damage); i++) {
		Bench bench;
		g_test_message("%s", damage[i].name);
		bench_open(&bench, 0, &config, true);
		*bench_flash(&bench, damage[i].address) ^= damage[i].flip;
		board_power(bench.board, true);
		g_assert_false(bench_await(&bench, PID_BOOTLOADER, ABSENCE_MS));

		/* Mended, it needs a reset to come to life. */
		*bench_flash(&bench, damage[i].address) ^= damage[i].flip;
		g_assert_false(bench_await(&bench, PID_BOOTLOADER, ABSENCE_MS));
		board_nrst(bench.board, true);
		board_nrst(bench.board, false);
		g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
		bench_close(&bench);
	}
}

static void test_blank_board(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, false);
	board_power(bench.board, true);
	g_assert_false(bench_await(&bench, PID_BOOTLOADER, ABSENCE_MS));
	bench_close(&bench);
}

/* The bootloader jumps without looking; nothing comes of a firmware that is not sound. */
static void test_bad_firmware(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	*bench_flash(&bench, 0x08100000) ^= 1;
	openmv_boot(&bench);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA, ABSENCE_MS));
	bench_close(&bench);
}

/* Programmed once more with what changes no bit: the bytes are right, and reading them is a bus fault. */
static void overwrite_in_vain(Bench *bench, uint32_t address)
{
	uint8_t before[H7_WORD], ones[H7_WORD];

	memset(ones, 0xFF, sizeof ones);
	memcpy(before, bench_flash(bench, address), sizeof before);
	g_assert_cmpint(memcmp(before, ones, sizeof ones), !=, 0);
	g_assert_cmpuint(h7_program(board_h7(bench->board), address, ones, sizeof ones), >, 0);
	bench_pass(bench, 1);
	g_assert_cmpmem(bench_flash(bench, address), sizeof before, before, sizeof before);
}

static void test_bad_ecc(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	overwrite_in_vain(&bench, FIRMWARE_BASE);
	board_power(bench.board, false);
	openmv_boot(&bench);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA, ABSENCE_MS));

	overwrite_in_vain(&bench, BOOTLOADER_BASE);
	board_power(bench.board, false);
	board_power(bench.board, true);
	g_assert_false(bench_await(&bench, PID_BOOTLOADER, ABSENCE_MS));
	bench_close(&bench);
}

static void test_boot0(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	board_boot0(bench.board, true);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_ROM, BENCH_PATIENCE_MS));
	/* It counted at power-up: a reset with it high leads into ST's ROM again, one with it low
	 * into flash. */
	board_nrst(bench.board, true);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_ROM, BENCH_PATIENCE_MS));
	board_boot0(bench.board, false);
	board_nrst(bench.board, true);
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	/* High only later: no effect. */
	board_boot0(bench.board, true);
	board_nrst(bench.board, true);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

/* ---- the whole way ---- */

static void test_download_firmware(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	size_t length;
	uint8_t *image = demo_image(DEMO_FIRMWARE_2, &length);
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	openmv_set_alt(&bench, ALT_FIRMWARE);
	for (size_t at = 0; at < length; at += 4096)
		openmv_write(&bench, (uint16_t)(at / 4096), image + at, MIN(length - at, 4096));
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), length, image, length);
	g_assert_cmpint(dfu_out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	bench_close(&bench);
	free(image);
}

/* The cable falls out in the middle; after a power cycle it is in again, and falls out again. */
static void test_drop(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096] = {0};
	config.drop_after = 3 * 4096 + 1000;
	bench_open(&bench, 0, &config, true);
	for (int round = 0; round < 2; round++) {
		openmv_boot(&bench);
		openmv_set_alt(&bench, ALT_FIRMWARE);
		for (uint16_t n = 0; n < 3; n++)
			openmv_write(&bench, n, block, sizeof block);
		g_assert_cmpint(dfu_out(&bench, DNLOAD, 3, block, sizeof block), ==, -ESHUTDOWN);
		g_assert_cmpuint(bench_product(&bench), ==, 0);
		board_nrst(bench.board, true);
		board_nrst(bench.board, false);
		g_assert_false(bench_await(&bench, PID_BOOTLOADER, ABSENCE_MS));
		board_power(bench.board, false);
	}
	bench_close(&bench);
}

/* Power goes while a sector is being erased: requests end, the sector is neither old nor blank. */
static bool is_erasing(Bench *bench, void *data)
{
	return *bench_flash(bench, FIRMWARE_BASE) == 0xFF;
}

static void test_power_cut_while_writing(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096] = {0};
	bench_open(&bench, 1.0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, block, sizeof block), ==, 4096);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, DNBUSY);
	g_assert_true(bench_until(&bench, 1000, is_erasing, NULL));
	board_power(bench.board, false);
	g_assert_cmpuint(bench_product(&bench), ==, 0);

	/* The bootloader is unharmed, the firmware gone. */
	openmv_boot(&bench);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA, 600));
	bench_close(&bench);
}

/* ---- the camera's serial port ---- */

static void test_serial_port(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t coding[7], set[7] = {0x00, 0x10, 0x0E, 0x00, 0, 0, 8}; /* 921600 8N1 */
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	g_assert_cmpint(dfu_out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 1, coding, 7), ==, 7);
	g_assert_cmpmem(coding, 7, "\x00\xC2\x01\x00\x00\x00\x08", 7); /* 115200 8N1 */
	g_assert_cmpint(bench_control(&bench, 0x21, 0x20, 0, 1, set, 7), ==, 7);
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 1, coding, 7), ==, 7);
	g_assert_cmpmem(coding, 7, set, 7);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 3, 1, NULL, 0), ==, 0);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x20, 0, 1, set, 6), ==, -EPIPE);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 3, 2, NULL, 0), ==, -EPIPE);
	g_assert_cmpint(bench_bulk(&bench, 0x03, "hello", 5), ==, 5);
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/board/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("boots-into-the-camera", test_boots_into_the_camera);
	add("never-enumerates", test_never_enumerates);
	add("silent", test_silent_boards);
	add("blank", test_blank_board);
	add("bad-firmware", test_bad_firmware);
	add("bad-ecc", test_bad_ecc);
	add("boot0", test_boot0);
	add("download-firmware", test_download_firmware);
	add("drop", test_drop);
	add("power-cut", test_power_cut_while_writing);
	add("serial-port", test_serial_port);
	return g_test_run();
}

/* OpenMV's DFU bootloader, request by request (boards.md section 1.5). */
#include "dfu_request.h"
#include "images.h"
#include "lib/dfu_host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ALT_BOOTLOADER, ALT_FILESYSTEM, ALT_FIRMWARE, ALT_ROMFS };

/* ---- the window ---- */

static void test_upload_holds_the_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	bench_pass(&bench, 1700);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	bench_close(&bench);
}

static void test_download_holds_the_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096] = {1};
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_ROMFS);
	openmv_write(&bench, 0, block, sizeof block);
	bench_pass(&bench, 1700);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	bench_close(&bench);
}

/* DNLOAD without GETSTATUS, ABORT, CLRSTATUS, GETSTATE and SET_INTERFACE do not. */
static void test_others_do_not_hold_it(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[32] = {0}, state;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_ROMFS);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, block, 32), ==, 32);
	g_assert_cmpint(dfu_out(&bench, ABORT, 0, NULL, 0), ==, 0);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(dfu_in(&bench, GETSTATE, 0, &state, 1), ==, 1);
	g_assert_cmpuint(state, ==, IDLE);
	g_assert_true(bench_await(&bench, PID_CAMERA, 5000));
	bench_close(&bench);
}

static void test_detach_boots(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	g_assert_cmpint(dfu_out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void test_bus_reset_boots(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	VDev *dev = bench_device(&bench);
	dev->ops->bus_reset(dev);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

/* The firmware asked for the bootloader: 1.5 s do not end it. */
static void test_forced(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	*h7_boot_magic(board_h7(bench.board)) = BOOT_MAGIC;
	h7_system_reset(board_h7(bench.board));
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	g_assert_cmphex(*h7_boot_magic(board_h7(bench.board)), ==, 0);
	bench_pass(&bench, 1700);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	bench_close(&bench);
}

/* ---- reading and writing ---- */

static void test_upload(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[4096], state;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 1, data, 32), ==, 32);
	const uint8_t header[8] = {0xAD, 0x10, 0x07, 0xB0, 1, 0, 3, 0};
	g_assert_cmpmem(data, 8, header, 8);
	openmv_set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 300, data, 4096), ==, 4096);
	g_assert_cmpmem(data, 4096, bench_flash(&bench, FIRMWARE_BASE + 300 * 4096), 4096);

	/* The end: 4 zero bytes, also for a read that only begins inside. */
	g_assert_cmpint(dfu_in(&bench, UPLOAD, FIRMWARE_ROOM / 4096 - 1, data, 4096), ==, 4096);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, FIRMWARE_ROOM / 4096, data, 4096), ==, 4);
	g_assert_cmpmem(data, 4, "\0\0\0\0", 4);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 65535, data, 2), ==, 2);
	g_assert_cmpint(dfu_in(&bench, GETSTATE, 0, &state, 1), ==, 1);
	g_assert_cmpuint(state, ==, IDLE);

	uint8_t more[4097];
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 0, more, 4097), ==, -EPIPE);
	bench_close(&bench);
}

/* Sectors are erased where a block begins one, and only there. */
static void test_implicit_erase(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096];
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_FIRMWARE);
	uint8_t *flash = bench_flash(&bench, FIRMWARE_BASE);
	memset(flash, 0x00, 2 * H7_SECTOR);
	memset(block, 0x5A, sizeof block);

	/* In the middle of a sector: only bits can be cleared. */
	openmv_write(&bench, 1, block, sizeof block);
	g_assert_cmphex(flash[4096], ==, 0x00);
	/* At its start: all of it is erased. */
	openmv_write(&bench, 0, block, sizeof block);
	g_assert_cmphex(flash[0], ==, 0x5A);
	g_assert_cmphex(flash[4096], ==, 0xFF);
	g_assert_cmphex(flash[H7_SECTOR - 1], ==, 0xFF);
	g_assert_cmphex(flash[H7_SECTOR], ==, 0x00);
	/* Its number counts in 4096 bytes, however short; what is missing of a word becomes zero. */
	openmv_write(&bench, 32, block, 40);
	g_assert_cmphex(flash[H7_SECTOR + 39], ==, 0x5A);
	g_assert_cmphex(flash[H7_SECTOR + 40], ==, 0x00);
	g_assert_cmphex(flash[H7_SECTOR + 63], ==, 0x00);
	g_assert_cmphex(flash[H7_SECTOR + 64], ==, 0xFF);
	bench_close(&bench);
}

/* A word that is programmed twice does not fit its ECC: reading it is a bus fault (boards.md section 4.6). */
static void test_written_twice(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096], back[64];
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_FIRMWARE);
	memset(block, 0x5A, sizeof block);
	openmv_write(&bench, 0, block, sizeof block);
	openmv_write(&bench, 1, block, sizeof block);
	memset(block + 32, 0x33, 32);
	openmv_write(&bench, 1, block, sizeof block);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 0, back, 64), ==, 64);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 1, back, 32), ==, 32);
	g_assert_cmpint(
		bench_control_within(&bench, 200, 0xA1, UPLOAD, 1, 0, back, 64), ==, -ETIMEDOUT);
	g_assert_cmpint(
		bench_control_within(&bench, 200, 0xA1, GETSTATUS, 0, 0, back, 6), ==, -ETIMEDOUT);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	board_power(bench.board, false);
	board_power(bench.board, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	bench_close(&bench);
}

static void test_refusals(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4097] = {0};
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);

	/* The bootloader's own partition. */
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, block, 4096), ==, 4096);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, DNBUSY);
	g_assert_cmpuint(openmv_status(&bench, STATUS_WRITE), ==, ERROR);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 1, block, 4096), ==, -EPIPE);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);
	g_assert_cmphex(*bench_flash(&bench, 0x08000003), ==, 0x20);

	/* Past the end of a partition; the next one is untouched. */
	openmv_set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, FIRMWARE_ROOM / 4096, block, 32), ==, 32);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, DNBUSY);
	g_assert_cmpuint(openmv_status(&bench, STATUS_ADDRESS), ==, ERROR);
	/* SET_INTERFACE leaves the error behind. */
	openmv_set_alt(&bench, ALT_FILESYSTEM);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);

	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, block, 4097), ==, -EPIPE);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);
	g_assert_cmpint(bench_control(&bench, 0x21, 7, 0, 0, NULL, 0), ==, -EPIPE);
	g_assert_cmpint(bench_control(&bench, 0xC0, 1, 0, 0, block, 8), ==, -EPIPE);
	g_assert_cmpint(bench_control(&bench, 0xA1, DNLOAD, 0, 0, block, 8), ==, -EPIPE);
	g_assert_cmpint(bench_control(&bench, 0x21, DNLOAD, 0, 1, block, 8), ==, -EPIPE);
	bench_close(&bench);
}

/* The end of a download: manifestation is over at once, and does not boot. */
static void test_manifestation(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[64] = {7};
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_ROMFS);
	openmv_write(&bench, 0, block, sizeof block);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 1, NULL, 0), ==, 0);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, MANIFEST);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	bench_close(&bench);
}

/* At real times a sector takes its 1.1 s, and the host waits for an answer that long. */
static void test_getstatus_is_held(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[32] = {7};
	bench_open(&bench, 1.0, &config, true);
	openmv_boot(&bench);
	openmv_set_alt(&bench, ALT_ROMFS);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, block, 32), ==, 32);
	uint64_t start = vloop_now(bench.loop);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, DNBUSY);
	g_assert_cmpuint(vloop_now(bench.loop) - start, <, 800 * V_MS);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, DNLOAD_IDLE);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
	bench_close(&bench);
}

/* ---- its faults ---- */

/* It says OK, and is still there; its window does not end it. */
static void test_ignores_detach(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.faults.ignores_detach = true;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	openmv_hold(&bench);
	g_assert_cmpint(dfu_out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	bench_pass(&bench, 1700);
	g_assert_cmpuint(bench_product(&bench), ==, PID_BOOTLOADER);
	g_assert_cmpuint(openmv_status(&bench, STATUS_OK), ==, IDLE);
	bench_close(&bench);
}

static void test_short_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t begin;

	config.faults.short_window = true;
	config.faults.window_ns = 100 * V_MS;
	bench_open(&bench, 0, &config, true);
	openmv_boot(&bench);
	begin = vloop_now(bench.loop);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	g_assert_cmpuint(vloop_now(bench.loop) - begin, >=, 90 * V_MS);
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <, 1000 * V_MS);
	bench_close(&bench);
}

/* Another id, and another port, which the bench does not look at. */
static void test_guises(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.guises[PLUG_BOOTLOADER] = (PlugGuise){.vendor = 0x37C5, .product = 0x9203};
	config.guises[PLUG_FIRMWARE] = (PlugGuise){.port = "1-2"};
	bench_open(&bench, 0, &config, true);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, 0x9203, BENCH_PATIENCE_MS));
	g_assert_cmpstr(bench_device(&bench)->strings[2], ==, "OpenMV Camera (DFU Mode)");
	g_assert_cmpint(dfu_out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA, 200));
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/openmv-dfu/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("window/upload", test_upload_holds_the_window);
	add("window/download", test_download_holds_the_window);
	add("window/others", test_others_do_not_hold_it);
	add("detach", test_detach_boots);
	add("bus-reset", test_bus_reset_boots);
	add("forced", test_forced);
	add("upload", test_upload);
	add("implicit-erase", test_implicit_erase);
	add("written-twice", test_written_twice);
	add("refusals", test_refusals);
	add("manifestation", test_manifestation);
	add("getstatus-is-held", test_getstatus_is_held);
	add("fault/ignores-detach", test_ignores_detach);
	add("fault/short-window", test_short_window);
	add("fault/guises", test_guises);
	return g_test_run();
}

/* A board from power-on: what it boots, OpenMV's bootloader request by request, what its wires do. */
#include "images.h"
#include "lib/bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DETACH, DNLOAD, UPLOAD, GETSTATUS, CLRSTATUS, GETSTATE, ABORT };
enum { IDLE = 2, DNLOAD_SYNC, DNBUSY, DNLOAD_IDLE, MANIFEST_SYNC, MANIFEST, ERROR = 10 };
enum { OK = 0, ERR_WRITE = 3, ERR_ADDRESS = 8 };
enum { ALT_BOOTLOADER, ALT_FILESYSTEM, ALT_FIRMWARE, ALT_ROMFS };

static int out(Bench *bench, uint8_t request, uint16_t value, const void *data, size_t length)
{
	return bench_control(bench, 0x21, request, value, 0, (void *)data, length);
}

static int in(Bench *bench, uint8_t request, uint16_t value, void *data, size_t length)
{
	return bench_control(bench, 0xA1, request, value, 0, data, length);
}

/* The state; checks the rest of the answer. */
static unsigned status(Bench *bench, unsigned expected)
{
	uint8_t answer[6];
	g_assert_cmpint(in(bench, GETSTATUS, 0, answer, 6), ==, 6);
	g_assert_cmpuint(answer[0], ==, expected);
	g_assert_cmpuint(answer[1] | answer[2] | answer[3], ==, 0); /* poll time */
	return answer[4];
}

static void set_alt(Bench *bench, uint16_t alt)
{
	g_assert_cmpint(bench_control(bench, 0x01, 11, alt, 0, NULL, 0), ==, 0);
}

static void boot(Bench *bench)
{
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
}

static void hold(Bench *bench)
{
	uint8_t byte[4];
	g_assert_cmpint(in(bench, UPLOAD, 0, byte, 4), ==, 4);
}

/* One block, as a host writes it. */
static void write_block(Bench *bench, uint16_t block, const uint8_t *data, size_t length)
{
	g_assert_cmpint(out(bench, DNLOAD, block, data, length), ==, (int)length);
	g_assert_cmpuint(status(bench, OK), ==, DNBUSY);
	g_assert_cmpuint(status(bench, OK), ==, DNLOAD_IDLE);
}

/* ---- booting ---- */

static void test_boots_into_the_camera(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	uint64_t start = vloop_now(bench.loop);
	boot(&bench);
	g_assert_cmpstr(bench_device(&bench)->strings[3], ==, "383936313333510500330032");
	g_assert_cmphex(bench_device(&bench)->device_descriptor[12], ==, 0x03); /* 1.0.3 */
	g_assert_cmphex(bench_device(&bench)->device_descriptor[13], ==, 0x01);

	/* Nobody talks to it: it goes after 1.5 s, not before. A look at its state does not keep it. */
	g_assert_cmpuint(status(&bench, OK), ==, IDLE);
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
	boot(&bench);
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_await(&bench, PID_CAMERA, ABSENCE_MS));
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

/* ---- the window ---- */

static void test_upload_holds_the_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	boot(&bench);
	hold(&bench);
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
	boot(&bench);
	set_alt(&bench, ALT_ROMFS);
	write_block(&bench, 0, block, sizeof block);
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
	boot(&bench);
	set_alt(&bench, ALT_ROMFS);
	g_assert_cmpint(out(&bench, DNLOAD, 0, block, 32), ==, 32);
	g_assert_cmpint(out(&bench, ABORT, 0, NULL, 0), ==, 0);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(in(&bench, GETSTATE, 0, &state, 1), ==, 1);
	g_assert_cmpuint(state, ==, IDLE);
	g_assert_true(bench_await(&bench, PID_CAMERA, 5000));
	bench_close(&bench);
}

static void test_detach_boots(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	boot(&bench);
	hold(&bench);
	g_assert_cmpint(out(&bench, DETACH, 1000, NULL, 0), ==, 0);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void test_bus_reset_boots(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	boot(&bench);
	hold(&bench);
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
	boot(&bench);
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
	boot(&bench);
	g_assert_cmpint(in(&bench, UPLOAD, 1, data, 32), ==, 32);
	const uint8_t header[8] = {0xAD, 0x10, 0x07, 0xB0, 1, 0, 3, 0};
	g_assert_cmpmem(data, 8, header, 8);
	set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(in(&bench, UPLOAD, 300, data, 4096), ==, 4096);
	g_assert_cmpmem(data, 4096, bench_flash(&bench, FIRMWARE_BASE + 300 * 4096), 4096);

	/* The end: 4 zero bytes, also for a read that only begins inside. */
	g_assert_cmpint(in(&bench, UPLOAD, FIRMWARE_ROOM / 4096 - 1, data, 4096), ==, 4096);
	g_assert_cmpint(in(&bench, UPLOAD, FIRMWARE_ROOM / 4096, data, 4096), ==, 4);
	g_assert_cmpmem(data, 4, "\0\0\0\0", 4);
	g_assert_cmpint(in(&bench, UPLOAD, 65535, data, 2), ==, 2);
	g_assert_cmpint(in(&bench, GETSTATE, 0, &state, 1), ==, 1);
	g_assert_cmpuint(state, ==, IDLE);

	uint8_t more[4097];
	g_assert_cmpint(in(&bench, UPLOAD, 0, more, 4097), ==, -EPIPE);
	bench_close(&bench);
}

/* Sectors are erased where a block begins one, and only there. */
static void test_implicit_erase(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4096];
	bench_open(&bench, 0, &config, true);
	boot(&bench);
	set_alt(&bench, ALT_FIRMWARE);
	uint8_t *flash = bench_flash(&bench, FIRMWARE_BASE);
	memset(flash, 0x00, 2 * H7_SECTOR);
	memset(block, 0x5A, sizeof block);

	/* In the middle of a sector: only bits can be cleared. */
	write_block(&bench, 1, block, sizeof block);
	g_assert_cmphex(flash[4096], ==, 0x00);
	/* At its start: all of it is erased. */
	write_block(&bench, 0, block, sizeof block);
	g_assert_cmphex(flash[0], ==, 0x5A);
	g_assert_cmphex(flash[4096], ==, 0xFF);
	g_assert_cmphex(flash[H7_SECTOR - 1], ==, 0xFF);
	g_assert_cmphex(flash[H7_SECTOR], ==, 0x00);
	/* Its number counts in 4096 bytes, however short; what is missing of a word becomes zero. */
	write_block(&bench, 32, block, 40);
	g_assert_cmphex(flash[H7_SECTOR + 39], ==, 0x5A);
	g_assert_cmphex(flash[H7_SECTOR + 40], ==, 0x00);
	g_assert_cmphex(flash[H7_SECTOR + 63], ==, 0x00);
	g_assert_cmphex(flash[H7_SECTOR + 64], ==, 0xFF);
	bench_close(&bench);
}

static void test_refusals(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[4097] = {0};
	bench_open(&bench, 0, &config, true);
	boot(&bench);

	/* The bootloader's own partition. */
	g_assert_cmpint(out(&bench, DNLOAD, 0, block, 4096), ==, 4096);
	g_assert_cmpuint(status(&bench, OK), ==, DNBUSY);
	g_assert_cmpuint(status(&bench, ERR_WRITE), ==, ERROR);
	g_assert_cmpint(out(&bench, DNLOAD, 1, block, 4096), ==, -EPIPE);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpuint(status(&bench, OK), ==, IDLE);
	g_assert_cmphex(*bench_flash(&bench, 0x08000003), ==, 0x20);

	/* Past the end of a partition; the next one is untouched. */
	set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(out(&bench, DNLOAD, FIRMWARE_ROOM / 4096, block, 32), ==, 32);
	g_assert_cmpuint(status(&bench, OK), ==, DNBUSY);
	g_assert_cmpuint(status(&bench, ERR_ADDRESS), ==, ERROR);
	/* SET_INTERFACE leaves the error behind. */
	set_alt(&bench, ALT_FILESYSTEM);
	g_assert_cmpuint(status(&bench, OK), ==, IDLE);

	g_assert_cmpint(out(&bench, DNLOAD, 0, block, 4097), ==, -EPIPE);
	g_assert_cmpuint(status(&bench, OK), ==, IDLE);
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
	boot(&bench);
	set_alt(&bench, ALT_ROMFS);
	write_block(&bench, 0, block, sizeof block);
	g_assert_cmpint(out(&bench, DNLOAD, 1, NULL, 0), ==, 0);
	g_assert_cmpuint(status(&bench, OK), ==, MANIFEST);
	g_assert_cmpuint(status(&bench, OK), ==, IDLE);
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
	boot(&bench);
	set_alt(&bench, ALT_ROMFS);
	g_assert_cmpint(out(&bench, DNLOAD, 0, block, 32), ==, 32);
	uint64_t start = vloop_now(bench.loop);
	g_assert_cmpuint(status(&bench, OK), ==, DNBUSY);
	g_assert_cmpuint(vloop_now(bench.loop) - start, <, 800 * V_MS);
	g_assert_cmpuint(status(&bench, OK), ==, DNLOAD_IDLE);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
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
	boot(&bench);
	hold(&bench);
	set_alt(&bench, ALT_FIRMWARE);
	for (size_t at = 0; at < length; at += 4096)
		write_block(&bench, (uint16_t)(at / 4096), image + at, MIN(length - at, 4096));
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), length, image, length);
	g_assert_cmpint(out(&bench, DETACH, 1000, NULL, 0), ==, 0);
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
		boot(&bench);
		set_alt(&bench, ALT_FIRMWARE);
		for (uint16_t n = 0; n < 3; n++)
			write_block(&bench, n, block, sizeof block);
		g_assert_cmpint(out(&bench, DNLOAD, 3, block, sizeof block), ==, -ESHUTDOWN);
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
	boot(&bench);
	set_alt(&bench, ALT_FIRMWARE);
	g_assert_cmpint(out(&bench, DNLOAD, 0, block, sizeof block), ==, 4096);
	g_assert_cmpuint(status(&bench, OK), ==, DNBUSY);
	g_assert_true(bench_until(&bench, 1000, is_erasing, NULL));
	board_power(bench.board, false);
	g_assert_cmpuint(bench_product(&bench), ==, 0);

	/* The bootloader is unharmed, the firmware gone. */
	boot(&bench);
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
	boot(&bench);
	hold(&bench);
	g_assert_cmpint(out(&bench, DETACH, 1000, NULL, 0), ==, 0);
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
	add("boot0", test_boot0);
	add("window/upload", test_upload_holds_the_window);
	add("window/download", test_download_holds_the_window);
	add("window/others", test_others_do_not_hold_it);
	add("detach", test_detach_boots);
	add("bus-reset", test_bus_reset_boots);
	add("forced", test_forced);
	add("upload", test_upload);
	add("implicit-erase", test_implicit_erase);
	add("refusals", test_refusals);
	add("manifestation", test_manifestation);
	add("getstatus-is-held", test_getstatus_is_held);
	add("download-firmware", test_download_firmware);
	add("drop", test_drop);
	add("power-cut", test_power_cut_while_writing);
	add("serial-port", test_serial_port);
	return g_test_run();
}

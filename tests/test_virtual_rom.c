/* ST's ROM bootloader, request by request: what every version of it does, and how long that takes. */
#include "dfu_request.h"
#include "images.h"
#include "lib/dfu_host.h"

#include <string.h>

#define BANK2 0x08100000u

static void give_up(Bench *bench)
{
	g_assert_cmpint(dfu_out(bench, ABORT, 0, NULL, 0), ==, 0);
	dfu_expect(bench, STATUS_OK, IDLE);
}

/* ---- what every version does ---- */

static void test_describes_itself(void)
{
	static const struct {
		uint16_t revision;
		const char *serial;
	} chips[] = {{0x2003, "200364500000"}, {0x1003, "100364500000"}};

	for (size_t i = 0; i < G_N_ELEMENTS(chips); i++) {
		BoardConfig config = bench_config();
		Bench bench;
		const uint8_t *descriptor;

		config.chip.rev_id = chips[i].revision;
		rom_open(&bench, &config, 0x92, false);
		descriptor = bench_device(&bench)->device_descriptor;
		g_assert_cmpmem(descriptor + 8, 6, "\x83\x04\x11\xDF\x00\x02", 6);
		g_assert_cmpstr(bench_device(&bench)->strings[3], ==, chips[i].serial);
		g_assert_cmpstr(bench_device(&bench)->strings[4], ==,
			"@Internal Flash   /0x08000000/16*128Kg");
		g_assert_cmpstr(bench_device(&bench)->strings[5], ==,
			"@Option Bytes   /0x5200201C/01*128 e");
		descriptor = bench_device(&bench)->configuration_descriptor + 27;
		g_assert_cmpmem(descriptor, 9, "\x09\x21\x0B\xFF\x00\x00\x04\x1A\x01", 9);
		bench_close(&bench);
	}
}

static void test_commands(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[32];

	rom_open(&bench, &config, 0x92, false);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 0, data, sizeof data), ==, 4);
	g_assert_cmpmem(data, 4, "\x00\x21\x41\x92", 4);
	dfu_expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(dfu_out(&bench, DETACH, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(bench_control(&bench, 0x21, 7, 0, 0, NULL, 0), ==, -EPIPE);
	bench_close(&bench);
}

/* Write, read back; a block's place is its number times its own length. */
static void test_write_and_read(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[1024], back[1024];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7);
	rom_open(&bench, &config, 0x92, false);
	bench_fill(&bench);
	rom_erase(&bench, 0x08040123);
	g_assert_true(bench_blank(&bench, 0x08040000));
	g_assert_cmphex(*bench_flash(&bench, 0x08060000), ==, 0x5A);
	rom_point(&bench, 0x08040000);
	rom_write(&bench, 2, data, 1024);
	rom_write(&bench, 3, data, 1024);
	rom_write(&bench, 6, data, 100); /* at 400, not at 4096: over what is there */
	g_assert_cmpmem(bench_flash(&bench, 0x08040400), 1024, data, 1024);
	g_assert_cmphex(*bench_flash(&bench, 0x08041000), ==, 0xFF);
	g_assert_cmphex(*bench_flash(&bench, 0x08040000 + 401), ==, (uint8_t)(401 * 7) & 7);

	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, back, 1024), ==, -EPIPE); /* before ABORT */
	dfu_expect(&bench, STATUS_STALLED, ERROR);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	dfu_expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 3, back, 1024), ==, 1024);
	g_assert_cmpmem(back, 1024, data, 1024);
	dfu_expect(&bench, STATUS_OK, UPLOAD_IDLE);
	bench_close(&bench);
}

/* In a flash word that is half written what is missing stays erased. */
static void test_short_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	rom_open(&bench, &config, 0x92, false);
	rom_point(&bench, 0x08120000);
	rom_write(&bench, 2, "abc", 3);
	g_assert_cmpmem(bench_flash(&bench, 0x08120000), 4, "abc\xFF", 4);
	bench_close(&bench);
}

static void test_refusals(void)
{
	static const uint32_t outside[] = {0x07FFFFFF, 0x08200000, 0x20000000, 0xFFFFFFFF};
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[1025] = {0};

	rom_open(&bench, &config, 0x92, true);
	for (size_t i = 0; i < G_N_ELEMENTS(outside) * 2; i++) {
		rom_send(&bench, i % 2 ? 0x41 : 0x21, outside[i / 2]);
		dfu_expect(&bench, STATUS_TARGET, ERROR);
		g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, data, 5), ==, -EPIPE);
		g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
		dfu_expect(&bench, STATUS_OK, IDLE);
	}
	/* Over the end of flash, and where there is only reading. */
	for (size_t i = 0; i < 3; i++) {
		static const uint32_t bad[] = {0x081FFE00, 0x1FF00000, 0x5200201C};

		rom_point(&bench, bad[i]);
		g_assert_cmpint(dfu_out(&bench, DNLOAD, 2, data, 1024), ==, 1024);
		dfu_expect(&bench, STATUS_OK, DNBUSY);
		dfu_expect(&bench, STATUS_TARGET, ERROR);
		g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	}
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 2, data, 1025), ==, -EPIPE);
	dfu_expect(&bench, STATUS_STALLED, ERROR);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, "\x55", 1), ==, 1);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	dfu_expect(&bench, STATUS_STALLED, ERROR);
	bench_close(&bench);
}

/* The chip's UID, for those who know where it is; option bytes; nothing else. */
static void test_other_memory(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[256];

	rom_open(&bench, &config, 0x92, false);
	rom_point(&bench, 0x1FF1E800);
	give_up(&bench);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, data, 12), ==, 12);
	g_assert_cmpmem(data, 12, config.chip.uid, 12);
	give_up(&bench);
	rom_point(&bench, 0x5200201C);
	give_up(&bench);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, data, 128), ==, 128);
	g_assert_cmphex(data[1], ==, 0xAA); /* OPTSR_CUR: level 0 */
	give_up(&bench);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, data, 256), ==, -EPIPE);
	dfu_expect(&bench, STATUS_TARGET, ERROR);
	bench_close(&bench);
}

static void test_read_protection(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[4], answer[6];

	config.chip.rdp = 0x55;
	rom_open(&bench, &config, 0x92, true);
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, data, 4), ==, -EPIPE);
	dfu_expect(&bench, STATUS_VENDOR, ERROR);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	rom_send(&bench, 0x41, 0x08000000);
	dfu_expect(&bench, STATUS_VENDOR, ERROR);
	g_assert_cmpint(dfu_out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);

	/* Opening it costs the contents, and it begins anew. */
	g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, "\x92", 1), ==, 1);
	dfu_expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(dfu_in(&bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
	g_assert_true(bench_await(&bench, PID_ROM, BENCH_PATIENCE_MS));
	g_assert_true(bench_blank(&bench, 0x08000000));
	g_assert_cmpint(dfu_in(&bench, UPLOAD, 2, data, 4), ==, 4);
	bench_close(&bench);
}

/* Level 2 has no ROM bootloader. */
static void test_level_2(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.chip.rdp = 0xCC;
	bench_open(&bench, 0, &config, true);
	board_boot0(bench.board, true);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void leave(Bench *bench)
{
	uint8_t answer[6];

	g_assert_cmpint(dfu_out(bench, DNLOAD, 2, NULL, 0), ==, 0);
	/* It is gone before it answers. */
	g_assert_cmpint(dfu_in(bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
}

static void test_leave(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	rom_open(&bench, &config, 0x91, true);
	leave(&bench);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	board_power(bench.board, false);
	/* Straight into the firmware, past its bootloader. */
	rom_enter(&bench);
	rom_point(&bench, FIRMWARE_BASE);
	leave(&bench);
	g_assert_true(bench_await(&bench, PID_CAMERA, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

/* A sector whose programming was cut short: reading it is a bus fault, and the ROM is lost. */
static void test_torn_flash(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[32] = {1, 2, 3};

	rom_open(&bench, &config, 0x92, true);
	h7_program(board_h7(bench.board), BOOTLOADER_BASE, data, 32); /* over what is there */
	g_assert_true(bench_is_mute(&bench, 0xA1, UPLOAD, 2));
	g_assert_true(bench_is_mute(&bench, 0xA1, GETSTATUS, 0));
	board_power(bench.board, false);
	rom_enter(&bench);
	dfu_expect(&bench, STATUS_OK, IDLE);
	bench_close(&bench);
}

/* ---- times ---- */

/* Bank 1: the first GETSTATUS is held. Bank 2: the second. */
static void test_times(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t start;

	config.chip.rom = 0x92;
	bench_open(&bench, 1.0, &config, false);
	rom_enter(&bench);
	for (unsigned bank = 0; bank < 2; bank++) {
		uint32_t address = bank ? BANK2 : H7_FLASH_BASE;
		const uint8_t data[5] = {0x41, 0, 0, (uint8_t)(address >> 16), 0x08};
		DfuAnswer first, second;

		start = vloop_now(bench.loop);
		g_assert_cmpint(dfu_out(&bench, DNLOAD, 0, data, 5), ==, 5);
		first = dfu_ask(&bench);
		g_assert_cmpuint(first.state, ==, DNBUSY);
		g_assert_cmpuint(first.poll, ==, 1000);
		if (bank)
			g_assert_cmpuint(vloop_now(bench.loop) - start, <, 700 * V_MS);
		else
			g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
		second = dfu_ask(&bench);
		g_assert_cmpuint(second.state, ==, DNLOAD_IDLE);
		g_assert_cmpuint(second.poll, ==, 0);
		g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
	}
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
	add("describes-itself", test_describes_itself);
	add("commands", test_commands);
	add("write-and-read", test_write_and_read);
	add("short-write", test_short_write);
	add("refusals", test_refusals);
	add("other-memory", test_other_memory);
	add("read-protection", test_read_protection);
	add("level-2", test_level_2);
	add("leave", test_leave);
	add("torn-flash", test_torn_flash);
	add("times", test_times);
	return g_test_run();
}

/* ST's ROM bootloader, request by request: its commands, its versions and what is wrong with each. */
#include "dfu_request.h"
#include "images.h"
#include "lib/bench.h"
#include "vbus_core.h"

#include <stdlib.h>

#define BANK2 0x08100000u

static int out(Bench *bench, uint8_t request, uint16_t value, const void *data, size_t length)
{
	return bench_control(bench, 0x21, request, value, 0, (void *)data, length);
}

static int in(Bench *bench, uint8_t request, uint16_t value, void *data, size_t length)
{
	return bench_control(bench, 0xA1, request, value, 0, data, length);
}

typedef struct {
	unsigned status, state, poll;
} Status;

static Status get_status(Bench *bench)
{
	uint8_t answer[6];

	g_assert_cmpint(in(bench, GETSTATUS, 0, answer, 6), ==, 6);
	g_assert_cmpuint(answer[5], ==, 0);
	return (Status){
		answer[0], answer[4], (unsigned)(answer[1] | answer[2] << 8 | answer[3] << 16)};
}

static void expect(Bench *bench, unsigned status, unsigned state)
{
	Status got = get_status(bench);

	g_assert_cmpuint(got.status, ==, status);
	g_assert_cmpuint(got.state, ==, state);
}

static void enter_rom(Bench *bench)
{
	board_boot0(bench->board, true);
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_ROM, BENCH_PATIENCE_MS));
}

static void open_rom(Bench *bench, BoardConfig *config, uint8_t version, bool flashed)
{
	config->chip.rom = version;
	bench_open(bench, 0, config, flashed);
	enter_rom(bench);
}

/* A command of five bytes, and the GETSTATUS that starts it. */
static void send(Bench *bench, uint8_t what, uint32_t address)
{
	const uint8_t data[5] = {what, (uint8_t)address, (uint8_t)(address >> 8),
		(uint8_t)(address >> 16), (uint8_t)(address >> 24)};

	g_assert_cmpint(out(bench, DNLOAD, 0, data, 5), ==, 5);
	expect(bench, STATUS_OK, DNBUSY);
}

static void point(Bench *bench, uint32_t address)
{
	send(bench, 0x21, address);
	expect(bench, STATUS_OK, DNLOAD_IDLE);
}

static void erase(Bench *bench, uint32_t address)
{
	send(bench, 0x41, address);
	expect(bench, STATUS_OK, DNLOAD_IDLE);
}

static void write_block(Bench *bench, uint16_t block, const void *data, size_t length)
{
	g_assert_cmpint(out(bench, DNLOAD, block, data, length), ==, (int)length);
	expect(bench, STATUS_OK, DNBUSY);
	expect(bench, STATUS_OK, DNLOAD_IDLE);
}

static void give_up(Bench *bench)
{
	g_assert_cmpint(out(bench, ABORT, 0, NULL, 0), ==, 0);
	expect(bench, STATUS_OK, IDLE);
}

static void note(VUrb *urb)
{
	*(bool *)urb->front = true;
}

/* Whether a request gets no answer in a time in which others have long been given theirs. */
static bool is_mute(Bench *bench, uint8_t request, uint16_t value)
{
	uint8_t data[32];
	bool done = false;
	VUrb urb = {.dev = bench_device(bench),
		.setup = {0xA1, request, (uint8_t)value, 0, 0, 0, sizeof data, 0},
		.data = data,
		.length = sizeof data,
		.front = &done,
		.done = note};

	vbus_submit(&urb);
	bench_pass(bench, 200);
	if (done)
		return false;
	vbus_cancel(&urb, -ENOENT);
	return true;
}

static bool blank(Bench *bench, uint32_t address)
{
	const uint8_t *sector = bench_flash(bench, address);

	for (size_t i = 0; i < H7_SECTOR; i++)
		if (sector[i] != 0xFF)
			return false;
	return true;
}

static void fill(Bench *bench)
{
	memset(bench_flash(bench, H7_FLASH_BASE), 0x5A, H7_FLASH_SIZE);
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
		open_rom(&bench, &config, 0x92, false);
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

	open_rom(&bench, &config, 0x92, false);
	g_assert_cmpint(in(&bench, UPLOAD, 0, data, sizeof data), ==, 4);
	g_assert_cmpmem(data, 4, "\x00\x21\x41\x92", 4);
	expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(out(&bench, DETACH, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_OK, IDLE);
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
	open_rom(&bench, &config, 0x92, false);
	fill(&bench);
	erase(&bench, 0x08040123);
	g_assert_true(blank(&bench, 0x08040000));
	g_assert_cmphex(*bench_flash(&bench, 0x08060000), ==, 0x5A);
	point(&bench, 0x08040000);
	write_block(&bench, 2, data, 1024);
	write_block(&bench, 3, data, 1024);
	write_block(&bench, 6, data, 100); /* at 400, not at 4096: over what is there */
	g_assert_cmpmem(bench_flash(&bench, 0x08040400), 1024, data, 1024);
	g_assert_cmphex(*bench_flash(&bench, 0x08041000), ==, 0xFF);
	g_assert_cmphex(*bench_flash(&bench, 0x08040000 + 401), ==, (uint8_t)(401 * 7) & 7);

	g_assert_cmpint(in(&bench, UPLOAD, 2, back, 1024), ==, -EPIPE); /* before ABORT */
	expect(&bench, STATUS_STALLED, ERROR);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(in(&bench, UPLOAD, 3, back, 1024), ==, 1024);
	g_assert_cmpmem(back, 1024, data, 1024);
	expect(&bench, STATUS_OK, UPLOAD_IDLE);
	bench_close(&bench);
}

/* In a flash word that is half written what is missing stays erased. */
static void test_short_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_rom(&bench, &config, 0x92, false);
	point(&bench, 0x08120000);
	write_block(&bench, 2, "abc", 3);
	g_assert_cmpmem(bench_flash(&bench, 0x08120000), 4, "abc\xFF", 4);
	bench_close(&bench);
}

static void test_refusals(void)
{
	static const uint32_t outside[] = {0x07FFFFFF, 0x08200000, 0x20000000, 0xFFFFFFFF};
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[1025] = {0};

	open_rom(&bench, &config, 0x92, true);
	for (size_t i = 0; i < G_N_ELEMENTS(outside) * 2; i++) {
		send(&bench, i % 2 ? 0x41 : 0x21, outside[i / 2]);
		expect(&bench, STATUS_TARGET, ERROR);
		g_assert_cmpint(out(&bench, DNLOAD, 0, data, 5), ==, -EPIPE);
		g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
		expect(&bench, STATUS_OK, IDLE);
	}
	/* Over the end of flash, and where there is only reading. */
	for (size_t i = 0; i < 3; i++) {
		static const uint32_t bad[] = {0x081FFE00, 0x1FF00000, 0x5200201C};

		point(&bench, bad[i]);
		g_assert_cmpint(out(&bench, DNLOAD, 2, data, 1024), ==, 1024);
		expect(&bench, STATUS_OK, DNBUSY);
		expect(&bench, STATUS_TARGET, ERROR);
		g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	}
	g_assert_cmpint(out(&bench, DNLOAD, 2, data, 1025), ==, -EPIPE);
	expect(&bench, STATUS_STALLED, ERROR);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(out(&bench, DNLOAD, 0, "\x55", 1), ==, 1);
	expect(&bench, STATUS_OK, DNBUSY);
	expect(&bench, STATUS_STALLED, ERROR);
	bench_close(&bench);
}

/* The chip's UID, for those who know where it is; option bytes; nothing else. */
static void test_other_memory(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[256];

	open_rom(&bench, &config, 0x92, false);
	point(&bench, 0x1FF1E800);
	give_up(&bench);
	g_assert_cmpint(in(&bench, UPLOAD, 2, data, 12), ==, 12);
	g_assert_cmpmem(data, 12, config.chip.uid, 12);
	give_up(&bench);
	point(&bench, 0x5200201C);
	give_up(&bench);
	g_assert_cmpint(in(&bench, UPLOAD, 2, data, 128), ==, 128);
	g_assert_cmphex(data[1], ==, 0xAA); /* OPTSR_CUR: level 0 */
	give_up(&bench);
	g_assert_cmpint(in(&bench, UPLOAD, 2, data, 256), ==, -EPIPE);
	expect(&bench, STATUS_TARGET, ERROR);
	bench_close(&bench);
}

static void test_read_protection(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[4], answer[6];

	config.chip.rdp = 0x55;
	open_rom(&bench, &config, 0x92, true);
	g_assert_cmpint(in(&bench, UPLOAD, 2, data, 4), ==, -EPIPE);
	expect(&bench, STATUS_VENDOR, ERROR);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	send(&bench, 0x41, 0x08000000);
	expect(&bench, STATUS_VENDOR, ERROR);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);

	/* Opening it costs the contents, and it begins anew. */
	g_assert_cmpint(out(&bench, DNLOAD, 0, "\x92", 1), ==, 1);
	expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
	g_assert_true(bench_await(&bench, PID_ROM, BENCH_PATIENCE_MS));
	g_assert_true(blank(&bench, 0x08000000));
	g_assert_cmpint(in(&bench, UPLOAD, 2, data, 4), ==, 4);
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

	g_assert_cmpint(out(bench, DNLOAD, 2, NULL, 0), ==, 0);
	/* It is gone before it answers. */
	g_assert_cmpint(in(bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
}

static void test_leave(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_rom(&bench, &config, 0x91, true);
	leave(&bench);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	board_power(bench.board, false);
	/* Straight into the firmware, past its bootloader. */
	enter_rom(&bench);
	point(&bench, FIRMWARE_BASE);
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

	open_rom(&bench, &config, 0x92, true);
	h7_program(board_h7(bench.board), BOOTLOADER_BASE, data, 32); /* over what is there */
	g_assert_true(is_mute(&bench, UPLOAD, 2));
	g_assert_true(is_mute(&bench, GETSTATUS, 0));
	board_power(bench.board, false);
	enter_rom(&bench);
	expect(&bench, STATUS_OK, IDLE);
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
	enter_rom(&bench);
	for (unsigned bank = 0; bank < 2; bank++) {
		uint32_t address = bank ? BANK2 : H7_FLASH_BASE;
		const uint8_t data[5] = {0x41, 0, 0, (uint8_t)(address >> 16), 0x08};
		Status first, second;

		start = vloop_now(bench.loop);
		g_assert_cmpint(out(&bench, DNLOAD, 0, data, 5), ==, 5);
		first = get_status(&bench);
		g_assert_cmpuint(first.state, ==, DNBUSY);
		g_assert_cmpuint(first.poll, ==, 1000);
		if (bank)
			g_assert_cmpuint(vloop_now(bench.loop) - start, <, 700 * V_MS);
		else
			g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
		second = get_status(&bench);
		g_assert_cmpuint(second.state, ==, DNLOAD_IDLE);
		g_assert_cmpuint(second.poll, ==, 0);
		g_assert_cmpuint(vloop_now(bench.loop) - start, >, 900 * V_MS);
	}
	bench_close(&bench);
}

/* ---- what is wrong with versions ---- */

static void test_mass_erase(void)
{
	static const struct {
		uint8_t version;
		bool works;
	} roms[] = {{0xD2, true}, {0xD3, false}, {0x91, true}, {0x92, true}};

	for (size_t i = 0; i < G_N_ELEMENTS(roms); i++) {
		BoardConfig config = bench_config();
		Bench bench;

		open_rom(&bench, &config, roms[i].version, false);
		fill(&bench);
		g_assert_cmpint(out(&bench, DNLOAD, 0, "\x41", 1), ==, 1);
		expect(&bench, STATUS_OK, DNBUSY);
		expect(&bench, STATUS_OK, DNLOAD_IDLE);
		for (uint32_t at = 0; at < H7_FLASH_SIZE; at += H7_SECTOR)
			g_assert_true(blank(&bench, H7_FLASH_BASE + at) == roms[i].works);
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

		open_rom(&bench, &config, roms[i].version, false);
		fill(&bench);
		erase(&bench, BANK2 - 1); /* bank 1 works everywhere */
		send(&bench, 0x41, BANK2);
		for (unsigned n = 0; n < 5 && !roms[i].works; n++) {
			Status status = get_status(&bench);

			g_assert_cmpuint(status.state, ==, DNBUSY);
			g_assert_cmpuint(status.poll, >, 0);
		}
		if (roms[i].works)
			expect(&bench, STATUS_OK, DNLOAD_IDLE);
		g_assert_true(blank(&bench, BANK2)); /* erased it is, all the same */
		bench_close(&bench);
	}
}

/* CLRSTATUS twice, when the flash has finished; ABORT does not help. */
static void test_way_out(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_rom(&bench, &config, 0x91, false);
	fill(&bench);
	send(&bench, 0x41, BANK2);
	g_assert_cmpint(out(&bench, ABORT, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(out(&bench, DNLOAD, 0, "\x41", 1), ==, -EPIPE);
	expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_UNKNOWN, ERROR);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_OK, IDLE);
	point(&bench, BANK2);
	write_block(&bench, 2, "works", 5);
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
	enter_rom(&bench);
	send(&bench, 0x41, BANK2);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	expect(&bench, STATUS_OK, IDLE);
	g_assert_cmpint(out(&bench, DNLOAD, 2, "again", 5), ==, 5);
	g_assert_true(is_mute(&bench, GETSTATUS, 0));
	board_power(bench.board, false);
	enter_rom(&bench);
	expect(&bench, STATUS_OK, IDLE);
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
	send(&bench, 0x41, 0x08180000);
	expect(&bench, STATUS_OK, DNBUSY);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	g_assert_cmpint(out(&bench, CLRSTATUS, 0, NULL, 0), ==, 0);
	leave(&bench);
	g_assert_false(bench_await(&bench, PID_BOOTLOADER, 200));
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	board_boot0(bench.board, false);
	board_nrst(bench.board, true);
	board_nrst(bench.board, false);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

/* ---- faults of a board, in both bootloaders ---- */

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
		send(bench, 0x41, FIRMWARE_BASE);
		return;
	}
	g_assert_cmpint(out(bench, DNLOAD, 0, block, sizeof block), ==, sizeof block);
	expect(bench, STATUS_OK, DNBUSY);
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
			expect(&bench, STATUS_OK, DNBUSY);
		g_assert_false(blank(&bench, FIRMWARE_BASE));
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
		g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, 3);
		bench_close(&bench);
		config.faults.bad_status = DFU_STATUS_GARBAGE;
		open_either(&bench, &config, rom);
		g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
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
		g_assert_cmphex(get_status(&bench).poll, ==, 0xFFFFFF);
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
				in(&bench, GETSTATUS, 0, answer, 6), ==, n == 3 ? -EPIPE : 6);
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
			g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
			g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, 6);
			g_assert_cmpint(in(&bench, GETSTATUS, 0, answer, 6), ==, -ESHUTDOWN);
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
		expect(&bench, STATUS_OK, DNLOAD_IDLE);
		if (rom) {
			point(&bench, FIRMWARE_BASE);
			write_block(&bench, 2, "nothing", 7);
		}
		g_assert_true(
			memcmp(before, bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE) == 0);
		bench_close(&bench);
	}
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
	add("mass-erase", test_mass_erase);
	add("bank-2", test_bank_2);
	add("way-out", test_way_out);
	add("too-early", test_too_early);
	add("v9.0", test_v9_0);
	add("fault/busy-sector", test_busy_sector);
	add("fault/bad-status", test_bad_status);
	add("fault/poll-time", test_poll_time);
	add("fault/stalled-request", test_stalled_request);
	add("fault/vanishes", test_vanishes);
	add("fault/lies", test_lies);
	return g_test_run();
}

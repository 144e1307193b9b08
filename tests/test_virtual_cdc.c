/* OpenMV's CDC bootloader, packet by packet: its window, its commands, its faults (boards.md section 1.4). */
#include "images.h"
#include "lib/bench.h"
#include "vbus_core.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { OUT = 0x01, IN = 0x81 };
enum { START = 0xABCD0001, RESET = 0xABCD0002, ERASE = 0xABCD0004, WRITE = 0xABCD0008 };
enum { LAYOUT = 0xABCD0010, QSPI_ERASE = 0xABCD1004, QSPI_WRITE = 0xABCD1008 };
enum { QSPI_LAYOUT = 0xABCD1010, QSPI_TEST = 0xABCD1020 };

/* What must not come gets this long. */
#define ABSENCE_MS 200

static bool is_bootloader(Bench *bench)
{
	VDev *dev = bench_device(bench);

	return dev && strcmp(dev->strings[3], "000000000011") == 0;
}

static bool is_firmware(Bench *bench, void *data)
{
	return bench_product(bench) == PID_CDC && !is_bootloader(bench);
}

static bool is_off(Bench *bench, void *data)
{
	return !is_bootloader(bench);
}

/* A flashed board of that generation, in its bootloader. */
static void open_cdc(Bench *bench, double time, const BoardConfig *config)
{
	const BoardImages *images = &config->kind->images[GENERATION_CDC];

	bench_open(bench, time, config, false);
	bench_load(bench, images->bootloader);
	bench_load(bench, images->firmware);
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_CDC, BENCH_PATIENCE_MS));
	g_assert_true(is_bootloader(bench));
}

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

static int send(Bench *bench, uint32_t what, const void *data, size_t length)
{
	uint8_t packet[64];

	put32(packet, what);
	if (length)
		memcpy(packet + 4, data, length);
	return bench_bulk(bench, OUT, packet, 4 + length);
}

static void command(Bench *bench, uint32_t what)
{
	g_assert_cmpint(send(bench, what, NULL, 0), ==, 4);
}

static void command_number(Bench *bench, uint32_t what, uint32_t number)
{
	uint8_t argument[4];

	put32(argument, number);
	g_assert_cmpint(send(bench, what, argument, 4), ==, 8);
}

/* Reads words, as many as one reply has. */
static void expect_words(Bench *bench, const uint32_t *words, unsigned count)
{
	uint8_t data[64];

	g_assert_cmpint(bench_bulk(bench, IN, data, sizeof data), ==, (int)(4 * count));
	for (unsigned i = 0; i < count; i++)
		g_assert_cmphex(get32(data + 4 * i), ==, words[i]);
}

static void expect_word(Bench *bench, uint32_t word)
{
	expect_words(bench, &word, 1);
}

static void start(Bench *bench)
{
	command(bench, START);
	expect_word(bench, 0xABCD0003);
}

static void write_bytes(Bench *bench, const uint8_t *data, size_t length)
{
	for (size_t at = 0; at < length; at += 60) {
		size_t piece = MIN(60, length - at);

		g_assert_cmpint(send(bench, WRITE, data + at, piece), ==, (int)piece + 4);
	}
}

static void note(VUrb *urb)
{
	*(bool *)urb->front = true;
}

/* Whether a control request gets no answer in a time in which others have long been given theirs. */
static bool is_mute(Bench *bench)
{
	uint8_t data[7];
	bool done = false;
	VUrb urb = {.dev = bench_device(bench),
		.setup = {0xA1, 0x21, 0, 0, 0, 0, sizeof data, 0},
		.data = data,
		.length = sizeof data,
		.front = &done,
		.done = note};

	vbus_submit(&urb);
	bench_pass(bench, ABSENCE_MS);
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

/* ---- what it is ---- */

static void test_describes_itself(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	const uint8_t *device;

	open_cdc(&bench, 0, &config);
	device = bench_device(&bench)->device_descriptor;
	g_assert_cmpmem(device + 4, 3, "\xEF\x02\x01", 3);
	g_assert_cmpmem(device + 8, 6, "\x09\x12\xD1\xAB\x00\x02", 6);
	g_assert_cmpstr(bench_device(&bench)->strings[1], ==, "OpenMV");
	g_assert_cmpstr(
		bench_device(&bench)->strings[2], ==, "OpenMV Virtual Comm Port in FS Mode");
	bench_close(&bench);
}

static void test_line_coding(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t fast[7] = {0x00, 0x10, 0x0E, 0x00, 0, 0, 8}, back[7]; /* 921600 8N1 */

	open_cdc(&bench, 0, &config);
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 0, back, 7), ==, 7);
	g_assert_cmpmem(back, 7, "\x00\xC2\x01\x00\x00\x00\x08", 7); /* 115200 8N1 */
	g_assert_cmpint(bench_control(&bench, 0x21, 0x20, 0, 0, fast, 7), ==, 7);
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 0, back, 7), ==, 7);
	g_assert_cmpmem(back, 7, fast, 7);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 1, 0, NULL, 0), ==, 0); /* DTR */
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 1, 1, NULL, 0), ==, -EPIPE);
	g_assert_cmpint(bench_control(&bench, 0x21, 3, 0, 0, NULL, 0), ==, -EPIPE);
	bench_close(&bench);
}

/* ---- the window ---- */

/* Nobody starts it: it goes 1.0 s after the host has configured it, not before. */
static void test_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t begin;

	open_cdc(&bench, 0, &config);
	begin = vloop_now(bench.loop);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_firmware, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - begin, >=, 1000 * V_MS);
	g_assert_cmpstr(bench_device(&bench)->strings[3], ==, "386C36633333");
	bench_close(&bench);
}

static bool is_formatted(Bench *bench, void *data)
{
	return memcmp(bench_flash(bench, FFS_BASE + 54), "FAT", 3) == 0;
}

/* Nobody ever configures it: 2.0 s. */
static void test_no_host(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t begin;

	config.never_enumerates = true;
	bench_open(&bench, 0, &config, false);
	bench_load(&bench, DEMO_BOOTLOADER_CDC);
	bench_load(&bench, DEMO_FIRMWARE_CDC);
	begin = vloop_now(bench.loop);
	board_power(bench.board, true);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_formatted, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - begin, >=, 2000 * V_MS);
	bench_close(&bench);
}

/* Started, it stays, until RESET: then it goes at its next look, within 200 ms. */
static void test_start_and_reset(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t begin;

	open_cdc(&bench, 0, &config);
	bench_pass(&bench, 400);
	start(&bench);
	bench_pass(&bench, 1500);
	g_assert_true(is_bootloader(&bench));
	begin = vloop_now(bench.loop);
	command(&bench, RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_off, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <=, 250 * V_MS);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_firmware, NULL));
	bench_close(&bench);
}

/* A serial port that is opened, and words that are no command, do not keep it. */
static void test_others_do_not_hold_it(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 1, 0, NULL, 0), ==, 0);
	command(&bench, LAYOUT);
	g_assert_cmpint(bench_bulk(&bench, OUT, "abc", 3), ==, 3);
	command(&bench, 0x12345678);
	g_assert_true(bench_until(&bench, 1300, is_off, NULL));
	bench_close(&bench);
}

/* A START that comes again, as the IDE sends it every 2 ms, is answered each time: the first answer by
 * itself, those that had to wait in one transfer. */
static void test_start_again(void)
{
	static const uint32_t versions[3] = {0xABCD0003, 0xABCD0003, 0xABCD0003};
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	command(&bench, START);
	bench_pass(&bench, 5);
	for (unsigned i = 0; i < 3; i++)
		command(&bench, START);
	expect_word(&bench, 0xABCD0003);
	expect_words(&bench, versions, 3);
	bench_close(&bench);
}

static void on_reset(int result, void *data)
{
	g_assert_cmpint(result, ==, 0);
}

static void test_bus_reset(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	start(&bench);
	vport_reset(g_hash_table_lookup(bench.bus->ports, BENCH_PORT), on_reset, NULL);
	bench_pass(&bench, 1500);
	g_assert_true(is_bootloader(&bench));
	start(&bench);
	bench_close(&bench);
}

/* ---- commands ---- */

static void test_layout(void)
{
	static const uint32_t layout[3] = {1, 2, 15}, none[3];
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	start(&bench);
	command(&bench, LAYOUT);
	expect_words(&bench, layout, 3);
	command(&bench, QSPI_LAYOUT);
	expect_words(&bench, none, 3);
	command(&bench, QSPI_TEST);
	expect_word(&bench, 0);
	command_number(&bench, QSPI_ERASE, 0); /* known, and nothing */
	g_assert_cmpint(send(&bench, QSPI_WRITE, "x", 1), ==, 5);
	command(&bench, LAYOUT);
	expect_words(&bench, layout, 3);
	bench_close(&bench);
}

static void test_erase(void)
{
	static const struct {
		uint32_t number, sector;
	} sectors[] = {{1, 1}, {7, 7}, {8, 8}, {15, 15}, {18, 10}};
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	memset(bench_flash(&bench, FFS_BASE), 0x5A, H7_FLASH_SIZE - H7_SECTOR);
	start(&bench);
	for (size_t i = 0; i < G_N_ELEMENTS(sectors); i++) {
		uint32_t address = H7_FLASH_BASE + sectors[i].sector * H7_SECTOR;

		g_assert_false(blank(&bench, address));
		command_number(&bench, ERASE, sectors[i].number);
		start(&bench); /* answered after the erase only */
		g_assert_true(blank(&bench, address));
	}
	g_assert_false(blank(&bench, H7_FLASH_BASE + 2 * H7_SECTOR));
	bench_close(&bench);
}

/* Buffers of 64 bytes from packets of 60; RESET pads the last one with 0xFF. */
static void test_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[200];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7 + 1);
	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, ERASE, 2);
	write_bytes(&bench, data, sizeof data);
	start(&bench);
	/* Three buffers are full; the fourth was lost by the second START. */
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), 192, data, 192);
	g_assert_cmphex(*bench_flash(&bench, FIRMWARE_BASE + 192), ==, 0xFF);
	command_number(&bench, ERASE, 2);
	write_bytes(&bench, data, sizeof data);
	command(&bench, RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_off, NULL));
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), 200, data, 200);
	for (unsigned i = 200; i < 256; i++)
		g_assert_cmphex(*bench_flash(&bench, FIRMWARE_BASE + i), ==, 0xFF);
	bench_close(&bench);
}

/* Many packets in one transfer are many commands. */
static void test_batch(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t batch[32 * 64], data[32 * 60];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 13 + i / 256);
	for (size_t i = 0; i < 32; i++) {
		put32(batch + i * 64, WRITE);
		memcpy(batch + i * 64 + 4, data + i * 60, 60);
	}
	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, ERASE, 2);
	g_assert_cmpint(bench_bulk(&bench, OUT, batch, sizeof batch), ==, sizeof batch);
	start(&bench);
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), sizeof data, data, sizeof data);
	bench_close(&bench);
}

/* The whole firmware, as a host writes it; it then runs. */
static void test_download(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	size_t length;
	g_autofree uint8_t *image = demo_image(DEMO_FIRMWARE_CDC, &length);

	open_cdc(&bench, 0, &config);
	memset(bench_flash(&bench, FIRMWARE_BASE), 0x5A, FIRMWARE_ROOM);
	start(&bench);
	for (uint32_t sector = 2; sector <= 15; sector++)
		command_number(&bench, ERASE, sector);
	write_bytes(&bench, image, length);
	command(&bench, RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_firmware, NULL));
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), length, image, length);
	bench_close(&bench);
}

/* An erase is acknowledged at once; until it is done nothing is answered, not even a control request. */
static void test_erase_blocks(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t back[7];
	uint64_t begin;

	open_cdc(&bench, 1.0, &config);
	start(&bench);
	begin = vloop_now(bench.loop);
	command_number(&bench, ERASE, 9);
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <, 100 * V_MS);
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 0, back, 7), ==, 7);
	g_assert_cmpuint(vloop_now(bench.loop) - begin, >, 900 * V_MS);
	bench_close(&bench);
}

/* ---- where it ends ---- */

/* It is there, and mute, until its power is cut. */
static void expect_blinking(Bench *bench)
{
	g_assert_true(is_bootloader(bench));
	g_assert_true(is_mute(bench));
	bench_pass(bench, 1200);
	g_assert_true(is_bootloader(bench));
}

static void test_end_of_flash(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	g_autofree uint8_t *zero = g_malloc0(64 + H7_FLASH_SIZE);

	open_cdc(&bench, 0, &config);
	start(&bench);
	write_bytes(&bench, zero, 0x1C0000);
	start(&bench);
	write_bytes(&bench, zero, 0x1C0000 + 64);
	expect_blinking(&bench);
	bench_close(&bench);
}

/* START alone sets the offset. */
static void test_write_before_start(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[120] = {0};

	open_cdc(&bench, 0, &config);
	write_bytes(&bench, data, sizeof data);
	expect_blinking(&bench);
	bench_close(&bench);
}

static void test_erases_itself(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, ERASE, 0);
	expect_blinking(&bench);
	board_power(bench.board, false);
	board_power(bench.board, true);
	g_assert_false(bench_await(&bench, PID_CDC, ABSENCE_MS));
	bench_close(&bench);
}

static void test_bad_sector(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.faults.bad_sector = 0x08061234;
	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, ERASE, 2);
	start(&bench);
	command_number(&bench, ERASE, 3);
	expect_blinking(&bench);
	g_assert_false(blank(&bench, 0x08060000));
	board_power(bench.board, false);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_CDC, BENCH_PATIENCE_MS));
	start(&bench);
	bench_close(&bench);
}

/* ---- other faults ---- */

static void test_dropped_packet(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[180];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)i;
	config.faults.drop_packet = 4; /* the second of these */
	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, ERASE, 2);
	write_bytes(&bench, data, sizeof data);
	start(&bench);
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), 60, data, 60);
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE + 60), 4, data + 120, 4);
	bench_close(&bench);
}

static void test_wrong_version(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.faults.version = 0xABCD0009;
	open_cdc(&bench, 0, &config);
	command(&bench, START);
	expect_word(&bench, 0xABCD0009);
	bench_close(&bench);
}

static void test_lies(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[128] = {0};
	g_autofree uint8_t *before = NULL;

	config.faults.lies = true;
	open_cdc(&bench, 0, &config);
	before = g_memdup2(bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE);
	start(&bench);
	command_number(&bench, ERASE, 2);
	write_bytes(&bench, data, sizeof data);
	start(&bench);
	g_assert_true(memcmp(before, bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE) == 0);
	bench_close(&bench);
}

/* The cable falls out in the middle of a transfer, and is in again after a cut of power. */
static void test_drop(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t batch[640] = {0};

	config.drop_after = 200;
	open_cdc(&bench, 0, &config);
	g_assert_cmpint(bench_bulk(&bench, OUT, batch, sizeof batch), ==, -ESHUTDOWN);
	g_assert_cmpuint(bench_product(&bench), ==, 0);
	board_power(bench.board, false);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_CDC, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void test_short_window(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint64_t begin;

	config.faults.short_window = true;
	config.faults.window_ns = 0;
	open_cdc(&bench, 0, &config);
	begin = vloop_now(bench.loop);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_off, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <=, 250 * V_MS);
	bench_close(&bench);
}

/* ---- an H7 Plus ---- */

static void test_qspi(void)
{
	static const uint32_t layout[3] = {0, 511, 65536};
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[300], back[512];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 3 + 1);
	config.kind = board_kind("openmv-h7plus");
	open_cdc(&bench, 0, &config);
	start(&bench);
	command(&bench, QSPI_LAYOUT);
	expect_words(&bench, layout, 3);
	command(&bench, QSPI_TEST);
	expect_word(&bench, 1);
	qspi_load(board_qspi(bench.board), 0, (const uint8_t[3]){0}, 3);
	command_number(&bench, QSPI_ERASE, 0);
	for (size_t at = 0; at < sizeof data; at += 60)
		g_assert_cmpint(send(&bench, QSPI_WRITE, data + at, 60), ==, 64);
	command(&bench, RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_off, NULL));
	qspi_read(board_qspi(bench.board), 0, back, sizeof back);
	g_assert_cmpmem(back, sizeof data, data, sizeof data);
	for (size_t i = sizeof data; i < sizeof back; i++)
		g_assert_cmphex(back[i], ==, 0xFF);
	bench_close(&bench);
}

static void test_qspi_ends(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.kind = board_kind("openmv-h7plus");
	open_cdc(&bench, 0, &config);
	start(&bench);
	command_number(&bench, QSPI_ERASE, 511);
	start(&bench);
	command_number(&bench, QSPI_ERASE, 512);
	expect_blinking(&bench);
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/cdc/", name, NULL);

	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("describes-itself", test_describes_itself);
	add("line-coding", test_line_coding);
	add("window", test_window);
	add("no-host", test_no_host);
	add("start-and-reset", test_start_and_reset);
	add("others-do-not-hold-it", test_others_do_not_hold_it);
	add("start-again", test_start_again);
	add("bus-reset", test_bus_reset);
	add("layout", test_layout);
	add("erase", test_erase);
	add("write", test_write);
	add("batch", test_batch);
	add("download", test_download);
	add("erase-blocks", test_erase_blocks);
	add("end-of-flash", test_end_of_flash);
	add("write-before-start", test_write_before_start);
	add("erases-itself", test_erases_itself);
	add("qspi", test_qspi);
	add("qspi-ends", test_qspi_ends);
	add("fault/bad-sector", test_bad_sector);
	add("fault/dropped-packet", test_dropped_packet);
	add("fault/wrong-version", test_wrong_version);
	add("fault/lies", test_lies);
	add("fault/drop", test_drop);
	add("fault/short-window", test_short_window);
	return g_test_run();
}

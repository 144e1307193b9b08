/* OpenMV's CDC bootloader, packet by packet: its window and its commands (boards.md section 1.4). */
#include "images.h"
#include "lib/cdc_host.h"
#include "vbus_core.h"

#include <errno.h>
#include <string.h>

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> 8 * i);
}

/* ---- what it is ---- */

static void test_describes_itself(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	const uint8_t *device;

	cdc_host_open_board(&bench, 0, &config);
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

	cdc_host_open_board(&bench, 0, &config);
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

	cdc_host_open_board(&bench, 0, &config);
	begin = vloop_now(bench.loop);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_firmware_there, NULL));
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

/* Started, it stays, until CDC_RESET: then it goes at its next look. */
static void test_start_and_reset(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	bench_pass(&bench, 400);
	cdc_host_start(&bench);
	bench_pass(&bench, 1500);
	g_assert_true(cdc_host_is_there(&bench));
	cdc_host_command(&bench, CDC_RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_gone, NULL));
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_firmware_there, NULL));
	bench_close(&bench);
}

/* A serial port that is opened, and words that are no command, do not keep it. */
static void test_others_do_not_hold_it(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	g_assert_cmpint(bench_control(&bench, 0x21, 0x22, 1, 0, NULL, 0), ==, 0);
	cdc_host_command(&bench, CDC_LAYOUT);
	g_assert_cmpint(bench_bulk(&bench, CDC_OUT, "abc", 3), ==, 3);
	cdc_host_command(&bench, 0x12345678);
	/* Else it would stay for ever. */
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_gone, NULL));
	bench_close(&bench);
}

/* A CDC_START that comes again, as the IDE sends it every 2 ms, is answered each time: the first answer by
 * itself, those that had to wait in one transfer. */
static void test_start_again(void)
{
	static const uint32_t versions[3] = {0xABCD0003, 0xABCD0003, 0xABCD0003};
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_command(&bench, CDC_START);
	bench_pass(&bench, 5);
	for (unsigned i = 0; i < 3; i++)
		cdc_host_command(&bench, CDC_START);
	cdc_host_expect_word(&bench, 0xABCD0003);
	cdc_host_expect_words(&bench, versions, 3);
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

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	vport_reset(g_hash_table_lookup(bench.bus->ports, BENCH_PORT), on_reset, NULL);
	bench_pass(&bench, 1500);
	g_assert_true(cdc_host_is_there(&bench));
	cdc_host_start(&bench);
	bench_close(&bench);
}

/* ---- commands ---- */

static void test_layout(void)
{
	static const uint32_t layout[3] = {1, 2, 15}, none[3];
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command(&bench, CDC_LAYOUT);
	cdc_host_expect_words(&bench, layout, 3);
	cdc_host_command(&bench, CDC_QSPI_LAYOUT);
	cdc_host_expect_words(&bench, none, 3);
	cdc_host_command(&bench, CDC_QSPI_TEST);
	cdc_host_expect_word(&bench, 0);
	cdc_host_command_number(&bench, CDC_QSPI_ERASE, 0); /* known, and nothing */
	g_assert_cmpint(cdc_host_send(&bench, CDC_QSPI_WRITE, "x", 1), ==, 5);
	cdc_host_command(&bench, CDC_LAYOUT);
	cdc_host_expect_words(&bench, layout, 3);
	bench_close(&bench);
}

static void test_erase(void)
{
	static const struct {
		uint32_t number, sector;
	} sectors[] = {{1, 1}, {7, 7}, {8, 8}, {15, 15}, {18, 10}};
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	memset(bench_flash(&bench, FFS_BASE), 0x5A, H7_FLASH_SIZE - H7_SECTOR);
	cdc_host_start(&bench);
	for (size_t i = 0; i < G_N_ELEMENTS(sectors); i++) {
		uint32_t address = H7_FLASH_BASE + sectors[i].sector * H7_SECTOR;

		g_assert_false(bench_blank(&bench, address));
		cdc_host_command_number(&bench, CDC_ERASE, sectors[i].number);
		cdc_host_start(&bench); /* answered after the erase only */
		g_assert_true(bench_blank(&bench, address));
	}
	g_assert_false(bench_blank(&bench, H7_FLASH_BASE + 2 * H7_SECTOR));
	bench_close(&bench);
}

/* Buffers of 64 bytes from packets of 60; CDC_RESET pads the last one with 0xFF. */
static void test_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[200];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i * 7 + 1);
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	cdc_host_write(&bench, data, sizeof data);
	cdc_host_start(&bench);
	/* Three buffers are full; the fourth was lost by the second CDC_START. */
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), 192, data, 192);
	g_assert_cmphex(*bench_flash(&bench, FIRMWARE_BASE + 192), ==, 0xFF);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	cdc_host_write(&bench, data, sizeof data);
	cdc_host_command(&bench, CDC_RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_gone, NULL));
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
		put32(batch + i * 64, CDC_WRITE);
		memcpy(batch + i * 64 + 4, data + i * 60, 60);
	}
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	g_assert_cmpint(bench_bulk(&bench, CDC_OUT, batch, sizeof batch), ==, sizeof batch);
	cdc_host_start(&bench);
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

	cdc_host_open_board(&bench, 0, &config);
	memset(bench_flash(&bench, FIRMWARE_BASE), 0x5A, FIRMWARE_ROOM);
	cdc_host_start(&bench);
	for (uint32_t sector = 2; sector <= 15; sector++)
		cdc_host_command_number(&bench, CDC_ERASE, sector);
	cdc_host_write(&bench, image, length);
	cdc_host_command(&bench, CDC_RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_firmware_there, NULL));
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

	cdc_host_open_board(&bench, 1.0, &config);
	cdc_host_start(&bench);
	begin = vloop_now(bench.loop);
	cdc_host_command_number(&bench, CDC_ERASE, 9);
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <, 100 * V_MS);
	g_assert_cmpint(bench_control(&bench, 0xA1, 0x21, 0, 0, back, 7), ==, 7);
	g_assert_cmpuint(vloop_now(bench.loop) - begin, >, 900 * V_MS);
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
	return g_test_run();
}

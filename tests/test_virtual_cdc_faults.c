/* Where OpenMV's CDC bootloader ends, its faults, and the QSPI flash of an H7 Plus. */
#include "images.h"
#include "lib/cdc_host.h"
#include "vbus_core.h"

#include <errno.h>
#include <string.h>

/* What must not come gets this long. */
#define ABSENCE_MS 200

/* ---- where it ends ---- */

/* It is there, and mute, until its power is cut. */
static void expect_blinking(Bench *bench)
{
	g_assert_true(cdc_host_is_there(bench));
	g_assert_true(bench_is_mute(bench, 0xA1, 0x21, 0));
	bench_pass(bench, 1200);
	g_assert_true(cdc_host_is_there(bench));
}

static void test_end_of_flash(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	g_autofree uint8_t *zero = g_malloc0(64 + H7_FLASH_SIZE);

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_write(&bench, zero, 0x1C0000);
	cdc_host_start(&bench);
	cdc_host_write(&bench, zero, 0x1C0000 + 64);
	expect_blinking(&bench);
	bench_close(&bench);
}

/* CDC_START alone sets the offset. */
static void test_write_before_start(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[120] = {0};

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_write(&bench, data, sizeof data);
	expect_blinking(&bench);
	bench_close(&bench);
}

static void test_erases_itself(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 0);
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
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 3);
	expect_blinking(&bench);
	g_assert_false(bench_blank(&bench, 0x08060000));
	board_power(bench.board, false);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_CDC, BENCH_PATIENCE_MS));
	cdc_host_start(&bench);
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
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	cdc_host_write(&bench, data, sizeof data);
	cdc_host_start(&bench);
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE), 60, data, 60);
	g_assert_cmpmem(bench_flash(&bench, FIRMWARE_BASE + 60), 4, data + 120, 4);
	bench_close(&bench);
}

static void test_wrong_version(void)
{
	BoardConfig config = bench_config();
	Bench bench;

	config.faults.version = 0xABCD0009;
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_command(&bench, CDC_START);
	cdc_host_expect_word(&bench, 0xABCD0009);
	bench_close(&bench);
}

static void test_lies(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[128] = {0};
	g_autofree uint8_t *before = NULL;

	config.faults.lies = true;
	cdc_host_open_board(&bench, 0, &config);
	before = g_memdup2(bench_flash(&bench, H7_FLASH_BASE), H7_FLASH_SIZE);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_ERASE, 2);
	cdc_host_write(&bench, data, sizeof data);
	cdc_host_start(&bench);
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
	cdc_host_open_board(&bench, 0, &config);
	g_assert_cmpint(bench_bulk(&bench, CDC_OUT, batch, sizeof batch), ==, -ESHUTDOWN);
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
	cdc_host_open_board(&bench, 0, &config);
	begin = vloop_now(bench.loop);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_gone, NULL));
	/* 200 ms and what a busy machine takes; the usual window is 1 s. */
	g_assert_cmpuint(vloop_now(bench.loop) - begin, <, 900 * V_MS);
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
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command(&bench, CDC_QSPI_LAYOUT);
	cdc_host_expect_words(&bench, layout, 3);
	cdc_host_command(&bench, CDC_QSPI_TEST);
	cdc_host_expect_word(&bench, 1);
	qspi_load(board_qspi(bench.board), 0, (const uint8_t[3]){0}, 3);
	cdc_host_command_number(&bench, CDC_QSPI_ERASE, 0);
	for (size_t at = 0; at < sizeof data; at += 60)
		g_assert_cmpint(cdc_host_send(&bench, CDC_QSPI_WRITE, data + at, 60), ==, 64);
	cdc_host_command(&bench, CDC_RESET);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, cdc_host_gone, NULL));
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
	cdc_host_open_board(&bench, 0, &config);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_QSPI_ERASE, 511);
	cdc_host_start(&bench);
	cdc_host_command_number(&bench, CDC_QSPI_ERASE, 512);
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

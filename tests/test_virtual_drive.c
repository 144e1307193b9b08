/* The drive of an H7: one flash sector behind a write-back cache, and what the firmware does at its start. */
#include "images.h"
#include "lib/drive_host.h"

#include <errno.h>
#include <string.h>

static bool is_erased(Bench *bench, void *data)
{
	const uint8_t *volume = host_flash_volume(bench);
	return volume[0] == 0xFF && volume[FFS_SIZE - 1] == 0xFF;
}

/* What was written to the last block has come to flash. */
static bool is_programmed(Bench *bench, void *data)
{
	return memcmp(host_flash_volume(bench) + FFS_SIZE - 512, data, 512) == 0;
}

/* A tenth of real time: 51 ms to the erase, 0.5 s to the program. */
#define TENTH 0.1

static void test_write_back(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512], back[512];
	host_open(&bench, TENTH, &config);
	memset(block, 0x42, sizeof block);
	uint64_t start = vloop_now(bench.loop);
	host_write(&bench, 511, 1, block);
	g_assert_false(is_programmed(&bench, block));

	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_erased, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 45 * V_MS);
	/* While the flash works USB waits; then what was written is there, out of the cache. */
	host_read(&bench, 511, 1, back);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 140 * V_MS);
	g_assert_cmpmem(back, 512, block, 512);

	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_programmed, block));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 500 * V_MS);
	host_command(&bench, host_test_ready, false, NULL, 0); /* waits for the rest of it */
	host_power_cycle(&bench);
	host_read(&bench, 511, 1, back);
	g_assert_cmpmem(back, 512, block, 512);
	g_assert_true(host_flash_has(&bench, "main.py"));
	g_assert_false(host_flash_has(&bench, "README.txt"));
	bench_close(&bench);
}

/* Each write puts the 5 s off. */
static void test_write_again(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512];
	host_open(&bench, TENTH, &config);
	uint64_t last = 0;
	for (uint8_t i = 0; i < 4; i++) {
		memset(block, i, sizeof block);
		last = vloop_now(bench.loop);
		host_write(&bench, 511, 1, block);
		bench_pass(&bench, i < 3 ? 300 : 0);
	}
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_programmed, block));
	g_assert_cmpuint(vloop_now(bench.loop) - last, >=, 500 * V_MS);
	bench_close(&bench);
}

/* Power is cut after the erase: the whole volume is lost, and the default files come silently. */
static void test_power_cut(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512] = {0x42};
	const uint8_t sync_cache[16] = {0x35};
	host_open(&bench, TENTH, &config);
	host_write(&bench, 400, 1, block);
	host_command(&bench, sync_cache, false, NULL, 0); /* flushes nothing */
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_erased, NULL));
	host_command(&bench, host_test_ready, false, NULL, 0);
	host_power_cycle(&bench);
	g_assert_true(host_flash_has(&bench, "README.txt"));
	g_assert_cmphex(host_flash_volume(&bench)[(400 - 256) * 512], !=, 0x42);
	bench_close(&bench);
}

/* Before the first tick nothing has happened to the flash: only what was written is lost. */
static void test_early_cut(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512] = {0x42};
	host_open(&bench, 1.0, &config);
	host_write(&bench, 400, 1, block);
	host_power_cycle(&bench);
	g_assert_false(host_flash_has(&bench, "README.txt"));
	g_assert_true(host_flash_has(&bench, "main.py"));
	bench_close(&bench);
}

static void test_allow_removal_flushes(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512];
	host_open(&bench, TENTH, &config);
	memset(block, 0x42, sizeof block);
	host_write(&bench, 511, 1, block);
	uint64_t start = vloop_now(bench.loop);
	host_command(&bench, host_allow_removal, false, NULL, 0);
	/* Its status comes when the erase and the program are over: 1.1 + 0.7 s. */
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 150 * V_MS);
	g_assert_true(is_programmed(&bench, block));
	host_power_cycle(&bench);
	g_assert_true(is_programmed(&bench, block));
	g_assert_false(host_flash_has(&bench, "README.txt"));
	/* With nothing to flush it is over at once. */
	host_command(&bench, host_allow_removal, false, NULL, 0);
	bench_close(&bench);
}

/* ---- what the firmware does at its start ---- */

static bool is_mountable(Bench *bench)
{
	FatDisk disk = host_flash_disk(bench);
	return fatfs_mount(&disk) == FATFS_OK;
}

static void test_mount_or_format(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	host_open(&bench, 0, &config);
	/* The same volume again: nothing is written. */
	g_autofree uint8_t *before = g_memdup2(host_flash_volume(&bench), FFS_SIZE);
	host_power_cycle(&bench);
	g_assert_cmpmem(host_flash_volume(&bench), FFS_SIZE, before, FFS_SIZE);
	board_power(bench.board, false);

	/* A boot sector that does not mount: everything is gone. */
	bench_flash(&bench, FFS_BASE)[510] = 0;
	host_power_on(&bench);
	g_assert_true(is_mountable(&bench));
	g_assert_true(host_flash_has(&bench, "README.txt"));
	g_assert_true(host_flash_has(&bench, ".openmv_disk"));
	bench_close(&bench);
}

static void test_marker_comes_back(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	FatDisk disk = host_flash_disk(&bench);
	g_assert_true(fatfs_format(&disk, 0));
	host_power_on(&bench);
	g_assert_true(host_flash_has(&bench, ".openmv_disk"));
	g_assert_false(host_flash_has(&bench, "main.py"));
	bench_close(&bench);
}

/* ---- words whose ECC is wrong ---- */

static bool is_gone(Bench *bench, void *data)
{
	return bench_product(bench) == 0;
}

static bool is_back(Bench *bench, void *data)
{
	return bench_product(bench) != 0;
}

/* Leaves the bootloader; true: the camera came up, false: the bootloader again. */
static bool starts(Bench *bench)
{
	g_assert_cmpint(bench_control(bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0);
	g_assert_true(bench_until(bench, BENCH_PATIENCE_MS, is_gone, NULL));
	g_assert_true(bench_until(bench, BENCH_PATIENCE_MS, is_back, NULL));
	return bench_product(bench) == PID_CAMERA;
}

/* As OpenMV's documentation wipes the drive: 4096 zeros to FILESYSTEM, which erases the sector. */
static void wipe(Bench *bench)
{
	uint8_t zeros[4096] = {0}, status[6];
	g_assert_cmpint(bench_control(bench, 0x01, 11, 1, 0, NULL, 0), ==, 0);
	g_assert_cmpint(bench_control(bench, 0x21, 1, 0, 0, zeros, 4096), ==, 4096);
	for (int i = 0; i < 2; i++)
		g_assert_cmpint(bench_control(bench, 0xA1, 3, 0, 0, status, 6), ==, 6);
	g_assert_cmpuint(status[0], ==, 0);
}

/*
 * Cut while it is formatting. The next boot mends it or goes on; or it meets a torn word, a bus fault, and starts
 * over and over: then the bootloader is still there to erase the sector.
 */
static void test_cut_while_formatting(void)
{
	unsigned lost = 0, mended = 0;
	for (unsigned ms = 4; ms <= 80; ms += 7) {
		BoardConfig config = bench_config();
		Bench bench;
		bench_open(&bench, 0.01, &config, true);
		board_power(bench.board, true);
		g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
		g_assert_cmpint(bench_control(&bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0);
		bench_pass(&bench, ms);
		board_power(bench.board, false);
		board_power(bench.board, true);
		g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
		if (starts(&bench)) {
			mended++;
		} else {
			lost++;
			wipe(&bench);
			g_assert_true(starts(&bench));
		}
		g_assert_true(is_mountable(&bench));
		g_assert_true(host_flash_has(&bench, ".openmv_disk"));
		bench_close(&bench);
	}
	g_test_message("%u mended, %u lost", mended, lost);
	g_assert_cmpuint(mended, >, 0);
}

/* A word that does not fit its ECC, in a file's data: who reads it ends the firmware. */
static void test_bus_fault(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t word[32], data[4 * 512], cdb[16];
	host_open(&bench, 0, &config);
	memset(word, 0x0F, sizeof word);
	h7_program(board_h7(bench.board), FFS_BASE + 200 * 512, word, sizeof word);
	memset(word, 0xF1, sizeof word);
	h7_program(board_h7(bench.board), FFS_BASE + 200 * 512, word, sizeof word);
	host_read(&bench, 256, 4, data);
	/* The blocks before it come; with its own the device is gone. */
	host_transfer_cdb(cdb, 0x28, 256 + 196, 8);
	host_send(&bench, cdb, true, 8 * 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, sizeof data), ==, sizeof data);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, sizeof data), ==, -ESHUTDOWN);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	/* It starts again, since its start does not read that word. */
	g_assert_true(starts(&bench));
	/* To write any block the firmware reads all of them. */
	host_command(&bench, host_test_ready, false, NULL, 0);
	host_command(&bench, host_read_capacity, true, data, 8);
	host_transfer_cdb(cdb, 0x2A, 256 + 100, 1);
	host_send(&bench, cdb, false, 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data, 512), ==, -ESHUTDOWN);
	g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/drive/", name, NULL);
	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("write-back", test_write_back);
	add("write-again", test_write_again);
	add("power-cut", test_power_cut);
	add("early-cut", test_early_cut);
	add("allow-removal", test_allow_removal_flushes);
	add("mount-or-format", test_mount_or_format);
	add("marker", test_marker_comes_back);
	add("cut-while-formatting", test_cut_while_formatting);
	add("bus-fault", test_bus_fault);
	return g_test_run();
}

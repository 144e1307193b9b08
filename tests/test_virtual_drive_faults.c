/* What a world may say is wrong with a drive, and which firmware formats what. */
#include "images.h"
#include "lib/drive_host.h"
#include "qspi.h"

#include <errno.h>
#include <string.h>

/* ---- what goes wrong on the way ---- */

static void test_flip(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[2 * 512], wanted[2 * 512];
	config.drive = (DriveFaults){.flips = true, .flip_block = 301, .flip_bit = 8 * 100 + 3};
	host_open(&bench, 0, &config);
	memset(wanted, 0x42, sizeof wanted);
	host_write(&bench, 300, 2, wanted);
	host_command(&bench, host_allow_removal, false, NULL, 0);
	g_assert_cmpmem(host_flash_volume(&bench) + 44 * 512, 1024, wanted, 1024);
	host_read(&bench, 300, 2, block);
	wanted[512 + 100] ^= 1 << 3;
	g_assert_cmpmem(block, 1024, wanted, 1024);
	bench_close(&bench);
}

static void test_lost_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512], back[3 * 512];
	config.drive.lost_write = 2;
	host_open(&bench, 0, &config);
	memset(block, 0x42, sizeof block);
	for (int round = 0; round < 2; round++) {
		memset(block, 0x42 + round, sizeof block);
		for (uint32_t i = 0; i < 3; i++)
			host_write(&bench, 300 + i, 1, block);
		host_read(&bench, 300, 3, back);
		g_assert_cmphex(back[0], ==, 0x42 + round);
		g_assert_cmphex(back[512], !=, 0x42 + round);
		g_assert_cmphex(back[1024], ==, 0x42 + round);
		host_command(&bench, host_allow_removal, false, NULL, 0);
		host_power_cycle(&bench); /* counts from there again */
	}
	bench_close(&bench);
}

static void test_read_only(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512] = {0x42}, cdb[16], sense[18];
	const uint8_t request_sense[16] = {0x03, 0, 0, 0, 18};
	config.drive.read_only = 2;
	host_open(&bench, 0, &config);
	host_write(&bench, 300, 1, block);
	for (int i = 0; i < 2; i++) {
		host_transfer_cdb(cdb, 0x2A, 301, 1);
		host_send(&bench, cdb, false, 512);
		g_assert_cmpint(bench_bulk(&bench, BULK_OUT, block, 512), ==, -EPIPE);
		host_clear_halt(&bench, BULK_OUT);
		host_clear_halt(&bench, BULK_IN);
		g_assert_cmpuint(host_status(&bench, NULL), ==, FAILED);
		host_command(&bench, request_sense, true, sense, 18);
		g_assert_cmphex(sense[12], ==, 0x27); /* write protected */
	}
	host_read(&bench, 300, 1, block);
	g_assert_cmphex(block[0], ==, 0x42);
	bench_close(&bench);
}

static void test_capacity(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[512], cdb[16];
	config.drive.capacity = 400;
	bench_open(&bench, 0, &config, true);
	host_boot(&bench);
	host_command(&bench, host_read_capacity, true, data, 8);
	g_assert_cmpmem(data, 8, "\0\0\x01\x8F\0\0\x02\0", 8);
	host_read(&bench, 399, 1, data);
	host_transfer_cdb(cdb, 0x28, 400, 1);
	g_assert_cmphex(host_fail(&bench, cdb, 512), ==, 0x0521);
	bench_close(&bench);
}

static bool is_ready(Bench *bench)
{
	host_send(bench, host_test_ready, false, 0);
	return host_status(bench, NULL) == PASSED;
}

/* 3 s at a tenth of real time. */
static void test_late(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t capacity[8], cdb[16];
	config.drive.late_ns = 3 * V_S;
	bench_open(&bench, 0.1, &config, true);
	FatDisk disk = host_flash_disk(&bench);
	g_assert_true(fatfs_format(&disk, 0));
	host_boot(&bench);
	uint64_t start = vloop_now(bench.loop);
	g_assert_false(is_ready(&bench));
	host_command(&bench, host_read_capacity, true, capacity, 8);
	host_transfer_cdb(cdb, 0x28, 256, 1);
	g_assert_cmphex(host_fail(&bench, cdb, 512), ==, 0x023A);
	while (!is_ready(&bench))
		bench_pass(&bench, 5);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 200 * V_MS);
	g_assert_cmpuint(vloop_now(bench.loop) - start, <, 2000 * V_MS);
	bench_close(&bench);
}

static void reset_recovery(Bench *bench)
{
	g_assert_cmpint(bench_control(bench, 0x21, 0xFF, 0, 0, NULL, 0), ==, 0);
	host_clear_halt(bench, BULK_IN);
	host_clear_halt(bench, BULK_OUT);
}

/* The host's first two commands are host_open()'s. */
static void open_transport(Bench *bench, BoardConfig *config, BotFault fault, unsigned times)
{
	config->drive = (DriveFaults){.transport = fault, .at = 3, .times = times};
	host_open(bench, 0, config);
}

static void test_wrong_tag(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t csw[13];
	open_transport(&bench, &config, BOT_WRONG_TAG, 2);
	for (int i = 0; i < 2; i++) {
		host_send(&bench, host_test_ready, false, 0);
		g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, 13);
		g_assert_cmpmem(csw, 4, "USBS", 4);
		g_assert_cmphex(host_get32(csw + 4), !=, HOST_TAG);
	}
	host_command(&bench, host_test_ready, false, NULL, 0);
	bench_close(&bench);
}

static void test_stall(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t csw[13];
	open_transport(&bench, &config, BOT_STALL, 2);
	for (int i = 0; i < 2; i++) {
		host_send(&bench, host_test_ready, false, 0);
		g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
		host_clear_halt(&bench, BULK_IN);
		g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
		reset_recovery(&bench);
	}
	host_command(&bench, host_test_ready, false, NULL, 0);
	bench_close(&bench);
}

static void test_phase(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	open_transport(&bench, &config, BOT_PHASE_ERROR, 0);
	for (int i = 0; i < 3; i++) { /* for ever */
		host_send(&bench, host_test_ready, false, 0);
		g_assert_cmpuint(host_status(&bench, NULL), ==, PHASE_ERROR);
		reset_recovery(&bench);
	}
	bench_close(&bench);
}

/* ---- who formats what ---- */

typedef bool (*Has)(Bench *bench, const char *name);

static void put_own_file(Bench *bench)
{
	FatDisk disk = board_qspi(bench->board) ? host_qspi_disk(bench) : host_flash_disk(bench);
	g_assert_true(fatfs_format(&disk, 0));
	g_assert_true(fatfs_create(&disk, "mine.txt", "x", 1));
}

/* At each boot again, on both kinds. */
static void test_new_firmware(void)
{
	static const MountFault mounts[] = {MOUNT_NO_FILESYSTEM, MOUNT_DISK_ERROR};
	static const char *const kinds[] = {"openmv-h7", "openmv-h7plus"};
	for (unsigned i = 0; i < 4; i++) {
		BoardConfig config = bench_config();
		Bench bench;
		Has has = i % 2 ? host_qspi_has : host_flash_has;
		config.kind = board_kind(kinds[i % 2]);
		config.drive.mount = mounts[i / 2];
		bench_open(&bench, 0, &config, true);
		for (int round = 0; round < 2; round++) {
			put_own_file(&bench);
			host_power_on(&bench);
			g_assert_true(has(&bench, "main.py"));
			g_assert_false(has(&bench, "selftest.py"));
			g_assert_false(has(&bench, "mine.txt"));
			board_power(bench.board, false);
		}
		bench_close(&bench);
	}
}

static bool is_old_camera(Bench *bench, void *data)
{
	VDev *dev = bench_device(bench);
	return bench_product(bench) == PID_CDC && dev->configuration_descriptor[4] == 3;
}

/* A board with the firmware of v4.5.9 and older, its drive as a test left it. */
static void open_old(Bench *bench, BoardConfig *config)
{
	const BoardImages *images = &config->kind->images[GENERATION_CDC];
	config->faults.short_window = true; /* which no DETACH ends */
	config->faults.window_ns = 100 * V_MS;
	bench_open(bench, 0, config, false);
	bench_load(bench, images->bootloader);
	bench_load(bench, images->firmware);
}

static void boot_old(Bench *bench)
{
	board_power(bench->board, true);
	g_assert_true(bench_until(bench, BENCH_PATIENCE_MS, is_old_camera, NULL));
}

/* An H7: no label, hidden sectors, the self-test gone. */
static void test_old_firmware(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	open_old(&bench, &config);
	boot_old(&bench);
	const uint8_t *volume = host_flash_volume(&bench), *root = volume + 2 * 512;
	g_assert_cmpuint(volume[28] | volume[29] << 8, ==, 0x100);
	for (unsigned i = 0; i < 16; i++)
		g_assert_cmphex(root[32 * i + 11] & 0x0F, !=, 0x08); /* no label */
	g_assert_true(host_flash_has(&bench, "main.py"));
	g_assert_true(host_flash_has(&bench, "README.txt"));
	g_assert_true(host_flash_has(&bench, ".openmv_disk"));
	g_assert_false(host_flash_has(&bench, "selftest.py"));
	/* What is there already is left alone. */
	board_power(bench.board, false);
	put_own_file(&bench);
	boot_old(&bench);
	g_assert_true(host_flash_has(&bench, "mine.txt"));
	g_assert_true(host_flash_has(&bench, ".openmv_disk"));
	g_assert_false(host_flash_has(&bench, "main.py"));
	bench_close(&bench);
}

/* All 32 MiB, clusters of 4 KiB; and the word that a fixture reads through SWD. */
static void test_old_firmware_plus(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t capacity[8], boot[512], word[4];
	config.kind = board_kind("openmv-h7plus");
	open_old(&bench, &config);
	boot_old(&bench);
	host_command(&bench, host_test_ready, false, NULL, 0);
	host_command(&bench, host_read_capacity, true, capacity, 8);
	g_assert_cmpmem(capacity, 8, "\0\x01\0\xFF\0\0\x02\0", 8); /* 65792 blocks */
	host_read(&bench, 256, 1, boot);
	g_assert_cmpuint(boot[13], ==, 8);
	g_assert_cmpuint(boot[19] | boot[20], ==, 0);
	g_assert_cmpuint(host_get32(boot + 32), ==, 65536);
	g_assert_true(h7_read(board_h7(bench.board), 0x24000018, word, 4));
	g_assert_cmphex(host_get32(word), ==, 0xDEADBEEF);
	bench_close(&bench);
}

/* No file system: formats. An error of another kind: it ends there, and nothing is touched. */
static void test_old_rule(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	config.drive.mount = MOUNT_NO_FILESYSTEM;
	open_old(&bench, &config);
	put_own_file(&bench);
	boot_old(&bench);
	g_assert_false(host_flash_has(&bench, "mine.txt"));
	bench_close(&bench);

	config.drive.mount = MOUNT_DISK_ERROR;
	open_old(&bench, &config);
	put_own_file(&bench);
	board_power(bench.board, true);
	g_assert_true(bench_await(&bench, PID_CDC, BENCH_PATIENCE_MS)); /* the bootloader */
	g_assert_true(bench_await(&bench, 0, BENCH_PATIENCE_MS));
	g_assert_false(bench_until(&bench, 300, is_old_camera, NULL));
	g_assert_true(host_flash_has(&bench, "mine.txt"));
	bench_close(&bench);
}

static void test_error_log(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	config.drive.error_log = true;
	host_open(&bench, 0, &config);
	g_assert_true(host_flash_has(&bench, "ERROR.LOG"));
	g_assert_true(host_flash_has(&bench, "main.py"));
	FatDisk disk = host_flash_disk(&bench);
	board_power(bench.board, false);
	g_assert_true(fatfs_remove(&disk, "ERROR.LOG"));
	host_power_on(&bench);
	g_assert_true(host_flash_has(&bench, "ERROR.LOG"));
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/drive-faults/", name, NULL);
	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("flip", test_flip);
	add("lost-write", test_lost_write);
	add("read-only", test_read_only);
	add("capacity", test_capacity);
	add("late", test_late);
	add("wrong-tag", test_wrong_tag);
	add("stall", test_stall);
	add("phase", test_phase);
	add("new-firmware", test_new_firmware);
	add("old-firmware", test_old_firmware);
	add("old-firmware-plus", test_old_firmware_plus);
	add("old-rule", test_old_rule);
	add("error-log", test_error_log);
	return g_test_run();
}

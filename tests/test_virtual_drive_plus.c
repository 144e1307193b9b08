/* The drive of an H7 Plus: 24 MiB of QSPI flash behind a cache of 4 KiB. */
#include "lib/drive_host.h"
#include "qspi.h"

#include <string.h>

static BoardConfig plus_config(void)
{
	BoardConfig config = bench_config();
	config.kind = board_kind("openmv-h7plus");
	return config;
}

/* The bytes of a block of the volume as they are in QSPI flash. */
static bool holds(Bench *bench, uint32_t block, uint8_t value)
{
	uint8_t bytes[512];
	qspi_read(board_qspi(bench->board), (block - 256) * 512, bytes, sizeof bytes);
	for (unsigned i = 0; i < sizeof bytes; i++)
		if (bytes[i] != value)
			return false;
	return true;
}

typedef struct {
	uint32_t block;
	uint8_t value;
} Wanted;

static bool has_come(Bench *bench, void *data)
{
	const Wanted *wanted = data;
	return holds(bench, wanted->block, wanted->value);
}

static void write_value(Bench *bench, uint32_t block, uint8_t value)
{
	uint8_t bytes[512];
	memset(bytes, value, sizeof bytes);
	host_write(bench, block, 1, bytes);
}

static void test_geometry(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	uint8_t mbr[512], boot[512], stale[512];
	bench_open(&bench, 0, &config, true);
	host_power_on(&bench); /* 49408 blocks */
	host_read(&bench, 0, 1, mbr);
	const uint8_t partition[16] = {
		0, 255, 255, 255, 1, 255, 255, 255, 0, 1, 0, 0, 0, 0xC0, 0, 0};
	g_assert_cmpmem(mbr + 446, 16, partition, 16);
	host_read(&bench, 100, 1, stale);
	g_assert_cmpmem(stale, 512, mbr, 512);
	host_read(&bench, 256, 1, boot);
	g_assert_cmpuint(boot[13], ==, 4); /* 2 KiB a cluster */
	g_assert_cmpuint(boot[19] | boot[20] << 8, ==, 49152);
	g_assert_cmpuint(boot[22], ==, 49); /* blocks a FAT */
	write_value(&bench, 49407, 0x42);
	host_command(&bench, host_allow_removal, false, NULL, 0);
	g_assert_true(holds(&bench, 49407, 0x42));
	bench_close(&bench);
}

/* 1 s after the last write, at the next look: not before. A tenth of real time. */
static void test_write_back(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	uint8_t back[512], bytes[512];
	bench_open(&bench, 0.1, &config, true);
	host_power_on(&bench);
	uint64_t start = vloop_now(bench.loop);
	write_value(&bench, 1000, 0x42);
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, has_come, &(Wanted){1000, 0x42}));
	uint64_t taken = vloop_now(bench.loop) - start;
	g_assert_cmpuint(taken, >=, 100 * V_MS);
	/* While the flash works USB waits: 50 ms for the erase, 16 pages. */
	host_read(&bench, 1000, 1, back);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, taken + 4 * V_MS);
	memset(bytes, 0x42, sizeof bytes);
	g_assert_cmpmem(back, 512, bytes, 512);
	host_power_cycle(&bench);
	g_assert_true(holds(&bench, 1000, 0x42));
	bench_close(&bench);
}

/* Another sector pushes the cached one out at once; what is still cached dies with the power, and only it. */
static void test_sectors(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	bench_open(&bench, 1.0, &config, true);
	host_power_on(&bench);
	write_value(&bench, 1000, 0x11);
	write_value(&bench, 1001, 0x22);
	g_assert_false(holds(&bench, 1000, 0x11));
	write_value(&bench, 2000, 0x33);
	g_assert_true(holds(&bench, 1000, 0x11));
	g_assert_true(holds(&bench, 1001, 0x22));
	/* Its answer has waited for the flash: no cut after it can harm that sector. */
	board_power(bench.board, false);
	g_assert_true(holds(&bench, 1000, 0x11));
	g_assert_true(holds(&bench, 2000, 0xFF));
	host_power_on(&bench);
	g_assert_true(host_qspi_has(&bench, "README.txt"));
	bench_close(&bench);
}

static bool is_erased(Bench *bench, void *data)
{
	return holds(bench, 256, 0xFF);
}

/* The sector that holds the boot sector and the FAT is cut: the drive is formatted at the next boot. */
static void test_cut_in_the_fat(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	uint8_t boot[512];
	bench_open(&bench, 1.0, &config, true);
	FatDisk disk = host_qspi_disk(&bench);
	g_assert_true(fatfs_format(&disk, 0));
	g_assert_true(fatfs_create(&disk, "mine.txt", "x", 1));
	host_power_on(&bench);
	host_read(&bench, 256, 1, boot);
	host_write(&bench, 256, 1, boot);
	/* Asynchronously, as a host's flush: cut 25 ms into its erase. */
	uint8_t cbw[31] = {'U', 'S', 'B', 'C', [14] = 16, [15] = 0x1E};
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, cbw, sizeof cbw), ==, 31);
	bench_pass(&bench, 25);
	board_power(bench.board, false);
	g_assert_cmpuint(fatfs_mount(&disk), ==, FATFS_NO_FILESYSTEM);
	g_assert_false(is_erased(&bench, NULL));
	host_power_on(&bench);
	g_assert_true(host_qspi_has(&bench, "main.py"));
	g_assert_false(host_qspi_has(&bench, "mine.txt"));
	bench_close(&bench);
}

/* At any moment of a first boot: the next one comes up and mounts or formats. There is no ECC, and so no bus fault.
 * A sane boot sector is enough for it: what was half formatted behind that stays so. */
static void test_cut_while_formatting(void)
{
	for (unsigned ms = 3; ms <= 24; ms += 3) {
		BoardConfig config = plus_config();
		Bench bench;
		bench_open(&bench, 0.02, &config, true);
		board_power(bench.board, true);
		g_assert_true(bench_await(&bench, PID_BOOTLOADER_PLUS, BENCH_PATIENCE_MS));
		g_assert_cmpint(bench_control(&bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0);
		bench_pass(&bench, ms);
		board_power(bench.board, false);
		host_power_on(&bench);
		FatDisk disk = host_qspi_disk(&bench);
		g_assert_cmpuint(fatfs_mount(&disk), ==, FATFS_OK);
		bench_close(&bench);
	}
}

/* Thirty-two of them take no gigabyte. */
static void test_first_boot_time(void)
{
	BoardConfig config = plus_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	host_power_on(&bench);
	const Account *account = h7_account(board_h7(bench.board));
	g_test_message("erase %.2f s, program %.2f s", (double)account->erase / V_S,
		(double)account->program / V_S);
	g_assert_cmpuint(account->erase, >=, 11 * 50 * V_MS);
	g_assert_cmpuint(account->erase, <=, 40 * 50 * V_MS);
	bench_close(&bench);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/drive-plus/geometry", test_geometry);
	g_test_add_func("/virtual/drive-plus/write-back", test_write_back);
	g_test_add_func("/virtual/drive-plus/sectors", test_sectors);
	g_test_add_func("/virtual/drive-plus/cut-in-the-fat", test_cut_in_the_fat);
	g_test_add_func("/virtual/drive-plus/cut-while-formatting", test_cut_while_formatting);
	g_test_add_func("/virtual/drive-plus/first-boot-time", test_first_boot_time);
	return g_test_run();
}

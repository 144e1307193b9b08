/* The camera's drive as a host sees it: Bulk-Only Transport, SCSI, the volume, the write-back cache. */
#include "camera.h"
#include "drive.h"
#include "fat12.h"
#include "images.h"
#include "lib/bench.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

enum { BULK_IN = 0x81, BULK_OUT = 0x01 };
enum { PASSED, FAILED, PHASE_ERROR };
#define TAG 0x12345678u

static const uint8_t read_capacity[16] = {0x25};
static const uint8_t test_ready[16] = {0x00};
static const uint8_t allow_removal[16] = {0x1E};

static void put32(uint8_t *at, uint32_t value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, 4);
}

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, 4);
	return GUINT32_FROM_LE(value);
}

/* ---- Bulk-Only Transport ---- */

static void send_command(Bench *bench, const uint8_t cdb[16], bool in, uint32_t length)
{
	uint8_t cbw[31] = "USBC";
	put32(cbw + 4, TAG);
	put32(cbw + 8, length);
	cbw[12] = in ? 0x80 : 0x00;
	cbw[14] = 16;
	memcpy(cbw + 15, cdb, 16);
	g_assert_cmpint(bench_bulk(bench, BULK_OUT, cbw, 31), ==, 31);
}

/* Checks the form; the residue is returned in *residue if wanted. */
static unsigned take_status(Bench *bench, uint32_t *residue)
{
	uint8_t csw[64];
	g_assert_cmpint(bench_bulk(bench, BULK_IN, csw, sizeof csw), ==, 13);
	g_assert_cmpmem(csw, 4, "USBS", 4);
	g_assert_cmphex(get32(csw + 4), ==, TAG);
	if (residue)
		*residue = get32(csw + 8);
	return csw[12];
}

static void clear_halt(Bench *bench, uint8_t endpoint)
{
	g_assert_cmpint(bench_control(bench, 0x02, 1, 0, endpoint, NULL, 0), ==, 0);
}

/* A command that is expected to pass and to move all its data. */
static void command(Bench *bench, const uint8_t cdb[16], bool in, void *data, uint32_t length)
{
	uint32_t residue;
	send_command(bench, cdb, in, length);
	if (length)
		g_assert_cmpint(
			bench_bulk(bench, in ? BULK_IN : BULK_OUT, data, length), ==, (int)length);
	g_assert_cmpuint(take_status(bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 0);
}

static void transfer_cdb(uint8_t cdb[16], uint8_t code, uint32_t block, uint32_t count)
{
	memset(cdb, 0, 16);
	cdb[0] = code;
	cdb[2] = (uint8_t)(block >> 24);
	cdb[3] = (uint8_t)(block >> 16);
	cdb[4] = (uint8_t)(block >> 8);
	cdb[5] = (uint8_t)block;
	cdb[7] = (uint8_t)(count >> 8);
	cdb[8] = (uint8_t)count;
}

static void read_blocks(Bench *bench, uint32_t block, uint32_t count, uint8_t *into)
{
	uint8_t cdb[16];
	transfer_cdb(cdb, 0x28, block, count);
	command(bench, cdb, true, into, count * 512);
}

static void write_blocks(Bench *bench, uint32_t block, uint32_t count, const uint8_t *from)
{
	uint8_t cdb[16];
	transfer_cdb(cdb, 0x2A, block, count);
	command(bench, cdb, false, (uint8_t *)from, count * 512);
}

/* A command that fails: bulk-in is halted, the status comes after that is cleared. Key and code. */
static unsigned fail_with_sense(Bench *bench, const uint8_t cdb[16], uint32_t length)
{
	uint8_t data[512], sense[18];
	const uint8_t request_sense[16] = {0x03, 0, 0, 0, 18};
	send_command(bench, cdb, true, length);
	g_assert_cmpint(bench_bulk(bench, BULK_IN, data, sizeof data), ==, -EPIPE);
	clear_halt(bench, BULK_IN);
	g_assert_cmpuint(take_status(bench, NULL), ==, FAILED);
	command(bench, request_sense, true, sense, 18);
	g_assert_cmphex(sense[0], ==, 0x70);
	return sense[2] << 8 | sense[12];
}

/* ---- a camera on the bench ---- */

static void power_on(Bench *bench)
{
	uint8_t capacity[8];
	board_power(bench->board, true);
	g_assert_true(bench_await(bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
	g_assert_cmpint(bench_control(bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0); /* DETACH */
	g_assert_true(bench_await(bench, PID_CAMERA, BENCH_PATIENCE_MS));
	command(bench, test_ready, false, NULL, 0);
	command(bench, read_capacity, true, capacity, 8);
	g_assert_cmpmem(capacity, 8, "\0\0\x01\xFF\0\0\x02\0", 8);
}

static void power_cycle(Bench *bench)
{
	board_power(bench->board, false);
	power_on(bench);
}

/* A world `time` as fast; the drive is formatted. */
static void open_camera(Bench *bench, double time, const BoardConfig *config)
{
	bench_open(bench, time, config, true);
	uint8_t *volume = bench_flash(bench, FFS_BASE);
	fat12_format(volume);
	g_assert_true(fat12_create(volume, "main.py", "old", 3));
	g_assert_true(fat12_create(volume, ".openmv_disk", NULL, 0));
	power_on(bench);
}

static const uint8_t *volume_in_flash(Bench *bench)
{
	return bench_flash(bench, FFS_BASE);
}

static bool is_erased(Bench *bench, void *data)
{
	const uint8_t *volume = volume_in_flash(bench);
	return volume[0] == 0xFF && volume[FAT12_SIZE - 1] == 0xFF;
}

/* What was written to the last block has come to flash. */
static bool is_programmed(Bench *bench, void *data)
{
	return memcmp(volume_in_flash(bench) + FAT12_SIZE - 512, data, 512) == 0;
}

/* ---- the volume ---- */

static char *find_tool(const char *name)
{
	char *path = g_find_program_in_path(name);
	const char *const folders[] = {"/usr/sbin", "/sbin"};
	for (size_t i = 0; !path && i < G_N_ELEMENTS(folders); i++) {
		path = g_build_filename(folders[i], name, NULL);
		if (!g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
			g_clear_pointer(&path, g_free);
	}
	return path;
}

/* Its standard output; checks the exit status. */
static char *run_tool(const char *const *arguments, int expected)
{
	char *text = NULL;
	int wait_status;
	g_autoptr(GError) error = NULL;
	g_assert_true(g_spawn_sync(NULL, (char **)arguments, NULL, G_SPAWN_DEFAULT, NULL, NULL,
		&text, NULL, &wait_status, &error));
	g_test_message("%s: %s", arguments[0], text);
	g_assert_true(WIFEXITED(wait_status));
	g_assert_cmpint(WEXITSTATUS(wait_status), ==, expected);
	return text;
}

/* What a first boot makes, read by a host through SCSI: an image file in a folder of its own. */
static char *first_boot_image(char **folder)
{
	BoardConfig config = bench_config();
	Bench bench;
	g_autofree uint8_t *volume = g_malloc(FAT12_SIZE);
	bench_open(&bench, 0, &config, true);
	power_on(&bench);
	for (uint32_t block = 0; block < FAT12_BLOCKS; block += 64)
		read_blocks(&bench, 256 + block, 64, volume + block * 512);
	g_assert_cmpmem(volume, FAT12_SIZE, volume_in_flash(&bench), FAT12_SIZE);
	bench_close(&bench);

	*folder = g_dir_make_tmp("flashline-drive-XXXXXX", NULL);
	char *path = g_build_filename(*folder, "drive.img", NULL);
	g_assert_true(g_file_set_contents(path, (char *)volume, FAT12_SIZE, NULL));
	return path;
}

static void remove_image(const char *path, const char *folder)
{
	g_remove(path);
	g_rmdir(folder);
}

/*
 * FatFs leaves "NO NAME" in the boot sector and puts the label into the root directory. fsck.fat 4.2
 * remarks on that and on nothing else; with the label in both places it is content.
 */
static void test_fsck(void)
{
	g_autofree char *fsck = find_tool("fsck.fat"), *folder = NULL;
	if (!fsck) {
		g_test_skip("fsck.fat is not installed (package dosfstools)");
		return;
	}
	g_autofree char *path = first_boot_image(&folder), *image = NULL;
	gsize length;
	g_assert_true(g_file_get_contents(path, &image, &length, NULL));
	g_assert_cmpmem(image + 43, 11, "NO NAME    ", 11);
	memcpy(image + 43, "OPENMV     ", 11);

	const char *check[] = {fsck, "-n", path, NULL};
	g_autofree char *remark = run_tool(check, 1);
	g_assert_nonnull(strstr(remark, "There is no label in boot sector"));
	g_assert_true(g_file_set_contents(path, image, FAT12_SIZE, NULL));
	g_autofree char *text = run_tool(check, 0);
	g_assert_nonnull(strstr(text, "4 files, 2/222 clusters"));
	remove_image(path, folder);
}

static void test_mtools(void)
{
	g_autofree char *mdir = find_tool("mdir"), *mtype = find_tool("mtype"), *folder = NULL;
	if (!mdir || !mtype) {
		g_test_skip("mtools is not installed");
		return;
	}
	g_autofree char *path = first_boot_image(&folder);
	const char *list[] = {mdir, "-a", "-b", "-i", path, "::", NULL};
	g_autofree char *names = run_tool(list, 0);
	g_assert_cmpstr(names, ==, "::/main.py\n::/README.txt\n::/.openmv_disk\n");
	const char *label[] = {mdir, "-i", path, "::", NULL};
	g_autofree char *listing = run_tool(label, 0);
	g_assert_nonnull(strstr(listing, "Volume in drive : is OPENMV"));
	const char *type[] = {mtype, "-i", path, "::main.py", NULL};
	g_autofree char *script = run_tool(type, 0);
	g_assert_nonnull(strstr(script, "led.toggle()"));
	remove_image(path, folder);
}

static void test_what_is_not_stored(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t blocks[4 * 512], mbr[512];
	open_camera(&bench, 0, &config);
	read_blocks(&bench, 0, 1, mbr);
	const uint8_t partition[16] = {0, 255, 255, 255, 1, 255, 255, 255, 0, 1, 0, 0, 0, 1, 0, 0};
	g_assert_cmpmem(mbr + 446, 16, partition, 16);
	g_assert_cmphex(mbr[510] | mbr[511] << 8, ==, 0xAA55);

	/* Blocks that do not exist are written and read with success; what comes is what was there. */
	memset(blocks, 0xA5, sizeof blocks);
	write_blocks(&bench, 1, 4, blocks);
	write_blocks(&bench, 0, 1, blocks);
	read_blocks(&bench, 0, 1, blocks);
	g_assert_cmpmem(blocks, 512, mbr, 512);
	read_blocks(&bench, 100, 1, blocks);
	g_assert_cmpmem(blocks, 512, mbr, 512); /* stale */
	bench_close(&bench);
}

/* ---- SCSI and its transport ---- */

static void test_inquiry(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[255];
	uint32_t residue;
	const uint8_t inquiry[16] = {0x12, 0, 0, 0, 36}, pages[16] = {0x12, 1, 0, 0, 6};
	const uint8_t serial[16] = {0x12, 1, 0x80, 0, 255}, long_inquiry[16] = {0x12, 0, 0, 0, 255};
	open_camera(&bench, 0, &config);
	command(&bench, inquiry, true, data, 36);
	g_assert_cmpmem(data, 5, "\x00\x80\x02\x02\x1F", 5);
	g_assert_cmpmem(data + 8, 28, "MicroPy pyboard Flash   1.00", 28);
	command(&bench, pages, true, data, 6);
	g_assert_cmpmem(data, 6, "\0\0\0\x02\0\x83", 6);

	/* Less than was asked for: a short transfer, then the status with the rest as residue. */
	send_command(&bench, long_inquiry, true, 255);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 255), ==, 36);
	g_assert_cmpuint(take_status(&bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 255 - 36);

	/* There is no serial number page. */
	g_assert_cmphex(fail_with_sense(&bench, serial, 255), ==, 0x0520);
	bench_close(&bench);
}

static void test_other_commands(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[64];
	const uint8_t mode6[16] = {0x1A, 0, 0x3F, 0, 4}, mode10[16] = {0x5A, 0, 0x3F};
	const uint8_t formats[16] = {0x23}, verify[16] = {0x2F, 0, 0, 0, 1, 0xFF, 0, 0, 1};
	const uint8_t sense[16] = {0x03, 0, 0, 0, 18};
	open_camera(&bench, 0, &config);
	command(&bench, mode6, true, data, 4);
	g_assert_cmpmem(data, 4, "\x03\0\0\0", 4);
	command(&bench, mode10, true, data, 8);
	g_assert_cmpmem(data, 8, "\0\x06\0\0\0\0\0\0", 8);
	command(&bench, formats, true, data, 12);
	g_assert_cmpmem(data, 12, "\0\0\0\x08\0\0\x01\xFF\x02\0\x02\0", 12);
	command(&bench, verify, false, NULL, 0);
	command(&bench, sense, true, data, 18);
	g_assert_cmphex(data[2] | data[12], ==, 0); /* nothing was wrong */
	bench_close(&bench);
}

static void test_failures(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t cdb[16] = {0xEE};
	open_camera(&bench, 0, &config);
	g_assert_cmphex(fail_with_sense(&bench, cdb, 0), ==, 0x0520);
	g_assert_cmphex(fail_with_sense(&bench, cdb, 512), ==, 0x0520);
	transfer_cdb(cdb, 0x28, 511, 2); /* past the end */
	g_assert_cmphex(fail_with_sense(&bench, cdb, 1024), ==, 0x0521);
	transfer_cdb(cdb, 0x28, 0xFFFFFFFF, 2);
	g_assert_cmphex(fail_with_sense(&bench, cdb, 1024), ==, 0x0521);
	transfer_cdb(cdb, 0x28, 256, 2); /* not the length that the host expects */
	g_assert_cmphex(fail_with_sense(&bench, cdb, 512), ==, 0x0520);
	command(&bench, test_ready, false, NULL, 0);
	bench_close(&bench);
}

/* A write that fails halts both directions. */
static void test_failed_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t cdb[16], data[1024] = {0}, csw[13];
	uint32_t residue;
	open_camera(&bench, 0, &config);
	transfer_cdb(cdb, 0x2A, 511, 2);
	send_command(&bench, cdb, false, 1024);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data, 1024), ==, -EPIPE);
	clear_halt(&bench, BULK_OUT);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
	clear_halt(&bench, BULK_IN);
	g_assert_cmpuint(take_status(&bench, &residue), ==, FAILED);
	g_assert_cmpuint(residue, ==, 1024);
	bench_close(&bench);
}

static void test_phases(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[64] = {0};
	const uint8_t sync_cache[16] = {0x35};
	uint32_t residue;
	open_camera(&bench, 0, &config);
	/* The target has data, the host wants none: phase error. */
	send_command(&bench, read_capacity, true, 0);
	g_assert_cmpuint(take_status(&bench, NULL), ==, PHASE_ERROR);
	/* The host wants data, the target has none: a stall in its place. */
	send_command(&bench, sync_cache, true, 64);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 64), ==, -EPIPE);
	clear_halt(&bench, BULK_IN);
	g_assert_cmpuint(take_status(&bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 64);
	/* The host sends more than it said: both stand still until a reset. */
	uint8_t cdb[16], block[600] = {0};
	transfer_cdb(cdb, 0x2A, 0, 1);
	send_command(&bench, cdb, false, 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, block, 600), ==, -EPIPE);
	bench_close(&bench);
}

static void test_reset_recovery(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t junk[31] = "junk", csw[13];
	open_camera(&bench, 0, &config);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, junk, 31), ==, 31);
	for (int i = 0; i < 2; i++) {
		g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
		clear_halt(&bench, BULK_IN);
		g_assert_cmpint(bench_bulk(&bench, BULK_OUT, junk, 31), ==, -EPIPE);
		clear_halt(&bench, BULK_OUT);
	}
	g_assert_cmpint(bench_control(&bench, 0x21, 0xFF, 0, 0, NULL, 0), ==, 0);
	clear_halt(&bench, BULK_IN);
	clear_halt(&bench, BULK_OUT);
	command(&bench, test_ready, false, NULL, 0);

	/* A reset in the middle of a transfer: the next command is not confused by it. */
	uint8_t cdb[16], data[512];
	transfer_cdb(cdb, 0x28, 256, 8);
	send_command(&bench, cdb, true, 8 * 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 512), ==, 512);
	g_assert_cmpint(bench_control(&bench, 0x21, 0xFF, 0, 0, NULL, 0), ==, 0);
	clear_halt(&bench, BULK_IN);
	clear_halt(&bench, BULK_OUT);
	command(&bench, read_capacity, true, data, 8);

	uint8_t lun = 9;
	g_assert_cmpint(bench_control(&bench, 0xA1, 0xFE, 0, 0, &lun, 1), ==, 1);
	g_assert_cmpuint(lun, ==, 0);
	bench_close(&bench);
}

/* A transfer in pieces of any size; data and status are never in one. */
static void test_pieces(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t cdb[16], data[8192];
	open_camera(&bench, 0, &config);
	transfer_cdb(cdb, 0x28, 256, 8);
	send_command(&bench, cdb, true, 4096);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 1000), ==, 1000);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data + 1000, sizeof data - 1000), ==, 3096);
	g_assert_cmpuint(take_status(&bench, NULL), ==, PASSED);
	g_assert_cmpmem(data, 4096, volume_in_flash(&bench), 4096);

	for (unsigned i = 0; i < 4096; i++)
		data[i] = (uint8_t)(i * 7);
	transfer_cdb(cdb, 0x2A, 400, 8);
	send_command(&bench, cdb, false, 4096);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data, 100), ==, 100);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data + 100, 3996), ==, 3996);
	g_assert_cmpuint(take_status(&bench, NULL), ==, PASSED);
	read_blocks(&bench, 400, 8, data + 4096);
	g_assert_cmpmem(data, 4096, data + 4096, 4096);
	bench_close(&bench);
}

static void test_stop_unit(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	const uint8_t stop[16] = {0x1B}, start[16] = {0x1B, 0, 0, 0, 1};
	uint8_t cdb[16];
	open_camera(&bench, 0, &config);
	command(&bench, stop, false, NULL, 0);
	send_command(&bench, test_ready, false, 0);
	g_assert_cmpuint(take_status(&bench, NULL), ==, FAILED); /* without a stall */
	transfer_cdb(cdb, 0x28, 256, 1);
	g_assert_cmphex(fail_with_sense(&bench, cdb, 512), ==, 0x023A);
	command(&bench, start, false, NULL, 0);
	command(&bench, test_ready, false, NULL, 0);
	bench_close(&bench);
}

/* ---- the write-back cache ---- */

/* A tenth of real time: 51 ms to the erase, 0.5 s to the program. */
#define TENTH 0.1

static void test_write_back(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512], back[512];
	open_camera(&bench, TENTH, &config);
	memset(block, 0x42, sizeof block);
	uint64_t start = vloop_now(bench.loop);
	write_blocks(&bench, 511, 1, block);
	g_assert_false(is_programmed(&bench, block));

	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_erased, NULL));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 45 * V_MS);
	/* While the flash works USB waits; then what was written is there, out of the cache. */
	read_blocks(&bench, 511, 1, back);
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 140 * V_MS);
	g_assert_cmpmem(back, 512, block, 512);

	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_programmed, block));
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 500 * V_MS);
	command(&bench, test_ready, false, NULL, 0); /* waits for the rest of it */
	power_cycle(&bench);
	read_blocks(&bench, 511, 1, back);
	g_assert_cmpmem(back, 512, block, 512);
	g_assert_true(fat12_exists(volume_in_flash(&bench), "main.py"));
	g_assert_false(fat12_exists(volume_in_flash(&bench), "README.txt"));
	bench_close(&bench);
}

/* Each write puts the 5 s off. */
static void test_write_again(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512];
	open_camera(&bench, TENTH, &config);
	uint64_t last = 0;
	for (uint8_t i = 0; i < 4; i++) {
		memset(block, i, sizeof block);
		last = vloop_now(bench.loop);
		write_blocks(&bench, 511, 1, block);
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
	open_camera(&bench, TENTH, &config);
	write_blocks(&bench, 400, 1, block);
	command(&bench, sync_cache, false, NULL, 0); /* flushes nothing */
	g_assert_true(bench_until(&bench, BENCH_PATIENCE_MS, is_erased, NULL));
	command(&bench, test_ready, false, NULL, 0);
	power_cycle(&bench);
	g_assert_true(fat12_exists(volume_in_flash(&bench), "README.txt"));
	g_assert_cmphex(volume_in_flash(&bench)[(400 - 256) * 512], !=, 0x42);
	bench_close(&bench);
}

/* Before the first tick nothing has happened to the flash: only what was written is lost. */
static void test_early_cut(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512] = {0x42};
	open_camera(&bench, 1.0, &config);
	write_blocks(&bench, 400, 1, block);
	power_cycle(&bench);
	g_assert_false(fat12_exists(volume_in_flash(&bench), "README.txt"));
	g_assert_true(fat12_exists(volume_in_flash(&bench), "main.py"));
	bench_close(&bench);
}

static void test_allow_removal_flushes(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t block[512];
	open_camera(&bench, TENTH, &config);
	memset(block, 0x42, sizeof block);
	write_blocks(&bench, 511, 1, block);
	uint64_t start = vloop_now(bench.loop);
	command(&bench, allow_removal, false, NULL, 0);
	/* Its status comes when the erase and the program are over: 1.1 + 0.7 s. */
	g_assert_cmpuint(vloop_now(bench.loop) - start, >=, 150 * V_MS);
	g_assert_true(is_programmed(&bench, block));
	power_cycle(&bench);
	g_assert_true(is_programmed(&bench, block));
	g_assert_false(fat12_exists(volume_in_flash(&bench), "README.txt"));
	/* With nothing to flush it is over at once. */
	command(&bench, allow_removal, false, NULL, 0);
	bench_close(&bench);
}

/* ---- what the firmware does at its start ---- */

static void test_mount_or_format(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	open_camera(&bench, 0, &config);
	/* The same volume again: nothing is written. */
	g_autofree uint8_t *before = g_memdup2(volume_in_flash(&bench), FAT12_SIZE);
	power_cycle(&bench);
	g_assert_cmpmem(volume_in_flash(&bench), FAT12_SIZE, before, FAT12_SIZE);
	board_power(bench.board, false);

	/* A boot sector that does not mount: everything is gone. */
	bench_flash(&bench, FFS_BASE)[510] = 0;
	power_on(&bench);
	g_assert_true(fat12_mountable(volume_in_flash(&bench)));
	g_assert_true(fat12_exists(volume_in_flash(&bench), "README.txt"));
	g_assert_true(fat12_exists(volume_in_flash(&bench), ".openmv_disk"));
	bench_close(&bench);
}

static void test_marker_comes_back(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0, &config, true);
	fat12_format(bench_flash(&bench, FFS_BASE));
	power_on(&bench);
	g_assert_true(fat12_exists(volume_in_flash(&bench), ".openmv_disk"));
	g_assert_false(fat12_exists(volume_in_flash(&bench), "main.py"));
	bench_close(&bench);
}

static bool has_marker(Bench *bench, void *data)
{
	return fat12_exists(volume_in_flash(bench), ".openmv_disk");
}

/* Cut while it is formatting: the next boot mends it or goes on; the drive is always sound. */
static void test_cut_while_formatting(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	bench_open(&bench, 0.01, &config, true);
	for (unsigned ms = 5; ms <= 80; ms += 15) {
		memset(bench_flash(&bench, FFS_BASE), 0xFF, FAT12_SIZE);
		board_power(bench.board, true);
		g_assert_true(bench_await(&bench, PID_BOOTLOADER, BENCH_PATIENCE_MS));
		g_assert_cmpint(bench_control(&bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0);
		bench_pass(&bench, ms);
		board_power(bench.board, false);
		power_on(&bench);
		g_assert_true(fat12_mountable(volume_in_flash(&bench)));
		g_assert_true(has_marker(&bench, NULL));
		board_power(bench.board, false);
	}
	bench_close(&bench);
}

/* ---- the volume's engine with volumes that are none ---- */

static void test_hostile_volumes(void)
{
	g_autofree uint8_t *volume = g_malloc(FAT12_SIZE);
	for (unsigned round = 0; round < 20000; round++) {
		fat12_format(volume);
		for (unsigned i = 0; i < 6; i++)
			volume[g_test_rand_int_range(0, 64)] = (uint8_t)g_test_rand_int();
		fat12_mountable(volume);
		fat12_exists(volume, ".openmv_disk");
		fat12_set_label(volume, "OPENMV");
		fat12_create(volume, "main.py", "text", 4);
		fat12_create(volume, ".openmv_disk", NULL, 0);
	}
}

static void test_full_volume(void)
{
	g_autofree uint8_t *volume = g_malloc(FAT12_SIZE), *data = g_malloc0(FAT12_SIZE);
	fat12_format(volume);
	g_assert_false(fat12_create(volume, "big.bin", data, 222 * 512 + 1));
	g_assert_false(fat12_exists(volume, "big.bin"));
	g_assert_true(fat12_create(volume, "big.bin", data, 222 * 512));
	g_assert_true(fat12_exists(volume, "BIG.BIN"));
	g_assert_false(fat12_create(volume, "one.txt", data, 1));
	g_assert_true(fat12_create(volume, "none.txt", data, 0));
	for (unsigned i = 2; i < 512; i++) {
		g_autofree char *name = g_strdup_printf("f%u", i);
		g_assert_true(fat12_create(volume, name, NULL, 0));
	}
	g_assert_false(fat12_create(volume, "f512", NULL, 0));
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/drive/", name, NULL);
	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("fsck", test_fsck);
	add("mtools", test_mtools);
	add("not-stored", test_what_is_not_stored);
	add("inquiry", test_inquiry);
	add("other-commands", test_other_commands);
	add("failures", test_failures);
	add("failed-write", test_failed_write);
	add("phases", test_phases);
	add("reset-recovery", test_reset_recovery);
	add("pieces", test_pieces);
	add("stop-unit", test_stop_unit);
	add("write-back", test_write_back);
	add("write-again", test_write_again);
	add("power-cut", test_power_cut);
	add("early-cut", test_early_cut);
	add("allow-removal", test_allow_removal_flushes);
	add("mount-or-format", test_mount_or_format);
	add("marker", test_marker_comes_back);
	add("cut-while-formatting", test_cut_while_formatting);
	add("hostile-volumes", test_hostile_volumes);
	add("full-volume", test_full_volume);
	return g_test_run();
}

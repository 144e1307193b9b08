#include "lib/drive_host.h"

#include "images.h"
#include "lib/memory_disk.h"
#include "qspi.h"

#include <errno.h>
#include <string.h>

const uint8_t host_read_capacity[16] = {0x25};
const uint8_t host_test_ready[16] = {0x00};
const uint8_t host_allow_removal[16] = {0x1E};

static void put32(uint8_t *at, uint32_t value)
{
	value = GUINT32_TO_LE(value);
	memcpy(at, &value, 4);
}

uint32_t host_get32(const uint8_t *at)
{
	uint32_t value;
	memcpy(&value, at, 4);
	return GUINT32_FROM_LE(value);
}

void host_send(Bench *bench, const uint8_t cdb[16], bool in, uint32_t length)
{
	uint8_t cbw[31] = "USBC";
	put32(cbw + 4, HOST_TAG);
	put32(cbw + 8, length);
	cbw[12] = in ? 0x80 : 0x00;
	cbw[14] = 16;
	memcpy(cbw + 15, cdb, 16);
	g_assert_cmpint(bench_bulk(bench, BULK_OUT, cbw, 31), ==, 31);
}

unsigned host_status(Bench *bench, uint32_t *residue)
{
	uint8_t csw[64];
	g_assert_cmpint(bench_bulk(bench, BULK_IN, csw, sizeof csw), ==, 13);
	g_assert_cmpmem(csw, 4, "USBS", 4);
	g_assert_cmphex(host_get32(csw + 4), ==, HOST_TAG);
	if (residue)
		*residue = host_get32(csw + 8);
	return csw[12];
}

void host_clear_halt(Bench *bench, uint8_t endpoint)
{
	g_assert_cmpint(bench_control(bench, 0x02, 1, 0, endpoint, NULL, 0), ==, 0);
}

void host_command(Bench *bench, const uint8_t cdb[16], bool in, void *data, uint32_t length)
{
	uint32_t residue;
	host_send(bench, cdb, in, length);
	if (length)
		g_assert_cmpint(
			bench_bulk(bench, in ? BULK_IN : BULK_OUT, data, length), ==, (int)length);
	g_assert_cmpuint(host_status(bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 0);
}

void host_transfer_cdb(uint8_t cdb[16], uint8_t code, uint32_t block, uint32_t count)
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

void host_read(Bench *bench, uint32_t block, uint32_t count, uint8_t *into)
{
	uint8_t cdb[16];
	host_transfer_cdb(cdb, 0x28, block, count);
	host_command(bench, cdb, true, into, count * 512);
}

void host_write(Bench *bench, uint32_t block, uint32_t count, const uint8_t *from)
{
	uint8_t cdb[16];
	host_transfer_cdb(cdb, 0x2A, block, count);
	host_command(bench, cdb, false, (uint8_t *)from, count * 512);
}

unsigned host_fail(Bench *bench, const uint8_t cdb[16], uint32_t length)
{
	uint8_t data[512], sense[18];
	const uint8_t request_sense[16] = {0x03, 0, 0, 0, 18};
	host_send(bench, cdb, true, length);
	g_assert_cmpint(bench_bulk(bench, BULK_IN, data, sizeof data), ==, -EPIPE);
	host_clear_halt(bench, BULK_IN);
	g_assert_cmpuint(host_status(bench, NULL), ==, FAILED);
	host_command(bench, request_sense, true, sense, 18);
	g_assert_cmphex(sense[0], ==, 0x70);
	return sense[2] << 8 | sense[12];
}

/* ---- a camera on the bench ---- */

void host_boot(Bench *bench)
{
	bool plus = board_qspi(bench->board) != NULL;
	board_power(bench->board, true);
	g_assert_true(
		bench_await(bench, plus ? PID_BOOTLOADER_PLUS : PID_BOOTLOADER, BENCH_PATIENCE_MS));
	g_assert_cmpint(bench_control(bench, 0x21, 0, 1000, 0, NULL, 0), ==, 0); /* DETACH */
	g_assert_true(bench_await(bench, plus ? PID_CAMERA_PLUS : PID_CAMERA, BENCH_PATIENCE_MS));
}

void host_power_on(Bench *bench)
{
	uint8_t capacity[8];
	host_boot(bench);
	host_command(bench, host_test_ready, false, NULL, 0);
	host_command(bench, host_read_capacity, true, capacity, 8);
	g_assert_cmpmem(capacity, 8,
		board_qspi(bench->board) ? "\0\0\xC0\xFF\0\0\x02\0" : "\0\0\x01\xFF\0\0\x02\0", 8);
}

void host_power_cycle(Bench *bench)
{
	board_power(bench->board, false);
	host_power_on(bench);
}

void host_open(Bench *bench, double time, const BoardConfig *config)
{
	bench_open(bench, time, config, true);
	FatDisk disk = host_flash_disk(bench);
	g_assert_true(fatfs_format(&disk, 0));
	g_assert_true(fatfs_create(&disk, "main.py", "old", 3));
	g_assert_true(fatfs_create(&disk, ".openmv_disk", NULL, 0));
	host_power_on(bench);
}

/* ---- its volume ---- */

uint8_t *host_flash_volume(Bench *bench)
{
	return bench_flash(bench, FFS_BASE);
}

FatDisk host_flash_disk(Bench *bench)
{
	return memory_disk(host_flash_volume(bench), FFS_SIZE / FATFS_BLOCK);
}

static bool qspi_read_block(void *data, uint32_t block, uint8_t into[FATFS_BLOCK])
{
	qspi_read(data, block * FATFS_BLOCK, into, FATFS_BLOCK);
	return true;
}

static bool qspi_write_block(void *data, uint32_t block, const uint8_t from[FATFS_BLOCK])
{
	qspi_load(data, block * FATFS_BLOCK, from, FATFS_BLOCK);
	return true;
}

FatDisk host_qspi_disk(Bench *bench)
{
	uint32_t blocks = bench->config->kind->volume_blocks[GENERATION_DFU];
	return (FatDisk){board_qspi(bench->board), blocks, qspi_read_block, qspi_write_block};
}

bool host_flash_has(Bench *bench, const char *name)
{
	FatDisk disk = host_flash_disk(bench);
	return fatfs_exists(&disk, name);
}

bool host_qspi_has(Bench *bench, const char *name)
{
	FatDisk disk = host_qspi_disk(bench);
	return fatfs_exists(&disk, name);
}

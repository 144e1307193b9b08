/* The camera's drive as a host sees it: Bulk-Only Transport and SCSI. */
#include "lib/drive_host.h"

#include <errno.h>
#include <string.h>

static void test_what_is_not_stored(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t blocks[4 * 512], mbr[512];
	host_open(&bench, 0, &config);
	host_read(&bench, 0, 1, mbr);
	const uint8_t partition[16] = {0, 255, 255, 255, 1, 255, 255, 255, 0, 1, 0, 0, 0, 1, 0, 0};
	g_assert_cmpmem(mbr + 446, 16, partition, 16);
	g_assert_cmphex(mbr[510] | mbr[511] << 8, ==, 0xAA55);

	/* Blocks that do not exist are written and read with success; what comes is what was there. */
	memset(blocks, 0xA5, sizeof blocks);
	host_write(&bench, 1, 4, blocks);
	host_write(&bench, 0, 1, blocks);
	host_read(&bench, 0, 1, blocks);
	g_assert_cmpmem(blocks, 512, mbr, 512);
	host_read(&bench, 100, 1, blocks);
	g_assert_cmpmem(blocks, 512, mbr, 512); /* stale */
	bench_close(&bench);
}

static void test_inquiry(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t data[255];
	uint32_t residue;
	const uint8_t inquiry[16] = {0x12, 0, 0, 0, 36}, pages[16] = {0x12, 1, 0, 0, 6};
	const uint8_t serial[16] = {0x12, 1, 0x80, 0, 255}, long_inquiry[16] = {0x12, 0, 0, 0, 255};
	host_open(&bench, 0, &config);
	host_command(&bench, inquiry, true, data, 36);
	g_assert_cmpmem(data, 5, "\x00\x80\x02\x02\x1F", 5);
	g_assert_cmpmem(data + 8, 28, "MicroPy pyboard Flash   1.00", 28);
	host_command(&bench, pages, true, data, 6);
	g_assert_cmpmem(data, 6, "\0\0\0\x02\0\x83", 6);

	/* Less than was asked for: a short transfer, then the status with the rest as residue. */
	host_send(&bench, long_inquiry, true, 255);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 255), ==, 36);
	g_assert_cmpuint(host_status(&bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 255 - 36);

	/* There is no serial number page. */
	g_assert_cmphex(host_fail(&bench, serial, 255), ==, 0x0520);
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
	host_open(&bench, 0, &config);
	host_command(&bench, mode6, true, data, 4);
	g_assert_cmpmem(data, 4, "\x03\0\0\0", 4);
	host_command(&bench, mode10, true, data, 8);
	g_assert_cmpmem(data, 8, "\0\x06\0\0\0\0\0\0", 8);
	host_command(&bench, formats, true, data, 12);
	g_assert_cmpmem(data, 12, "\0\0\0\x08\0\0\x01\xFF\x02\0\x02\0", 12);
	host_command(&bench, verify, false, NULL, 0);
	host_command(&bench, sense, true, data, 18);
	g_assert_cmphex(data[2] | data[12], ==, 0); /* nothing was wrong */
	bench_close(&bench);
}

static void test_failures(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t cdb[16] = {0xEE};
	host_open(&bench, 0, &config);
	g_assert_cmphex(host_fail(&bench, cdb, 0), ==, 0x0520);
	g_assert_cmphex(host_fail(&bench, cdb, 512), ==, 0x0520);
	host_transfer_cdb(cdb, 0x28, 511, 2); /* past the end */
	g_assert_cmphex(host_fail(&bench, cdb, 1024), ==, 0x0521);
	host_transfer_cdb(cdb, 0x28, 0xFFFFFFFF, 2);
	g_assert_cmphex(host_fail(&bench, cdb, 1024), ==, 0x0521);
	host_transfer_cdb(cdb, 0x28, 256, 2); /* not the length that the host expects */
	g_assert_cmphex(host_fail(&bench, cdb, 512), ==, 0x0520);
	host_command(&bench, host_test_ready, false, NULL, 0);
	bench_close(&bench);
}

/* A write that fails halts both directions. */
static void test_failed_write(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t cdb[16], data[1024] = {0}, csw[13];
	uint32_t residue;
	host_open(&bench, 0, &config);
	host_transfer_cdb(cdb, 0x2A, 511, 2);
	host_send(&bench, cdb, false, 1024);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data, 1024), ==, -EPIPE);
	host_clear_halt(&bench, BULK_OUT);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
	host_clear_halt(&bench, BULK_IN);
	g_assert_cmpuint(host_status(&bench, &residue), ==, FAILED);
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
	host_open(&bench, 0, &config);
	/* The target has data, the host wants none: phase error. */
	host_send(&bench, host_read_capacity, true, 0);
	g_assert_cmpuint(host_status(&bench, NULL), ==, PHASE_ERROR);
	/* The host wants data, the target has none: a stall in its place. */
	host_send(&bench, sync_cache, true, 64);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 64), ==, -EPIPE);
	host_clear_halt(&bench, BULK_IN);
	g_assert_cmpuint(host_status(&bench, &residue), ==, PASSED);
	g_assert_cmpuint(residue, ==, 64);
	/* The host sends more than it said: both stand still until a reset. */
	uint8_t cdb[16], block[600] = {0};
	host_transfer_cdb(cdb, 0x2A, 0, 1);
	host_send(&bench, cdb, false, 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, block, 600), ==, -EPIPE);
	bench_close(&bench);
}

static void test_reset_recovery(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	uint8_t junk[31] = "junk", csw[13];
	host_open(&bench, 0, &config);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, junk, 31), ==, 31);
	for (int i = 0; i < 2; i++) {
		g_assert_cmpint(bench_bulk(&bench, BULK_IN, csw, 13), ==, -EPIPE);
		host_clear_halt(&bench, BULK_IN);
		g_assert_cmpint(bench_bulk(&bench, BULK_OUT, junk, 31), ==, -EPIPE);
		host_clear_halt(&bench, BULK_OUT);
	}
	g_assert_cmpint(bench_control(&bench, 0x21, 0xFF, 0, 0, NULL, 0), ==, 0);
	host_clear_halt(&bench, BULK_IN);
	host_clear_halt(&bench, BULK_OUT);
	host_command(&bench, host_test_ready, false, NULL, 0);

	/* A reset in the middle of a transfer: the next command is not confused by it. */
	uint8_t cdb[16], data[512];
	host_transfer_cdb(cdb, 0x28, 256, 8);
	host_send(&bench, cdb, true, 8 * 512);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 512), ==, 512);
	g_assert_cmpint(bench_control(&bench, 0x21, 0xFF, 0, 0, NULL, 0), ==, 0);
	host_clear_halt(&bench, BULK_IN);
	host_clear_halt(&bench, BULK_OUT);
	host_command(&bench, host_read_capacity, true, data, 8);

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
	host_open(&bench, 0, &config);
	host_transfer_cdb(cdb, 0x28, 256, 8);
	host_send(&bench, cdb, true, 4096);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data, 1000), ==, 1000);
	g_assert_cmpint(bench_bulk(&bench, BULK_IN, data + 1000, sizeof data - 1000), ==, 3096);
	g_assert_cmpuint(host_status(&bench, NULL), ==, PASSED);
	g_assert_cmpmem(data, 4096, host_flash_volume(&bench), 4096);

	for (unsigned i = 0; i < 4096; i++)
		data[i] = (uint8_t)(i * 7);
	host_transfer_cdb(cdb, 0x2A, 400, 8);
	host_send(&bench, cdb, false, 4096);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data, 100), ==, 100);
	g_assert_cmpint(bench_bulk(&bench, BULK_OUT, data + 100, 3996), ==, 3996);
	g_assert_cmpuint(host_status(&bench, NULL), ==, PASSED);
	host_read(&bench, 400, 8, data + 4096);
	g_assert_cmpmem(data, 4096, data + 4096, 4096);
	bench_close(&bench);
}

static void test_stop_unit(void)
{
	BoardConfig config = bench_config();
	Bench bench;
	const uint8_t stop[16] = {0x1B}, start[16] = {0x1B, 0, 0, 0, 1};
	uint8_t cdb[16];
	host_open(&bench, 0, &config);
	host_command(&bench, stop, false, NULL, 0);
	host_send(&bench, host_test_ready, false, 0);
	g_assert_cmpuint(host_status(&bench, NULL), ==, FAILED); /* without a stall */
	host_transfer_cdb(cdb, 0x28, 256, 1);
	g_assert_cmphex(host_fail(&bench, cdb, 512), ==, 0x023A);
	host_command(&bench, start, false, NULL, 0);
	host_command(&bench, host_test_ready, false, NULL, 0);
	bench_close(&bench);
}

static void add(const char *name, void (*func)(void))
{
	g_autofree char *path = g_strconcat("/virtual/msc/", name, NULL);
	g_test_add_func(path, func);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("not-stored", test_what_is_not_stored);
	add("inquiry", test_inquiry);
	add("other-commands", test_other_commands);
	add("failures", test_failures);
	add("failed-write", test_failed_write);
	add("phases", test_phases);
	add("reset-recovery", test_reset_recovery);
	add("pieces", test_pieces);
	add("stop-unit", test_stop_unit);
	return g_test_run();
}

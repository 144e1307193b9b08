/* Writing to a drive: what went wrong on the way is never hidden by doing it again. */
#include "core/failure.h"
#include "lib/fake_drive.h"
#include "link/scsi.h"

#include <string.h>

enum { WRITE_10 = 0x2A, SYNCHRONIZE = 0x35, ALLOW = 0x1E, START_STOP = 0x1B };
enum { SIZE = FAKE_BLOCKS * FAKE_BLOCK };

/* A drive of zeros, opened, and random bytes for it. */
typedef struct {
	guint8 *bytes, *wanted;
	FakeDrive *drive;
	Watch watch;
	Scsi scsi;
} Bench;

static void set_up(Bench *bench)
{
	g_autoptr(GError) error = NULL;

	*bench = (Bench){.bytes = g_malloc0(SIZE), .wanted = g_malloc(SIZE)};
	for (gsize i = 0; i < SIZE; i++)
		bench->wanted[i] = (guint8)g_test_rand_int_range(1, 256);
	bench->drive = fake_drive_new(bench->bytes);
	watch_begin(&bench->watch, 5000, 0);
	bench->scsi = (Scsi){
		.pipe = &bench->drive->pipe, .watch = &bench->watch, .in = 0x81, .out = 0x01};
	g_assert_true(scsi_open(&bench->scsi, &error));
	g_assert_no_error(error);
}

static void tear_down(Bench *bench)
{
	fake_drive_free(bench->drive);
	g_free(bench->bytes);
	g_free(bench->wanted);
}

static guint count(const Bench *bench, guint8 opcode)
{
	guint times = 0;

	for (guint i = 0; i < bench->drive->log->len; i++)
		times += bench->drive->log->data[i] == opcode;
	return times;
}

static void test_good(void)
{
	g_autoptr(GError) error = NULL;
	Bench bench;

	set_up(&bench);
	g_assert_true(scsi_write(&bench.scsi, 3, 200, bench.wanted, &error));
	g_assert_no_error(error);
	g_assert_cmpmem(
		bench.bytes + 3 * FAKE_BLOCK, 200 * FAKE_BLOCK, bench.wanted, 200 * FAKE_BLOCK);
	g_assert_cmpuint(bench.bytes[3 * FAKE_BLOCK - 1], ==, 0);
	g_assert_cmpuint(bench.bytes[203 * FAKE_BLOCK], ==, 0);
	g_assert_cmpuint(count(&bench, WRITE_10), ==, 2);
	g_assert_cmpuint(bench.scsi.bytes_written, ==, 200 * FAKE_BLOCK);
	g_assert_cmpuint(bench.scsi.broken_writes, ==, 0);
	g_assert_false(scsi_write(&bench.scsi, 511, 2, bench.wanted, NULL));
	tear_down(&bench);
}

/* One WRITE for one writing, whatever happens to it: done when what stands there says so. */
static void test_violations(void)
{
	for (Fault fault = FAULT_DATA_STALL; fault < FAULTS; fault++) {
		g_autoptr(GError) error = NULL;
		gboolean done, there;
		Bench bench;

		set_up(&bench);
		g_test_message("fault %d", fault);
		bench.drive->fault = fault;
		bench.drive->fault_opcode = WRITE_10;
		bench.drive->fault_times = 1;
		bench.drive->sense[0] = 4; /* hardware error */
		done = scsi_write(&bench.scsi, 7, 4, bench.wanted, &error);
		there = memcmp(bench.bytes + 7 * FAKE_BLOCK, bench.wanted, 4 * FAKE_BLOCK) == 0;
		g_assert_cmpuint(count(&bench, WRITE_10), ==, 1);
		g_assert_cmpint(done, ==, there && fault != FAULT_DATA_STALL);
		g_assert_cmpuint(bench.scsi.broken_writes, ==, done && fault != FAULT_STATUS_STALL);
		if (!done)
			g_assert_cmpint(error->domain, ==, FAILURE);
		/* The drive still answers. */
		bench.drive->fault = FAULT_NONE;
		g_assert_true(scsi_write(&bench.scsi, 7, 4, bench.wanted, NULL));
		tear_down(&bench);
	}
}

/* A write that was not taken because the drive was not ready has changed nothing: asked again. */
static void test_not_ready(void)
{
	g_autoptr(GError) error = NULL;
	Bench bench;

	set_up(&bench);
	bench.drive->not_ready = 2;
	bench.drive->sense[0] = 6;
	g_assert_true(scsi_write(&bench.scsi, 7, 1, bench.wanted, &error));
	g_assert_cmpmem(bench.bytes + 7 * FAKE_BLOCK, FAKE_BLOCK, bench.wanted, FAKE_BLOCK);
	tear_down(&bench);
}

static void test_read_only(void)
{
	g_autoptr(GError) error = NULL;
	Bench bench;

	set_up(&bench);
	bench.drive->not_ready = 1;
	bench.drive->sense[0] = 7;
	bench.drive->sense[1] = 0x27;
	g_assert_false(scsi_write(&bench.scsi, 7, 1, bench.wanted, &error));
	g_assert_error(error, FAILURE, FAILURE_DRIVE_READ_ONLY);
	g_assert_nonnull(strstr(error->message, "block 7"));
	tear_down(&bench);
}

static void test_flush(void)
{
	static const guint8 wanted[] = {SYNCHRONIZE, ALLOW, START_STOP};
	g_autoptr(GError) error = NULL;
	Bench bench;

	set_up(&bench);
	g_byte_array_set_size(bench.drive->log, 0);
	g_assert_true(scsi_flush(&bench.scsi, &error));
	g_assert_true(scsi_stop(&bench.scsi, &error));
	g_assert_cmpmem(bench.drive->log->data, bench.drive->log->len, wanted, sizeof wanted);
	tear_down(&bench);
}

/* A drive need not know SYNCHRONIZE CACHE; one that refuses ALLOW has flushed nothing. */
static void test_flush_refused(void)
{
	g_autoptr(GError) error = NULL;
	Bench bench;

	set_up(&bench);
	bench.drive->sense[0] = 5;
	bench.drive->sense[1] = 0x20;
	bench.drive->not_ready = 1;
	g_assert_true(scsi_flush(&bench.scsi, &error));
	bench.drive->not_ready = 2;
	g_assert_false(scsi_flush(&bench.scsi, &error));
	g_assert_error(error, FAILURE, FAILURE_DRIVE_NOT_FLUSHED);
	tear_down(&bench);
}

/* Unplugged at each transfer: said so, at once. */
static void test_vanishing(void)
{
	for (guint n = 1; n <= 4; n++) {
		g_autoptr(GError) error = NULL;
		Bench bench;

		set_up(&bench);
		bench.drive->vanish_at = bench.drive->transfers + n;
		g_assert_cmpint(scsi_write(&bench.scsi, 7, 4, bench.wanted, &error), ==, n == 4);
		if (n < 4)
			g_assert_error(error, FAILURE, FAILURE_USB_LOST);
		tear_down(&bench);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/scsi/write/good", test_good);
	g_test_add_func("/link/scsi/write/violations", test_violations);
	g_test_add_func("/link/scsi/write/not-ready", test_not_ready);
	g_test_add_func("/link/scsi/write/read-only", test_read_only);
	g_test_add_func("/link/scsi/write/flush", test_flush);
	g_test_add_func("/link/scsi/write/flush-refused", test_flush_refused);
	g_test_add_func("/link/scsi/write/vanishing", test_vanishing);
	return g_test_run();
}

/* The SCSI engine against a drive that obeys its transport's rules, and one that breaks each of them. */
#include "lib/failed.h"
#include "lib/fake_drive.h"
#include "link/scsi.h"

#include <string.h>

enum {
	READ_10 = 0x28,
	READ_CAPACITY = 0x25,
	INQUIRY = 0x12,
	REQUEST_SENSE = 3,
	TEST_UNIT_READY = 0
};

static guint8 *bytes_new(void)
{
	guint8 *bytes = g_malloc(FAKE_BLOCKS * FAKE_BLOCK);

	for (gsize i = 0; i < FAKE_BLOCKS * FAKE_BLOCK; i++)
		bytes[i] = (guint8)g_test_rand_int();
	return bytes;
}

static Scsi engine(FakeDrive *drive, Watch *watch, guint deadline_ms)
{
	*watch = (Watch){0};
	watch_begin(watch, deadline_ms, 0);
	return (Scsi){.pipe = &drive->pipe, .watch = watch, .in = 0x81, .out = 0x01};
}

static gboolean read_all(Scsi *scsi, guint8 *into, GError **error)
{
	return scsi_open(scsi, error) && scsi_read(scsi, 0, FAKE_BLOCKS, into, error);
}

static void test_good(void)
{
	g_autofree guint8 *bytes = bytes_new(), *into = g_malloc(FAKE_BLOCKS * FAKE_BLOCK);
	g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Scsi scsi = engine(drive, &watch, 5000);

	g_assert_true(read_all(&scsi, into, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(scsi.blocks, ==, 512);
	g_assert_cmpuint(scsi.block_size, ==, 512);
	/* boards.md section 2.2 */
	g_assert_cmpstr(scsi.vendor, ==, "MicroPy");
	g_assert_cmpstr(scsi.product, ==, "pyboard Flash");
	g_assert_cmpstr(scsi.revision, ==, "1.00");
	g_assert_cmpmem(into, FAKE_BLOCKS * FAKE_BLOCK, bytes, FAKE_BLOCKS * FAKE_BLOCK);
	/* INQUIRY, TEST UNIT READY, READ CAPACITY, and 64 KiB at a time. */
	g_assert_cmpuint(drive->commands, ==, 3 + FAKE_BLOCKS / 128);
	g_assert_cmpuint(drive->resets, ==, 0);

	g_assert_true(scsi_read(&scsi, 7, 1, into, &error));
	g_assert_cmpmem(into, 512, bytes + 7 * 512, 512);
	g_assert_false(scsi_read(&scsi, 512, 1, into, NULL));
	g_assert_false(scsi_read(&scsi, 0xFFFFFFFF, 2, into, NULL));
	g_assert_true(scsi_read(&scsi, 512, 0, into, NULL));
}

static FailureCode code_of(Fault fault)
{
	/* Without data its status is taken for them, and none comes after that. */
	return fault == FAULT_COMMAND_STALL || fault == FAULT_MUTE || fault == FAULT_NO_DATA
		       ? FAILURE_DRIVE_STALL
		       : FAILURE_DRIVE_PROTOCOL;
}

/* Every violation, once: one reset, and the command is done again. For ever: an error. */
static void test_violations(void)
{
	static const guint8 opcodes[] = {INQUIRY, READ_CAPACITY, READ_10};

	for (Fault fault = FAULT_COMMAND_STALL; fault < FAULTS; fault++)
		for (guint i = 0; i < G_N_ELEMENTS(opcodes); i++) {
			g_autofree guint8 *bytes = bytes_new();
			g_autofree guint8 *into = g_malloc0(FAKE_BLOCKS * FAKE_BLOCK);
			g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
			g_autoptr(GError) error = NULL;
			Watch watch;
			Scsi scsi = engine(drive, &watch, 5000);

			g_test_message("fault %d, command %02X", fault, opcodes[i]);
			drive->fault = fault;
			drive->fault_opcode = opcodes[i];
			drive->fault_times = 1;
			g_assert_true(read_all(&scsi, into, &error));
			g_assert_cmpuint(drive->resets, ==, 1);
			g_assert_cmpmem(
				into, FAKE_BLOCKS * FAKE_BLOCK, bytes, FAKE_BLOCKS * FAKE_BLOCK);

			drive->fault_times = G_MAXUINT;
			drive->resets = 0;
			g_assert_false(read_all(&scsi, into, &error));
			assert_failed(error, code_of(fault), NULL);
			g_assert_cmpuint(drive->resets, ==, 2);
		}
}

/* What a drive may do: no reset, no retry of the transport. */
static void test_stalls_by_the_rules(void)
{
	for (Fault fault = FAULT_DATA_STALL; fault <= FAULT_STATUS_STALL; fault++) {
		g_autofree guint8 *bytes = bytes_new();
		g_autofree guint8 *into = g_malloc0(FAKE_BLOCKS * FAKE_BLOCK);
		g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Scsi scsi = engine(drive, &watch, 5000);

		drive->fault = fault;
		drive->fault_opcode = READ_10;
		drive->fault_times = 1;
		drive->sense[0] = 6; /* unit attention: the command is to be repeated */
		g_assert_true(read_all(&scsi, into, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(drive->resets, ==, 0);
		g_assert_cmpmem(into, FAKE_BLOCKS * FAKE_BLOCK, bytes, FAKE_BLOCKS * FAKE_BLOCK);
	}
}

static void test_not_ready(void)
{
	static const struct {
		guint times;
		guint8 sense[3];
		int code; /* -1: success */
	} cases[] = {
		{1, {6, 0x28, 0}, -1}, /* medium may have changed */
		{3, {2, 0x04, 1}, -1}, /* becoming ready */
		{G_MAXUINT, {2, 0x04, 1}, FAILURE_STEP_DEADLINE},
		{G_MAXUINT, {2, 0x3A, 0}, FAILURE_DRIVE_MISSING}, /* no medium */
		{1, {3, 0x11, 0}, FAILURE_DRIVE_CORRUPT},
		{1, {4, 0x44, 0}, FAILURE_DRIVE_CORRUPT},
		{1, {5, 0x20, 0}, FAILURE_DRIVE_PROTOCOL},
		{1, {7, 0x27, 0}, FAILURE_DRIVE_READ_ONLY},
		{1, {2, 0x27, 0}, FAILURE_DRIVE_READ_ONLY},
		{1, {0, 0, 0}, FAILURE_DRIVE_PROTOCOL},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree guint8 *bytes = bytes_new();
		g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Scsi scsi = engine(drive, &watch, cases[i].times == G_MAXUINT ? 200 : 5000);

		drive->not_ready = cases[i].times;
		memcpy(drive->sense, cases[i].sense, 3);
		if (cases[i].code < 0)
			g_assert_true(scsi_open(&scsi, &error));
		else
			g_assert_false(scsi_open(&scsi, &error));
		if (cases[i].code >= 0)
			assert_failed(error, (FailureCode)cases[i].code, NULL);
	}
}

static void test_capacity(void)
{
	static const struct {
		guint32 last_block, block_size;
	} bad[] = {{511, 0}, {511, 4096}, {511, 511}, {0, 512}, {14, 512}, {0xFFFFFFFF, 512},
		{0x10000000, 512}};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree guint8 *bytes = bytes_new();
		g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
		g_autoptr(GError) error = NULL;
		Watch watch;
		Scsi scsi = engine(drive, &watch, 5000);

		drive->last_block = bad[i].last_block;
		drive->block_size = bad[i].block_size;
		g_assert_false(scsi_open(&scsi, &error));
		assert_failed(error, FAILURE_DRIVE_PROTOCOL, "READ CAPACITY");
	}
}

/* Unplugged at the Nth transfer, for every N; also while it recovers from a fault. */
static void test_vanishing(void)
{
	for (Fault fault = FAULT_NONE; fault < FAULTS; fault++) {
		g_autofree guint8 *bytes = bytes_new(), *into = g_malloc(FAKE_BLOCKS * FAKE_BLOCK);
		gboolean done = FALSE;

		for (guint n = 1; !done; n++) {
			g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
			g_autoptr(GError) error = NULL;
			Watch watch;
			Scsi scsi = engine(drive, &watch, 5000);

			g_assert_cmpuint(n, <, 100);
			drive->fault = fault;
			drive->fault_opcode = READ_10;
			drive->fault_times = 1;
			drive->sense[0] = 6;
			drive->vanish_at = n;
			done = read_all(&scsi, into, &error);
			if (!done)
				assert_failed(error, FAILURE_USB_LOST, NULL);
		}
	}
}

static void test_stop(void)
{
	static const volatile gint stop = 1;
	g_autofree guint8 *bytes = bytes_new();
	g_autoptr(FakeDrive) drive = fake_drive_new(bytes);
	g_autoptr(GError) error = NULL;
	Watch watch;
	Scsi scsi = engine(drive, &watch, 5000);

	watch.stop = &stop;
	g_assert_false(scsi_open(&scsi, &error));
	assert_failed(error, FAILURE_STOPPED, NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/scsi/good", test_good);
	g_test_add_func("/link/scsi/violations", test_violations);
	g_test_add_func("/link/scsi/stalls-by-the-rules", test_stalls_by_the_rules);
	g_test_add_func("/link/scsi/not-ready", test_not_ready);
	g_test_add_func("/link/scsi/capacity", test_capacity);
	g_test_add_func("/link/scsi/vanishing", test_vanishing);
	g_test_add_func("/link/scsi/stop", test_stop);
	return g_test_run();
}

#include "lib/fake_drive.h"

#include "core/failure.h"

#include <string.h>

enum {
	IN = 0x81,
	OUT = 0x01,
	READ_10 = 0x28,
	WRITE_10 = 0x2A,
	READ_CAPACITY = 0x25,
	INQUIRY = 0x12,
	REQUEST_SENSE = 3
};

static guint32 get32(const guint8 *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (guint32)at[3] << 24;
}

static void put32(guint8 *at, guint32 value)
{
	for (guint i = 0; i < 4; i++)
		at[i] = (guint8)(value >> 8 * i);
}

static void put32_big(guint8 *at, guint32 value)
{
	for (guint i = 0; i < 4; i++)
		at[3 - i] = (guint8)(value >> 8 * i);
}

static gssize stall(FakeDrive *drive, guint8 endpoint, GError **error)
{
	drive->halted |= endpoint == IN ? 1 : 2;
	g_set_error_literal(error, USB_ERROR, USB_ERROR_STALL, "stalled");
	return -1;
}

static gssize silence(guint timeout_ms, GError **error)
{
	g_usleep(MIN(timeout_ms, 20) * 1000); /* the test's patience, not the engine's */
	g_set_error_literal(error, USB_ERROR, USB_ERROR_TIMEOUT, "no answer");
	return -1;
}

static gboolean gone(FakeDrive *drive, GError **error)
{
	drive->transfers++;
	if (!drive->vanish_at || drive->transfers < drive->vanish_at)
		return FALSE;
	g_set_error_literal(error, FAILURE, FAILURE_USB_LOST, "the device is gone");
	return TRUE;
}

static gboolean has_fault(const FakeDrive *drive, Fault fault)
{
	return drive->faulty && drive->fault == fault;
}

/* ---- commands -------------------------------------------------------------------------------- */

static gssize take_command(FakeDrive *drive, const guint8 *data, gsize length, GError **error)
{
	guint8 opcode = data[15];

	g_assert_cmpuint(length, ==, 31);
	g_assert_cmpmem(data, 4, "USBC", 4);
	g_assert_cmpuint(data[14], >=, 6);
	drive->commands++;
	drive->log = drive->log ? drive->log : g_byte_array_new();
	g_byte_array_append(drive->log, &opcode, 1);
	drive->faulty = drive->fault && opcode == drive->fault_opcode && drive->fault_times;
	drive->stalled_before = FALSE;
	if (drive->faulty)
		drive->fault_times--;
	if (has_fault(drive, FAULT_COMMAND_STALL)) {
		drive->phase = DRIVE_BROKEN;
		return stall(drive, OUT, error);
	}
	memcpy(drive->cbw, data, length);
	drive->sent = 0;
	drive->failed = drive->not_ready && opcode != INQUIRY && opcode != REQUEST_SENSE;
	if (drive->failed)
		drive->not_ready--;
	drive->phase = get32(data + 8) && !drive->failed ? DRIVE_DATA : DRIVE_STATUS;
	return (gssize)length;
}

/* What a WRITE brings, or as much of it as the fault lets through. */
static gssize take_data(FakeDrive *drive, const guint8 *data, gsize length, GError **error)
{
	const guint8 *cdb = drive->cbw + 15;
	guint32 block = (guint32)cdb[2] << 24 | cdb[3] << 16 | cdb[4] << 8 | cdb[5];
	gsize taken = length;

	g_assert_cmphex(cdb[0], ==, WRITE_10);
	g_assert_cmphex(drive->cbw[12], ==, 0);
	g_assert_cmpuint(length, ==, (cdb[7] << 8 | cdb[8]) * (gsize)FAKE_BLOCK);
	g_assert_cmpuint(block * (gsize)FAKE_BLOCK + length, <=, FAKE_BLOCKS * FAKE_BLOCK);
	if (has_fault(drive, FAULT_DATA_STALL) || has_fault(drive, FAULT_SHORT_DATA))
		taken = length / 2;
	if (has_fault(drive, FAULT_NO_DATA))
		taken = 0;
	for (gsize at = 0; at < taken && drive->kept_blocks; at += FAKE_BLOCK) {
		memcpy(drive->bytes + block * (gsize)FAKE_BLOCK + at, data + at,
			MIN(FAKE_BLOCK, taken - at));
		drive->kept_blocks -= drive->kept_blocks != G_MAXUINT;
	}
	drive->sent = (guint32)taken;
	drive->phase = DRIVE_STATUS;
	if (has_fault(drive, FAULT_DATA_STALL)) {
		drive->failed = TRUE;
		return stall(drive, OUT, error);
	}
	return (gssize)taken;
}

static gsize answer(FakeDrive *drive, guint8 *data, gsize length)
{
	guint8 reply[36] = {0};
	const guint8 *cdb = drive->cbw + 15;
	guint32 block = (guint32)cdb[2] << 24 | cdb[3] << 16 | cdb[4] << 8 | cdb[5];

	switch (cdb[0]) {
	case INQUIRY:
		memcpy(reply, "\0\200\2\2\37\0\0\0MicroPy pyboard Flash   1.00", 36);
		break;
	case REQUEST_SENSE:
		reply[0] = 0x70;
		reply[2] = drive->sense[0];
		reply[7] = 10;
		reply[12] = drive->sense[1];
		reply[13] = drive->sense[2];
		break;
	case READ_CAPACITY:
		put32_big(reply, drive->last_block);
		put32_big(reply + 4, drive->block_size);
		break;
	case READ_10:
		g_assert_cmpuint(length, ==, (cdb[7] << 8 | cdb[8]) * (gsize)FAKE_BLOCK);
		g_assert_cmpuint(block * (gsize)FAKE_BLOCK + length, <=, FAKE_BLOCKS * FAKE_BLOCK);
		memcpy(data, drive->bytes + block * (gsize)FAKE_BLOCK, length);
		return length;
	}
	memcpy(data, reply, MIN(length, sizeof reply));
	return MIN(length, sizeof reply);
}

/* ---- transfers ------------------------------------------------------------------------------- */

static gssize send_status(FakeDrive *drive, guint8 *data, gsize length, GError **error)
{
	guint8 csw[13] = "USBS";
	guint32 wanted = get32(drive->cbw + 8);

	if (has_fault(drive, FAULT_STATUS_STALL) && !drive->stalled_before) {
		drive->stalled_before = TRUE;
		return stall(drive, IN, error);
	}
	memcpy(csw + 4, drive->cbw + 4, 4);
	put32(csw + 8, wanted - drive->sent);
	csw[12] = drive->failed;
	csw[0] ^= has_fault(drive, FAULT_SIGNATURE);
	csw[4] ^= has_fault(drive, FAULT_TAG);
	if (has_fault(drive, FAULT_PHASE) || has_fault(drive, FAULT_UNKNOWN_STATUS))
		csw[12] = drive->fault == FAULT_PHASE ? 2 : 3;
	if (has_fault(drive, FAULT_RESIDUE))
		put32(csw + 8, wanted + 1);
	if (has_fault(drive, FAULT_SHORT_DATA) ||
		(has_fault(drive, FAULT_NO_DATA) && drive->cbw[12] == 0))
		put32(csw + 8, 0);
	/* After a violation the drive wants to be reset. */
	drive->phase =
		drive->faulty && drive->fault > FAULT_STATUS_STALL ? DRIVE_BROKEN : DRIVE_COMMAND;
	memcpy(data, csw, MIN(length, sizeof csw));
	return has_fault(drive, FAULT_SHORT_STATUS) ? 12 : (gssize)MIN(length, sizeof csw);
}

static gssize send_data(FakeDrive *drive, guint8 *data, gsize length, GError **error)
{
	gsize had = answer(drive, data, length);

	if (has_fault(drive, FAULT_NO_DATA))
		return send_status(drive, data, length, error);
	if (has_fault(drive, FAULT_DATA_STALL) && !drive->stalled_before) {
		drive->stalled_before = TRUE;
		drive->phase = DRIVE_STATUS;
		drive->failed = TRUE;
		return stall(drive, IN, error);
	}
	if (has_fault(drive, FAULT_SHORT_DATA))
		had /= 2;
	drive->sent = (guint32)had;
	drive->phase = DRIVE_STATUS;
	return (gssize)had;
}

static gssize bulk(UsbPipe *pipe, guint8 endpoint, guint8 *data, gsize length, guint timeout_ms,
	GError **error)
{
	FakeDrive *drive = (FakeDrive *)pipe;
	guint8 bit = endpoint == IN ? 1 : 2;

	g_assert_true(endpoint == IN || endpoint == OUT);
	g_assert_cmpuint(timeout_ms, >, 0);
	if (gone(drive, error))
		return -1;
	if (drive->halted & bit || drive->phase == DRIVE_BROKEN)
		return stall(drive, endpoint, error);
	if (endpoint == OUT && drive->phase == DRIVE_DATA)
		return take_data(drive, data, length, error);
	/* A command that failed takes no data. */
	if (endpoint == OUT && drive->phase == DRIVE_STATUS && drive->failed && length != 31)
		return stall(drive, OUT, error);
	if (endpoint == OUT) {
		g_assert_cmpint(drive->phase, ==, DRIVE_COMMAND);
		return take_command(drive, data, length, error);
	}
	if (has_fault(drive, FAULT_MUTE)) {
		drive->phase = DRIVE_BROKEN;
		return silence(timeout_ms, error);
	}
	/* A command that failed has no data to send. */
	if (drive->failed && drive->phase == DRIVE_STATUS && length != 13)
		return stall(drive, IN, error);
	return drive->phase == DRIVE_DATA ? send_data(drive, data, length, error)
					  : send_status(drive, data, length, error);
}

static gssize control(UsbPipe *pipe, guint8 type, guint8 request, guint16 value, guint16 index,
	guint8 *data, guint16 length, guint timeout_ms, GError **error)
{
	FakeDrive *drive = (FakeDrive *)pipe;

	if (gone(drive, error))
		return -1;
	g_assert_cmphex(type, ==, 0x21);
	g_assert_cmphex(request, ==, 0xFF);
	drive->resets++;
	drive->phase = DRIVE_COMMAND;
	drive->faulty = FALSE;
	drive->halted = 3; /* both have to be cleared */
	return 0;
}

static gboolean clear_halt(UsbPipe *pipe, guint8 endpoint, GError **error)
{
	FakeDrive *drive = (FakeDrive *)pipe;

	if (gone(drive, error))
		return FALSE;
	drive->halted &= (guint8) ~(endpoint == IN ? 1 : 2);
	return TRUE;
}

void fake_drive_free(FakeDrive *drive)
{
	if (drive->log)
		g_byte_array_unref(drive->log);
	g_free(drive);
}

FakeDrive *fake_drive_new(guint8 *bytes)
{
	FakeDrive *drive = g_new0(FakeDrive, 1);

	drive->pipe = (UsbPipe){.control = control, .bulk = bulk, .clear_halt = clear_halt};
	drive->bytes = bytes;
	drive->last_block = FAKE_BLOCKS - 1;
	drive->block_size = FAKE_BLOCK;
	drive->kept_blocks = G_MAXUINT;
	return drive;
}

/*
 * A USB drive behind a pipe: Bulk-Only Transport and as much of SCSI as a station uses, with the ways
 * in which both go wrong. Like a real one it refuses everything after a broken transfer until it has
 * been reset and its halts are cleared.
 */
#pragma once

#include "link/usb.h"

enum { FAKE_BLOCKS = 512, FAKE_BLOCK = 512 };

typedef enum {
	FAULT_NONE,
	/* the drive is right to do these: nobody has to notice */
	FAULT_DATA_STALL,   /* half of the data, a stall, a status that says so */
	FAULT_STATUS_STALL, /* the status only after a stall */
	/* these are violations */
	FAULT_COMMAND_STALL,
	FAULT_TAG,
	FAULT_SIGNATURE,
	FAULT_SHORT_STATUS,
	FAULT_PHASE,
	FAULT_UNKNOWN_STATUS,
	FAULT_RESIDUE,    /* more left over than was asked for */
	FAULT_SHORT_DATA, /* less data than the status says */
	FAULT_NO_DATA,    /* the status where the data should be */
	FAULT_MUTE,
	FAULTS,
} Fault;

typedef struct {
	UsbPipe pipe;
	guint8 *bytes; /* FAKE_BLOCKS of them, the test's own */

	Fault fault;
	guint8 fault_opcode; /* the command that it happens to */
	guint fault_times;   /* how often */
	guint vanish_at;     /* the Nth transfer finds it gone, and all after it */
	guint not_ready;     /* so many commands but INQUIRY and REQUEST SENSE fail ... */
	guint8 sense[3];     /* ... with this key, code and qualifier */
	guint32 last_block, block_size;
	guint kept_blocks; /* as if power went: of what is written, only so many blocks are kept */

	guint transfers, commands, resets;
	GByteArray *log; /* the opcodes of all commands; NULL before the first */
	/* its state */
	guint8 cbw[31];
	enum { DRIVE_COMMAND, DRIVE_DATA, DRIVE_STATUS, DRIVE_BROKEN } phase;
	guint8 halted; /* bit 0: IN, bit 1: OUT */
	gboolean failed, faulty, stalled_before;
	guint32 sent;
} FakeDrive;

FakeDrive *fake_drive_new(guint8 *bytes);
void fake_drive_free(FakeDrive *drive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FakeDrive, fake_drive_free)

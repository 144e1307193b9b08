/*
 * A bootloader made of OpenMV's description (boards.md section 1.5), behind a pipe, which can also
 * misbehave in every way that a device, a cable or a hostile board might.
 */
#pragma once

#include "link/dfu.h"

enum {
	BLOCK = 4096,
	SECTOR = 0x20000,
	ROOM = 2 * SECTOR, /* of its partition */
	INTERFACE = 3,
};
enum {
	IDLE = 2,
	DNLOAD_SYNC,
	DNBUSY,
	DNLOAD_IDLE,
	MANIFEST_SYNC,
	MANIFEST,
	ERROR_STATE = 10,
};

typedef struct {
	UsbPipe pipe;
	guint8 flash[ROOM];
	guint8 buffer[BLOCK];
	guint8 state, status;
	guint length, block;
	gboolean pending;

	guint transfers, statuses, downloads;
	guint vanish_at;           /* the Nth transfer finds it gone, and all after it */
	guint status_length;       /* GETSTATUS answers so many bytes; 0: 6 */
	int bad_status, bad_state; /* GETSTATUS answers this instead; -1: the truth */
	guint poll_ms;             /* bwPollTimeout with dfuDNBUSY */
	gboolean busy_for_ever, mute, stall_download, read_only, lies, no_idle;
	/* Behind its GETSTATUS of this number, behind its DNLOAD, the program has no processor for so long. */
	guint away_at, away_ms, away_download_ms;
	gsize stuck_offset; /* this byte's ... */
	guint8 stuck_bits;  /* ... bits stay 1 */
	guint short_upload; /* UPLOAD answers so many bytes fewer */
	gboolean detached;
} FakeBoot;

/* In dfuIDLE, its flash full of what was there before; free with g_free(). */
FakeBoot *fake_boot_new(void);

/* The engine on it. The watch is small: no test waits longer than it has to. */
Dfu fake_boot_engine(FakeBoot *board, Watch *watch, guint deadline_ms, guint stall_ms);

/* Random bytes; free with g_free(). */
guint8 *fake_boot_image(gsize length);

/*
 * OpenMV's older bootloader made of its description (boards.md section 1.4), behind a pipe: packets of 64
 * bytes in, a stream of words out. It can also misbehave in every way that a device, a cable or a
 * hostile board might.
 */
#pragma once

#include "link/cdcboot.h"

enum {
	FAKE_FLASH_BASE = 0x08000000,
	FAKE_FLASH_SIZE = 2 << 20,
	FAKE_SECTOR = 0x20000,
	FAKE_FIRMWARE = 0x40000, /* offset of the firmware */
	FAKE_BLOCK = 0x10000,
	FAKE_QSPI_SIZE = 4 * FAKE_BLOCK,
	FAKE_IN = 0x83,
	FAKE_OUT = 0x03,
	FAKE_PACKET = 64,
};

typedef struct {
	UsbPipe pipe;
	guint8 flash[FAKE_FLASH_SIZE], qspi[FAKE_QSPI_SIZE];
	guint8 flash_buffer[64], qspi_buffer[256];
	gsize flash_filled, qspi_filled, flash_at, qspi_at;
	guint8 answers[4096];
	gsize answer_length;
	gboolean connected, left, dead;

	/* what it was given */
	guint transfers, packets, starts;
	guint flash_erased, qspi_erased; /* bit n: sector n */
	guint erases;

	/* what it says */
	guint32 version, layout[3], qspi_layout[3], memtest;

	/* what is wrong with it */
	guint deaf;         /* so many first STARTs it does not take */
	guint tardy;        /* so many first IN transfers bring nothing */
	guint vanish_at;    /* the Nth transfer finds it gone, and all after it */
	guint die_at;       /* from the Nth packet on it takes and says nothing */
	guint revive_after; /* ... for so many transfers; 0: for ever */
	guint drop_every;   /* of writes it takes, it loses each Nth */
	guint cut;          /* an answer to a query lacks so many of its last bytes */
	guint away_ms; /* nothing: behind each packet the program has no processor for so long */
	gboolean lies; /* takes all, erases and writes nothing */
	gboolean stalls, babbles, takes_less;
} FakeCdcBoot;

/* Waiting for START, its memories full of what was there before; free with g_free(). */
FakeCdcBoot *fake_cdcboot_new(void);

/* An engine on it, whose watch begins now. */
CdcBoot fake_cdcboot_engine(FakeCdcBoot *board, Watch *watch, guint deadline_ms, guint stall_ms);

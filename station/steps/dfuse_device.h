/*
 * A DfuSe bootloader, such as ST's ROM, on the device that usb.await left open. Used by the dfuse.*
 * steps.
 */
#pragma once

#include "link/dfuse.h"
#include "steps/bootloader.h"
#include "steps/rom_use.h"

typedef struct {
	Dfuse engine;
	RomUse *rom;
	char *serial; /* as USB tells it; NULL: none */
} DfuseDevice;

void dfuse_device_clear(DfuseDevice *device);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DfuseDevice, dfuse_device_clear)

/* Whether a memory map, now the engine's, is the one that is wanted. */
typedef gboolean (*DfuseFits)(Dfuse *engine, gpointer data, GError **error);

/*
 * Claims it, judges its ROM by the recipe, selects the first alternate setting whose name fits the
 * pattern ("@Internal Flash*"; NULL: any) and whose memory map fits; then it is in dfuIDLE, and the
 * commands that it knows are on record. FAILURE_DFU_NO_ALT with why each did not fit.
 */
gboolean dfuse_device_open(Job *job, const Step *step, const char *pattern, DfuseFits fits,
	gpointer data, DfuseDevice *device, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Where a step has failed: of a device that stalled for good it says which ROM that is and what is known to
 * help, and takes its power. Returns FALSE. */
gboolean dfuse_device_failed(Job *job, const DfuseDevice *device, GError **error);

/* Rows that the dfuse.* steps have in common. */
#define DFUSE_ALT_FIELD                                                                            \
	{                                                                                          \
		"alt", FIELD_TEXT,                                                                 \
			.help = "the name of its alternate setting, '*' stands for anything; the " \
				"first one whose memory map fits where this is missing"            \
	}
#define DFUSE_SECTOR_ERASE_FIELD                                                                   \
	{                                                                                          \
		"sector-erase", FIELD_DURATION,                                                    \
			.low = 100, .high = 60000, .fallback = "4s",                               \
			.help = "how long the data sheet allows a sector's erase to take"          \
	}

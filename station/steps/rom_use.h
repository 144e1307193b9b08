/*
 * What the recipe and core/rom.h together say about the ROM bootloader of the board in the slot.
 *
 *   over SWD    version 0x91                    -> its rule
 *   USB alone   serial 200364500000: revision V -> 0x90, 0x91 or 0x92: all must be allowed, the faults
 *                                                  of all are expected
 */
#pragma once

#include "steps/job.h"

typedef struct {
	char *name;         /* "V9.1 (0x91)", or "V9.0 (0x90), V9.1 (0x91) or ..." */
	guint faults;       /* of RomFault: known, and the recipe wants them worked around */
	const char *advice; /* what is known to help, for an engineer; NULL: nothing */
} RomUse;

void rom_use_free(RomUse *use);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RomUse, rom_use_free)

/* FAILURE_CHIP_NOT_ALLOWED, with the reason that is known. */
gboolean rom_use_allow(const Job *job, guint rom, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of the device that is open, in its ROM. Where swd.identify has not seen the version: by the USB serial,
 * noted in the journal; FAILURE_ROM_UNKNOWN when not all that it may be are allowed. */
RomUse *rom_use_new(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the ROM of a board that has yet to start may need one more reset after power-on. */
gboolean rom_use_needs_reset(const Job *job);

/*
 * The ways of erasing through a DfuSe bootloader, in the order that the recipe gives:
 *
 *   page-erase    each sector by itself
 *   clear-status  an erase that stalled is ended by CLRSTATUS twice, and the sector proven blank
 *   mass-erase    all of flash, and the sectors proven blank
 *   swd           not by the bootloader at all: dfuse.download then programs by the debug probe
 *
 * The next way is tried where one has stalled, or has not erased. Each attempt is on record. Of a ROM that
 * the recipe allows with its workaround, clear-status is part of a page erase in bank 2 anyway.
 */
#pragma once

#include "steps/dfuse_device.h"

/* The rows of `erase: [...]`. */
extern const Field dfuse_ways_item;
#define DFUSE_WAYS_FIELD                                                                           \
	{                                                                                          \
		"erase", FIELD_LIST,                                                               \
			.item = &dfuse_ways_item,                                                  \
			.help = "ways of erasing, the next where one stalls or does not erase; "   \
				"[page-erase] where this is missing"                               \
	}

/* What the recipe's list contradicts: a mass erase takes what is kept, and what was written before. */
void dfuse_ways_check(const Step *step, const Recipe *recipe, Problems *problems);
/* The same for any step that erases everything; `what` stands at the sentence's beginning. */
void dfuse_ways_check_all(
	const Step *step, const Recipe *recipe, const char *what, Place place, Problems *problems);

/* A step before this one whose work an erase of everything would undo; NULL: none. */
const Step *dfuse_ways_writer(const Step *step, const Recipe *recipe);

/* The list's entry, or the default's; NULL behind the last. */
const char *dfuse_way(const Step *step, guint index);
/* Whether the list has this way. */
gboolean dfuse_ways_has(const Step *step, const char *way);

/* Erases these sectors; FAILURE_DFU_ERASE_STALL, FAILURE_FLASH_ERASE ... of the last way that was tried. */
gboolean dfuse_ways_erase(Job *job, const Step *step, DfuseDevice *device,
	const DfuseSector *sectors, guint count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Erases everything, and proves that these sectors are blank. */
gboolean dfuse_ways_erase_all(Job *job, const Step *step, DfuseDevice *device,
	const DfuseSector *sectors, guint count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether another way may help where this went wrong. */
gboolean dfuse_ways_may_help(const GError *error);

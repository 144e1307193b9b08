/*
 * A chip under the probe, as the swd.* steps and those that verify over SWD work on it:
 *
 *   swd_halt()   reset, halted     nothing runs, no USB: the open device is let go
 *      work      CRCs, erasing, programming (swd_image.h)
 *   swd_run()    reset, running    the bootloader's window is open again, for a usb.await
 */
#pragma once

#include "steps/job.h"

/* The chip's unique id: words 2, 1, 0, as OpenMV's bootloader prints its serial (boards.md section 1.2). All zeros or
 * all ones are FAILURE_SWD_LINK. */
gboolean swd_read_uid(
	Job *job, Openocd *openocd, char uid[25], GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether this is the chip that was identified, where one was: FAILURE_BOARD_SWAPPED. */
gboolean swd_is_chip(const Job *job, const char *uid, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, asked of the chip: a probe stays connected while boards are exchanged under it. */
gboolean swd_check_chip(Job *job, Openocd *openocd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From reset: whatever ran there may have changed clocks, caches and protection. NULL on failure, which is
 * FAILURE_BOARD_SWAPPED where it is another chip than the one that was identified. */
Openocd *swd_halt(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Looks that it runs, and lets the probe go. */
gboolean swd_run(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same if the step's `run` says so. */
gboolean swd_end(Job *job, const Step *step, GError **error) G_GNUC_WARN_UNUSED_RESULT;
#define SWD_RUN_FIELD                                                                              \
	{                                                                                          \
		"run", FIELD_BOOL,                                                                 \
			.fallback = "true",                                                        \
			.help = "false leaves the chip halted and the probe connected; true "      \
				"resets it, looks that it runs, and lets the probe go"             \
	}

/* ---- what is known of the flash ---------------------------------------------------------------- */

/* The sectors that hold what this image has for them, as a swd.compare found. */
guint swd_known(const Job *job, const Image *image);
void swd_learn(Job *job, const Image *image, guint sectors);
/* Before a range is written. */
void swd_forget(Job *job, guint64 address, gsize length);

/* Notes a problem where a step's `skip-identical` has no swd.compare of its image before it, or one whose
 * answer may be wrong since: a step between them, of a kind other than its own, writes to the board. */
void swd_check_compared(const Step *step, const Recipe *recipe, Problems *problems);

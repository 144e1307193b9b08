/*
 * A stock OpenOCD 0.12 as a child process, one a board, spoken to over its stdin and stdout.
 *
 *   openocd -c 'tcl_port pipe' ...      (no TCP port at all: nobody else can talk to it)
 *     stdin   list rN [catch {COMMAND} m] $m \x1a      N counts up
 *     stdout  rN CODE RESULT \x1a                      code 0: done
 *     stderr  its log, kept for the classification of failures and for the journal
 *
 * Values never become Tcl: the probe's serial and file names go by the environment ($::env(X) does
 * not execute: facts/trust.md section 5) or are numbers formatted here. It is killed with SIGKILL
 * (SIGTERM does not stop a running command: facts/openocd.md section 6), dies with this process
 * (PR_SET_PDEATHSIG), and its exit status is never taken for proof.
 */
#pragma once

#include "core/chip.h"
#include "core/watch.h"

typedef struct Openocd Openocd;

/* Starts it on the probe with this serial and connects to the target over SWD (init, no halt).
 * FAILURE_PROBE_MISSING, FAILURE_SWD_NO_TARGET, FAILURE_OPENOCD_MISSING ... Connecting is tried three
 * times where trying again may help, the last time at a quarter of the speed: openocd_trouble().
 * `work_dir` is absolute, private to this call's owner, and outlives it. */
Openocd *openocd_start(const char *probe_serial, guint swd_khz, const char *work_dir, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same, tried once: for a chip that is expected to be silent. */
Openocd *openocd_try(const char *probe_serial, guint swd_khz, const char *work_dir, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What went wrong before it connected after all, or NULL. For the journal. */
const char *openocd_trouble(const Openocd *openocd);
void openocd_free(Openocd *openocd); /* shuts it down within 1 s, or kills it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Openocd, openocd_free)

/* The version OpenOCD prints of itself ("0.12.0"), newly allocated; NULL if it cannot be started. */
char *openocd_version(void);

/* Both look at the core afterwards: FAILURE_SWD_LINK when it does not do as it was told. */
gboolean openocd_reset_halt(
	Openocd *openocd, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean openocd_reset_run(
	Openocd *openocd, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* DP register DPIDR. */
gboolean openocd_dpidr(
	Openocd *openocd, guint32 *dpidr, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads `count` values of `width` bits (8, 16, 32) of the target's memory. */
gboolean openocd_read(Openocd *openocd, guint32 address, guint width, guint count, guint32 *values,
	Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * The chip's own flash: 16 sectors, two banks of 8 (boards.md section 4.6). QSPI flash is out of reach.
 * A set of sectors is a mask: bit 0 is the sector at 0x08000000, bit 15 that at 0x081E0000.
 *
 * Who takes an Openocd here needs a halted target and leaves it so: openocd_reset_halt() before,
 * openocd_reset_run() after. To resume is no way back: code of OpenOCD's runs in 2 KiB of the RAM of
 * whatever was halted, and a halted core answers no USB. FAILURE_STATION_INTERNAL for a place that
 * cannot be, FAILURE_SWD_LINK, FAILURE_OPENOCD_STALL ...
 */

/* Whether a range has at least one byte, and all of them in the flash. */
gboolean openocd_in_flash(guint64 address, guint64 length);

/* The same, and it begins with a sector: an image that can be programmed. */
gboolean openocd_fits(guint64 address, guint64 length);

/* The sectors that a range in the flash touches. */
guint openocd_sectors(guint32 address, gsize length);

/* Compares any range with the flash, by a CRC that the chip computes: whoever wrote it has no say.
 * Progress in bytes: phase "verify". FAILURE_FLASH_VERIFY with the address of the first byte that
 * differs, what it holds and what it should. */
gboolean openocd_verify(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Which of the sectors of an image that fits are already, to the last byte, as erasing and programming
 * would leave them (0xFF behind the image's end). One that cannot be read is not. Phase "compare". */
gboolean openocd_same(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	guint *same, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * Erases the sectors of an image that fits, programs them in 16 KiB chunks, verifies the whole image as
 * above. The sectors `skip`, as openocd_same() found them, are neither erased nor programmed; when that
 * leaves none, nothing is done. Phases "erase", "program", "verify"; FAILURE_FLASH_ERASE, _PROGRAM,
 * _VERIFY.
 */
gboolean openocd_program(Openocd *openocd, guint32 address, const guint8 *data, gsize length,
	guint skip, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last lines of its log, newly allocated, control characters replaced. */
char *openocd_log(const Openocd *openocd, guint lines);

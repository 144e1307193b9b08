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

#include "core/watch.h"

typedef struct Openocd Openocd;

/* Starts it on the probe with this serial and connects to the target over SWD (init, no halt).
 * FAILURE_PROBE_MISSING, FAILURE_SWD_NO_TARGET, FAILURE_OPENOCD_MISSING ... Connecting is tried three
 * times where trying again may help, the last time at a quarter of the speed: openocd_trouble().
 * `work_dir` is absolute, private to this call's owner, and outlives it. */
Openocd *openocd_start(const char *probe_serial, guint swd_khz, const char *work_dir, Watch *watch,
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

/* Whether an image belongs there: inside the flash, beginning with a sector. */
gboolean openocd_fits(guint64 address, guint64 length);

/*
 * Erases sector by sector, programs in 16 KiB chunks, verifies by a CRC that the chip computes. Progress in bytes: phases "erase", "program", "verify". FAILURE_FLASH_ERASE,
 * _PROGRAM, _VERIFY (with the address of the first byte that differs), FAILURE_SWD_LINK,
 * FAILURE_OPENOCD_STALL ... The target has to be halted, and is left so.
 */
gboolean openocd_program(Openocd *openocd, guint32 address, const guint8 *image, gsize length,
	Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The last lines of its log, newly allocated, control characters replaced. */
char *openocd_log(const Openocd *openocd, guint lines);

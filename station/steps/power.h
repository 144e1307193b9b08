/*
 * The board's supply, for steps that cannot leave the board as it is.
 */
#pragma once

#include "steps/job.h"

/* Off, so long a pause, and on with BOOT0 inactive. What was open of the board is closed before. */
gboolean power_cycle(Job *job, guint off_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Off, a pause, and on with BOOT0 inactive: the program in flash starts. */
gboolean power_restart(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The halves of that. */
gboolean power_off(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean power_on(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A reset by the NRST wire. */
gboolean power_reset(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From now on a reset starts the program in flash, where the fixture has the wire. */
gboolean power_release_boot0(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Takes the power from a board that nothing else reaches. That it did, or could not, is noted. */
void power_cut(Job *job, const char *why);

/* At a job's end: what is open of the board is closed, behind a cut of its power if the slot can cut it. */
void power_let_go(Job *job);

/*
 * Bootloaders behind one hub start one after the other, nearly. The kernel enumerates a hub's ports one by one, a quarter of
 * a second and more each, and a bootloader that is not configured 1.0 s after its start boots (boards.md section 1.5):
 * of eight that start at once the last four are lost.
 *
 * So two start, and the next when one of them is held:
 *
 *   slot 1  start |= there, held |
 *   slot 2  start ...|= there, held |
 *   slot 3  . waits ..............| start |= there, held |
 *   slot 4  . waits .................| start ...
 *
 * Turns stand in a file beside the jobs' folders, one a hub. One ends when the bootloader is held, or by itself when
 * its window is over, so that neither a dead board nor a killed job stops the others.
 */
#pragma once

#include "steps/job.h"

/* Before a step lets the chip start: returns when it may. Returns at once where no bootloader is awaited next that
 * has to be held. Bounded by the watch, and where turns are not to be had it does without. */
gboolean hub_turn_take(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same, with nobody else's start beside it, if that is to be had within 1.5 s: for a bootloader that may have been missed behind others. The next
 * hub_turn_take() is part of it. */
gboolean hub_turn_take_alone(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The bootloader is held, or will not be. */
void hub_turn_end(Job *job);

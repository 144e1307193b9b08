/*
 * A second look at the board of a step that failed, before anybody is told whose fault that is.
 *
 * What a step took for the board's answer may be the doing of a hand: the board left its slot, or another one came. Whatever
 * the step was, under a probe that can be found out:
 *
 *   the chip that was identified answers     the failure stands
 *   another chip answers                     board-swapped
 *   none answers                             what blames the board becomes swd-no-target, swd-link ...: no proof any more
 *
 * Before a chip was identified it is enough that one answers; without a probe the failure stands.
 */
#pragma once

#include "steps/job.h"

/* `*failure` is that of a step, and may be replaced; its message stays part of the new one. The board has power
 * afterwards, if the slot can give it: whoever ends the run makes it safe. Takes 20 s at most, and begins the job's watch anew. */
void second_look(Job *job, GError **failure);

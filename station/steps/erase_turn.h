/*
 * Boards whose flash is erased take more current: where a fixture's supply bears only so many of them at once
 * (`erase_ma`), each erase waits for its turn. The keeper of the pins gives turns, for power-ons and erases together
 * (line/keeper_turns.h); whoever erases asks through its watch (watch_erase_begin()).
 *
 *   slot 1  |= erase =| program ...   |= erase =| program ...
 *   slot 2  . waits ..|= erase =| program ...   |= erase =|
 *
 * A turn is for one sector, or for what the chip erases in one go: programming in between leaves the supply to
 * others. What the camera's own firmware erases behind writes to its drive nobody outside sees, and it takes no turn.
 */
#pragma once

#include "steps/job.h"

/* The erases of one step. */
typedef struct {
	Job *job;
	WatchErase ask;
	guint waits, waited_ms;
	guint64 others; /* one bit a slot that was waited for */
} EraseTurn;

/* From here on the job's watch has erases wait; nothing, where the fixture does not count them. `turn` stays where
 * it is until erase_turn_end(), which notes how long and for whom was waited. */
void erase_turn_begin(EraseTurn *turn, Job *job);
void erase_turn_end(EraseTurn *turn);

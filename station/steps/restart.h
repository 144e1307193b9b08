/*
 * Another start for a chip whose program is to be waited for once more: by its NRST wire, else by its probe, else by
 * its power, whichever the slot has. Not while the chip may be writing its flash: a reset then leaves half a word.
 */
#pragma once

#include "steps/job.h"

/* "its NRST wire", "its probe", "its power"; NULL: nothing can. */
const char *restart_way(const Job *job);

/* What is open of the board is closed. */
gboolean restart(Job *job, GError **error) G_GNUC_WARN_UNUSED_RESULT;

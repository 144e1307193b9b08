/*
 * Serial numbers that this station may give out by itself: a file that was leased to it.
 *
 *   OMV000100..OMV000199      a range: the digits at the end count up        OMV000250      a single one
 *
 *   free --reserve--> reserved --settle--> used, or free again, as the journal says
 *
 * Which numbers are used is kept in one place, the journal, which has them before a board is touched: a station that is
 * killed at any moment gives none twice, and one that nothing was written with is given again. With a recipe that has a
 * check digit the numbers of the file are without it.
 *
 * A lease belongs to one journal. The first station that opens it writes FILE.taken beside it, and no other journal, nor a
 * new one on the same station, takes numbers from it: that would begin at the first one again.
 */
#pragma once

#include "core/recipe.h"
#include "journal/journal.h"

typedef struct Lease Lease;

/* NULL with `problems`: every line that is none, every serial that the recipe refuses, a lease that another journal
 * has. `recipe` and `journal` are borrowed. At most 1,000,000 numbers. */
Lease *lease_open(const char *path, const Recipe *recipe, Journal *journal,
	Problems *problems) G_GNUC_WARN_UNUSED_RESULT;
void lease_free(Lease *lease);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Lease, lease_free)

/* The first that is free, newly allocated; NULL when none is left, or with `error`. */
char *lease_reserve(Lease *lease, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run that it was reserved for is over, or was never begun. */
void lease_settle(Lease *lease, const char *serial);

/* How many there are in all: "12 of 100 left" wants both. -1 with `error`. Looks at each: for people, not for loops. */
gint lease_left(Lease *lease, guint *all, GError **error) G_GNUC_WARN_UNUSED_RESULT;

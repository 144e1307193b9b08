/* What a qualification has done, as the journal tells it: `flashline qualify run` keeps no other record. */
#pragma once

#include "journal/journal.h"

typedef struct {
	guint done;   /* cycles with a result: PASS or FAIL */
	guint failed; /* of those */
} JournalCycles;

/* The cycles of one serial with this very recipe; none where it is unknown. */
gboolean journal_cycles(Journal *journal, const char *serial, const char *recipe_sha256,
	JournalCycles *cycles, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How many units have at least so many cycles with this very recipe. */
gboolean journal_cycled_units(Journal *journal, const char *recipe_sha256, guint cycles,
	gint64 *units, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/*
 * `flashline qualify run`: one recipe again and again over the boards that lie in a fixture, unattended. What is
 * done stands in the journal and nowhere else: a cycle is a run of purpose qualification, of this very recipe
 * (by its SHA-256), that ended PASS or FAIL. After a power cut the same call goes on where it was; a cycle that was cut
 * off, or that ended ERROR, is made again.
 *
 *   ask the journal who has cycles left --> all those at once (batch_run) --> ask again --> ...
 */
#pragma once

#include "line/batch.h"

/* A board that ends so often in a row without a result is left alone: nobody is there to help it. */
enum { CYCLES_ASTRAY_MAX = 3 };

typedef struct {
	StationOptions station; /* its view is not used: each cycle has one of its own */
	GHashTable *serials;    /* slot number -> serial */
	guint cycles;           /* of each board */
	View *(*view)(guint boards, gpointer data);
	/* Before each cycle: so many of all cycles of these boards are done. */
	void (*told)(guint done, guint all, gpointer data);
	gpointer data;
} CyclesOptions;

typedef struct {
	guint units, complete; /* boards in the fixture; those that have all their cycles */
	guint done, failed;    /* cycles of theirs, from the journal: from before, too */
	gint64 complete_ever; /* units of this recipe with all their cycles, in earlier sittings too */
	gboolean stopped;     /* by Ctrl-C */
} CyclesResult;

/* Until each board has its cycles, is left alone, or somebody stops it. FALSE with `error` when the journal cannot be
 * read or the boards cannot be started at all. */
gboolean cycles_run(const CyclesOptions *options, CyclesResult *result,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

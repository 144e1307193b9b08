/*
 * The private folder of one `flashline run`: a snapshot of what it works with, so that an edit of a
 * recipe or an image in the middle of a run changes nothing (facts: trust.md section 4, rows 21, 22).
 *
 *   $XDG_RUNTIME_DIR or /tmp
 *     flashline-XXXXXX/     0700, removed at the end
 *       lock                held by flock() for as long as the controller lives
 *       recipe/<name>.yaml  the effective recipe
 *       fixture/<name>.yaml
 *       images/<sha256>     the proven bytes, a file or a folder
 *       keeper.sock         the fixture's pins
 *       slot-<n>/           a job's own
 *
 * One that a killed controller left behind is removed by the next start.
 */
#pragma once

#include "core/fixture.h"
#include "core/recipe.h"

typedef struct {
	char *path, *recipe, *fixture, *images, *keeper;
	int lock;
} Rundir;

/* Makes it and copies everything in. FAILURE_IMAGE_CHANGED or FAILURE_FOLDER_CHANGED when one no
 * longer is what the recipe pins, FAILURE_STATION_INTERNAL when the folder cannot be written. */
Rundir *rundir_new(
	const Recipe *recipe, const Fixture *fixture, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Removes it. */
void rundir_free(Rundir *rundir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Rundir, rundir_free)

/* A job's folder, made; newly allocated. */
char *rundir_slot(const Rundir *rundir, guint slot, GError **error) G_GNUC_WARN_UNUSED_RESULT;

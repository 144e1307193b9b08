#include "setup/kept_pins.h"

#include "core/failure.h"

#include <errno.h>
#include <glib/gstdio.h>

enum { END_MS = 5000 };

static void on_gone(gpointer data)
{
	KeptPins *kept = data;

	g_clear_pointer(&kept->pins, pins_free);
}

static gboolean make_folder(KeptPins *kept, const Fixture *fixture, GError **error)
{
	Rundir *rundir = &kept->rundir;

	rundir->path = g_dir_make_tmp("flashline-pins-XXXXXX", error);
	if (!rundir->path)
		return FALSE;
	rundir->fixture = g_build_filename(rundir->path, "fixture.yaml", NULL);
	rundir->keeper = g_build_filename(rundir->path, "keeper.sock", NULL);
	/* The file as it was read: an edit meanwhile must not move other pins. */
	return g_file_set_contents(rundir->fixture, fixture->text, -1, error);
}

KeptPins *kept_pins_open(const Fixture *fixture, GError **error)
{
	g_autoptr(KeptPins) kept = g_new0(KeptPins, 1);
	g_autoptr(GError) failure = NULL;

	if (!make_folder(kept, fixture, &failure)) {
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "%s", failure->message);
		return NULL;
	}
	kept->keeper = keeper_child_start(&kept->rundir, on_gone, kept, error);
	if (kept->keeper)
		kept->pins = pins_connect(kept->rundir.keeper, error);
	return kept->pins ? g_steal_pointer(&kept) : NULL;
}

void kept_pins_close(KeptPins *kept)
{
	Rundir *rundir;

	if (!kept)
		return;
	rundir = &kept->rundir;
	g_clear_pointer(&kept->pins, pins_free);
	keeper_child_end(kept->keeper, END_MS);
	if (rundir->fixture)
		g_unlink(rundir->fixture);
	if (rundir->path)
		g_rmdir(rundir->path);
	g_free(rundir->fixture);
	g_free(rundir->keeper);
	g_free(rundir->path);
	g_free(kept);
}

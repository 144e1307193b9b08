/*
 * What `run` and `line` have in common: the journal, the private folder with what is worked with, the keeper
 * of the pins, and what every run is told.
 *
 *   Station -- keeper (pins)                 a process; makes all slots safe when it loses us
 *      |------ job slot 1 -- OpenOCD         processes; die with us
 *      |------ job slot 2 -- OpenOCD
 *      '------ journal, view
 */
#pragma once

#include "line/keeper_child.h"
#include "line/labels.h"
#include "line/view.h"

typedef struct {
	const Recipe *recipe;
	const Fixture *fixture;
	GPtrArray *slots;    /* of Slot*: those that take part */
	const char *journal; /* path */
	const char *name, *operator;
	const char *lot; /* NULL: not told */
	Purpose purpose;
	View *view; /* what a station knows, it is told by station_open() */
} StationOptions;

typedef struct {
	const StationOptions *options;
	SlotRunContext context; /* of every run; the callbacks in it are the caller's to set */
	gboolean stopping;      /* by Ctrl-C, which has to be over within 5 s */

	GHashTable *powered; /* of Slot*: those that had power before the keeper took it */
	KeeperChild *keeper;
	KeeperGone pins_lost;
	Labels *labels; /* NULL: recipe or fixture have none */
	gpointer data;
	char *openocd;
	JournalImage *images;
} Station;

/* Proves the images, opens the journal, closes in it what was cut off, starts the keeper: every slot is safe
 * then. NULL with `error`. `pins_lost` is called when the keeper ends by itself; context.pins is NULL then. */
Station *station_open(const StationOptions *options, KeeperGone pins_lost, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether the slot had power when the station was opened, and this is its first run since. */
gboolean station_was_powered(Station *station, const Slot *slot);

/* Makes every slot safe; no job may be at work any more. The journal stays open. */
void station_end_keeper(Station *station);
/* The run is over: a board that passed in production gets its label, and the view hears what became of it. */
void station_label(Station *station, const SlotRun *run);
/* What a run asks is said through the view, with its slot and the answers that count. */
void station_tell_question(const Station *station, const SlotRun *run, const Event *event);
/* Waits, bounded, for the labels that are still to come. */
void station_end_labels(Station *station);
void station_close(Station *station); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Station, station_close)

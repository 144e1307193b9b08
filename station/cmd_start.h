/* What the verbs that flash boards have in common: their options, and what is read before anything starts. */
#pragma once

#include "cmd.h"
#include "core/recipe.h"
#include "line/station.h"

typedef struct {
	char *recipe, *fixture, *journal, *slots, *serials, *station, *operator, * lot;
	gboolean json;
} StartArgs;

void start_args_clear(StartArgs *args);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StartArgs, start_args_clear)

/* Reads the options, `more` of the verb's own among them. FALSE: wrong usage, and stderr says why. */
gboolean start_parse(int *argc, char ***argv, StartArgs *args,
	const GOptionEntry *more) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	Recipe *recipe;
	Fixture *fixture;
	GPtrArray *slots;    /* of Slot*, the fixture's */
	GHashTable *serials; /* slot number -> serial */
	char *journal;       /* path */
} Start;

void start_clear(Start *start);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Start, start_clear)

/* Reads recipe, fixture and slots. FALSE: stderr has been told every mistake in them. */
gboolean start_read_files(
	const StartArgs *args, const char *verb, Start *start) G_GNUC_WARN_UNUSED_RESULT;

/* And the serials. FALSE: stderr has been told every mistake in them. */
gboolean start_read(
	const StartArgs *args, const char *verb, Start *start) G_GNUC_WARN_UNUSED_RESULT;

/* For production: a label that nothing would print is a mistake, which stderr has been told. */
gboolean start_can_label(const Start *start) G_GNUC_WARN_UNUSED_RESULT;

/* What all runs of it are told; the view and the purpose are the caller's to set. */
StationOptions start_station(const StartArgs *args, const Start *start);

/* A view that fits so many boards. */
View *start_view(const StartArgs *args, guint boards);

/* The exit status of a verdict over all boards; says on stderr why none could be started. */
int start_status(Verdict verdict, const GError *error);

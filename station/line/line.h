/*
 * `flashline line`: boards come and go, each slot for itself, until somebody says that it is enough.
 *
 *   inputs (present, lid, start) --.
 *   USB ports ---------------------+--> slots (line/lineslot.h) --> runs --> journal, lamps, view
 *   commands (keys, scanners) -----'
 *
 * SIGTERM, or the command STOP: nothing starts any more, what runs ends, for two minutes at most. SIGINT, or a second
 * SIGTERM: what runs is ABORTED, within 5 s.
 */
#pragma once

#include "line/serial_source.h"
#include "line/station.h"

typedef struct {
	StationOptions station;
	/* Opens where the serials come from; freed by the line. NULL with `error`. */
	SerialSource *(*open_serials)(Journal *journal, gpointer data, GError **error);
	gpointer data;
	guint boards; /* ends after so many are done; 0: when it is told to */
} LineOptions;

/* Whether this recipe can run where boards are exchanged: it has to know each one before it writes to it. */
gboolean line_check_recipe(const Recipe *recipe, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with `error` when it could not begin, or could not go on. `counts` may be NULL. */
gboolean line_run(const LineOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what an operator may say, by key or scan ---- */

typedef enum {
	COMMAND_START,   /* as the start button; slot 0: every slot that is ready */
	COMMAND_ABORT,   /* the run; slot 0: every one */
	COMMAND_RETEST,  /* the board in this slot again, although it has passed */
	COMMAND_RELEASE, /* the slot, out of quarantine */
	COMMAND_STOP,    /* the line, as SIGTERM */
	COMMAND_COUNT
} LineCommand;

typedef struct Line Line;

/* What became of it, a sentence, newly allocated. */
char *line_command(Line *line, LineCommand command, guint slot);
/* YES, NO or DONE to the question of this slot; 0: of the only one that asks. What became of it. */
char *line_answer(Line *line, const char *answer, guint slot);
/* The one slot that asks; 0: none does, or several do. */
guint line_asking(const Line *line);
/* "RETEST 3", "YES"; never NULL. */
char *line_command_text(Line *line, const char *text);

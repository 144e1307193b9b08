/*
 * Labels for boards that passed: one each, after the PASS is on record.
 *
 *   COMMIT --> labels_print() --> a thread: status, label, status --> a word on the run, in the chain --> told
 *
 * The thread prints one after the other and may wait; the line does not. What became of a label is a later word on its run
 * ("label printed", "label not printed: ..."), by the station: it changes no verdict, `flashline show` tells it, and a board
 * whose label did not come out is printed again with `flashline label`.
 */
#pragma once

#include "journal/journal.h"
#include "label/label.h"

#include "core/fixture.h"
#include "core/recipe.h"

/* How the words on a run begin whose label came out: "label printed", "label printed again (why)". */
#define LABELS_PRINTED "label printed"

typedef struct Labels Labels;

/* For people: `printed` or not, and a sentence that names the serial. */
typedef void (*LabelsTold)(
	const char *serial, gboolean printed, const char *sentence, gpointer data);

/* NULL without `error` when the recipe has no label or the fixture no printer; with it when the template is wrong. All
 * that is given is borrowed. */
Labels *labels_new(const Recipe *recipe, const Fixture *fixture, Journal *journal, LabelsTold told,
	gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The run is in the journal as PASS. Its outcome comes from the main loop. */
void labels_print(Labels *labels, gint64 run, const LabelValues *values);
/* The same at an operator's wish, by `who` and because of `why`. */
void labels_reprint(
	Labels *labels, gint64 run, const LabelValues *values, const char *who, const char *why);

/* How many are still to come. */
guint labels_open(const Labels *labels);
/* Ends when none is, or after this time; what is still open then is told as not printed. */
void labels_flush(Labels *labels, guint ms);
void labels_free(Labels *labels); /* after labels_flush(); NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Labels, labels_free)

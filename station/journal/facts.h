/*
 * What runs refer to: recipes, fixtures, images, stations, units. Each distinct one is written
 * once; every function gives the id of its row, writing it where it is not there yet, and 0 with
 * FAILURE_JOURNAL_WRITE when it cannot. To be called inside a transaction.
 */
#pragma once

#include "journal/journal.h"

/* FAILURE_JOURNAL_WRITE too when a text is not the one of its hash. */
gint64 facts_recipe(Journal *journal, const JournalRun *run, GError **error);
gint64 facts_fixture(Journal *journal, const JournalRun *run, GError **error);
gint64 facts_station(Journal *journal, const JournalRun *run, GError **error);
gint64 facts_image(Journal *journal, const JournalImage *image, GError **error);
/* The unit of a serial. `now` is noted as the moment when it was first seen. */
gint64 facts_unit(Journal *journal, const char *serial, const char *now, GError **error);

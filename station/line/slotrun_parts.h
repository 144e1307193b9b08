/* What the files of a slot's run share, and nobody else uses. */
#pragma once

#include "line/slotrun.h"

/* ---- slotrun.c ---- */

/* Notes why the run fails; the first reason is the cause, what follows from it is not. */
void slotrun_blame(SlotRun *run, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* ---- slotrun_record.c: what goes into the journal on the way ---- */

/* The run, and what was held back until now. */
gboolean slotrun_begin(SlotRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The step at work is over. */
void slotrun_write_step(SlotRun *run, Verdict verdict, const char *code, const char *seen);
void slotrun_write_value(SlotRun *run, const JournalValue *value);
void slotrun_held_clear(SlotRun *run);
/* The journal cannot be written: the run cannot be proven, whatever the board did. */
void slotrun_journal_failed(SlotRun *run, const GError *error);

/* ---- slotrun_bounds.c: the job's time, watched from outside ---- */

/* For the step at work, or for the time until the next one. */
void slotrun_arm(SlotRun *run);
/* It got on: the stall begins anew. */
void slotrun_arm_stall(SlotRun *run);
/* It waits for others, so many ms by now. */
void slotrun_extend(SlotRun *run, guint64 done);
/* What the controller has done since then is none of the step's time. */
void slotrun_excuse(SlotRun *run, gint64 since_us);
void slotrun_disarm(SlotRun *run);

/* ---- slotrun_events.c: what the job says, none of it believed unseen ---- */

/* A ChildLine; `data` is the SlotRun. */
void slotrun_take_line(Child *child, const char *line, gsize length, gpointer data);

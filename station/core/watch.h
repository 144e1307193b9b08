/*
 * A bound on one piece of work, handed down into whatever may wait.
 *
 *        begin                 last sign of progress            now
 *          |---------------------------|------------------------|
 *          |<------------- deadline: whole work -------------------->|
 *                                      |<-- stall: no progress -->|
 *
 * Nothing in Flashline waits without one. A watch ends in three ways: its
 * deadline passes, no progress is reported for the stall time, or somebody asks
 * the process to stop (SIGTERM, the controller gone). All times are those of the
 * monotonic clock, in microseconds inside, milliseconds at the interface.
 */
#pragma once

#include <glib.h>

typedef struct Watch Watch;

/* Told about each report of progress; `phase` is a word such as "erase". */
typedef void (*WatchProgress)(const char *phase, guint64 done, guint64 total, gpointer data);

/* Whom to ask before flash is erased, where a supply bears only so many boards that erase at once. */
typedef struct {
	gboolean (*begin)(guint most_ms, gpointer data, GError **error);
	void (*end)(gpointer data);
	gpointer data;
} WatchErase;

struct Watch {
	gint64 begin_us, deadline_us; /* absolute */
	gint64 stall_us;              /* length; 0: none apart from the deadline */
	gint64 progress_us;           /* absolute: last sign of progress */
	const volatile gint *stop;    /* non-zero: stop at once; may be NULL */
	WatchProgress report;         /* may be NULL */
	gpointer data;
	const WatchErase *erase; /* NULL: nobody has to be asked */
};

/* What is told as progress while work waits for others: `done` counts the ms of one wait. */
#define WATCH_TURN "turn"

/* A watch that starts now. `stall_ms` 0 means no separate stall bound. */
void watch_begin(Watch *watch, guint deadline_ms, guint stall_ms);

/*
 * TRUE while the work may go on. Otherwise sets FAILURE_STEP_DEADLINE,
 * FAILURE_STEP_STALL or FAILURE_STOPPED; the message says how long and where.
 */
gboolean watch_ok(const Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Work got on: resets the stall clock and tells the reporter. */
void watch_progress(Watch *watch, const char *phase, guint64 done, guint64 total);

/* So much time went by in which the work waited for others, `turn_ms` in all: it counts for no bound. */
void watch_waited(Watch *watch, gint64 us, guint turn_ms);

/* Around each piece of work that erases flash, which is over after so long at the latest. The first waits until the supply
 * bears one more; it fails as watch_ok() does, or because nobody is left to ask. */
gboolean watch_erase_begin(
	const Watch *watch, guint most_ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void watch_erase_end(const Watch *watch);

/* How long a single wait may last now: at most `most_ms`, at least 1. */
guint watch_timeout_ms(const Watch *watch, guint most_ms);

/* Waits, waking early to notice a stop. Fails as watch_ok() does. */
gboolean watch_sleep(const Watch *watch, guint ms, GError **error) G_GNUC_WARN_UNUSED_RESULT;

#include "core/watch.h"

#include "core/failure.h"

enum { SLICE_MS = 50 }; /* how long a stop may go unnoticed in watch_sleep() */

void watch_begin(Watch *watch, guint deadline_ms, guint stall_ms)
{
	gint64 now = g_get_monotonic_time();

	watch->begin_us = now;
	watch->deadline_us = now + (gint64)deadline_ms * 1000;
	watch->stall_us = (gint64)stall_ms * 1000;
	watch->progress_us = now;
}

static gboolean stopped(const Watch *watch)
{
	return watch->stop && g_atomic_int_get((gint *)watch->stop) != 0;
}

static double seconds(gint64 us)
{
	return us / 1e6;
}

gboolean watch_ok(const Watch *watch, GError **error)
{
	gint64 now = g_get_monotonic_time();

	if (stopped(watch)) {
		g_set_error(error, FAILURE, FAILURE_STOPPED, "told to stop after %.1f s",
			seconds(now - watch->begin_us));
		return FALSE;
	}
	if (now >= watch->deadline_us) {
		g_set_error(error, FAILURE, FAILURE_STEP_DEADLINE,
			"not done within %.1f s (last progress after %.1f s)",
			seconds(watch->deadline_us - watch->begin_us),
			seconds(watch->progress_us - watch->begin_us));
		return FALSE;
	}
	if (watch->stall_us && now >= watch->progress_us + watch->stall_us) {
		g_set_error(error, FAILURE, FAILURE_STEP_STALL,
			"no progress for %.1f s (the last one %.1f s after the start)",
			seconds(watch->stall_us), seconds(watch->progress_us - watch->begin_us));
		return FALSE;
	}
	return TRUE;
}

void watch_progress(Watch *watch, const char *phase, guint64 done, guint64 total)
{
	watch->progress_us = g_get_monotonic_time();
	if (watch->report)
		watch->report(phase, done, total, watch->data);
}

void watch_waited(Watch *watch, gint64 us, guint turn_ms)
{
	watch->deadline_us += us;
	watch_progress(watch, WATCH_TURN, turn_ms, 0);
}

gboolean watch_erase_begin(const Watch *watch, guint most_ms, GError **error)
{
	return !watch->erase || watch->erase->begin(most_ms, watch->erase->data, error);
}

void watch_erase_end(const Watch *watch)
{
	if (watch->erase)
		watch->erase->end(watch->erase->data);
}

guint watch_timeout_ms(const Watch *watch, guint most_ms)
{
	gint64 end = watch->deadline_us;
	gint64 left_ms;

	if (watch->stall_us)
		end = MIN(end, watch->progress_us + watch->stall_us);
	/* Rounded up, so that who waits that long finds the bound passed. */
	left_ms = (end - g_get_monotonic_time() + 999) / 1000;
	return (guint)CLAMP(left_ms, 1, MAX((gint64)most_ms, 1));
}

gboolean watch_sleep(const Watch *watch, guint ms, GError **error)
{
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	for (;;) {
		gint64 left;

		if (!watch_ok(watch, error))
			return FALSE;
		left = until - g_get_monotonic_time();
		if (left <= 0)
			return TRUE;
		g_usleep(MIN(left, (gint64)watch_timeout_ms(watch, SLICE_MS) * 1000));
	}
}

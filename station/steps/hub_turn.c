#include "steps/hub_turn.h"

#include "steps/kinds.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
	/* What a turn takes at most: the window until the host has configured the device, and some more. */
	TURN_MS = 1300,
	LOOK_MS = 20,
	/* Whoever has waited so long has waited for more boards than a hub has ports. */
	PATIENCE_MS = 20000,
	/* Whoever wants to be alone waits for a turn that has just begun, and no longer: its step has a deadline. */
	ALONE_MS = 1500,
	/* Shorter waits are not worth a word. */
	NOTE_MS = 1000,
	TEXT_MAX = 96,
	/* A window bears two: while one is opened and held, the kernel works on the other. */
	TURNS = 2,
};

/* ---- whether a window follows ------------------------------------------------------------------ */

static gboolean starts_chip(const Step *step)
{
	return step->kind == &step_power || g_str_has_prefix(step->kind->name, "swd.");
}

/* From the step that runs now to the next that awaits a device, or starts the chip anew. */
static gboolean window_follows(const Job *job)
{
	const GPtrArray *steps = job->recipe->steps;
	gboolean behind = FALSE;

	for (guint i = 0; job->step && i < steps->len; i++) {
		const Step *step = steps->pdata[i];
		gboolean now = step == job->step;

		behind = behind || now;
		if (behind && step->kind == &step_usb_await)
			return step_bool(step, "hold");
		if (behind && !now && starts_chip(step))
			return FALSE;
	}
	return FALSE;
}

/* ---- the file ---------------------------------------------------------------------------------- */

/* "RUN/hub-1-2" for port "1-2.3", "RUN/hub-1" for "1-2". */
static char *turn_path(const Job *job)
{
	g_autofree char *run = g_path_get_dirname(job->work_dir);
	const char *end = strrchr(job->slot->usb, '.');

	if (!end)
		end = strchr(job->slot->usb, '-');
	return g_strdup_printf(
		"%s/hub-%.*s", run, (int)(end ? end - job->slot->usb : 0), job->slot->usb);
}

/* Opened and locked, or -1. Nobody keeps it locked for longer than it takes to read and write a line. */
static int turn_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

typedef struct {
	gint64 until_us; /* monotonic */
	guint slot;
} Turn;

typedef struct {
	Turn turn[TURNS];
} Turns;

/* "1234567 1 1234890 2\n"; anything else is none. */
static Turns turns_read(int fd)
{
	char text[TEXT_MAX] = "", *at = text;
	Turns turns = {0};

	if (pread(fd, text, sizeof text - 1, 0) <= 0)
		return turns;
	for (guint i = 0; i < G_N_ELEMENTS(turns.turn); i++) {
		turns.turn[i].until_us = g_ascii_strtoll(at, &at, 10);
		turns.turn[i].slot = (guint)g_ascii_strtoull(at, &at, 10);
	}
	return turns;
}

static gboolean turns_write(int fd, const Turns *turns)
{
	char text[TEXT_MAX];
	int length = g_snprintf(text, sizeof text,
		"%" G_GINT64_FORMAT " %u %" G_GINT64_FORMAT " %u\n", turns->turn[0].until_us,
		turns->turn[0].slot, turns->turn[1].until_us, turns->turn[1].slot);

	return ftruncate(fd, 0) == 0 && pwrite(fd, text, (gsize)length, 0) == length;
}

static gboolean is_free(const Turn *turn, gint64 now_us, gint64 until_us)
{
	return turn->until_us <= now_us || turn->until_us > until_us;
}

/* Gives this slot so many more turns as it needs to have `wanted`; those it has last until then too. Nothing changes
 * where it can't have as many. One that lasts for longer than a turn does is nobody's. */
static gboolean turns_give(Turns *turns, guint wanted, guint slot, gint64 now_us, gint64 until_us)
{
	Turns given = *turns;
	guint own = 0;

	for (guint i = 0; i < G_N_ELEMENTS(given.turn); i++)
		if (given.turn[i].slot == slot) {
			given.turn[i].until_us = until_us;
			own++;
		}
	for (guint i = 0; i < G_N_ELEMENTS(given.turn) && own < wanted; i++)
		if (given.turn[i].slot != slot && is_free(&given.turn[i], now_us, until_us)) {
			given.turn[i] = (Turn){until_us, slot};
			own++;
		}
	if (own < wanted)
		return FALSE;
	*turns = given;
	return TRUE;
}

static gboolean try_take(const Job *job, const char *path, guint wanted)
{
	gint64 now_us = g_get_monotonic_time();
	gint64 until_us = now_us + TURN_MS * G_TIME_SPAN_MILLISECOND;
	int fd = turn_open(path);
	Turns turns = fd >= 0 ? turns_read(fd) : (Turns){0};
	gboolean mine = fd >= 0 &&
			turns_give(&turns, wanted, job->slot->number, now_us, until_us) &&
			turns_write(fd, &turns);

	if (fd >= 0)
		close(fd);
	return mine;
}

/* The first turns that are to be had, or none after so long. */
static gboolean take(Job *job, guint wanted, gint64 patience_ms, GError **error)
{
	gint64 begin_us = g_get_monotonic_time(), waited_ms = 0;
	g_autofree char *path = NULL;

	if (!job->work_dir || !window_follows(job))
		return TRUE;
	path = turn_path(job);
	while (waited_ms < patience_ms && !try_take(job, path, wanted)) {
		/* Waiting for others is no stall of its own. */
		job->watch.progress_us = g_get_monotonic_time();
		if (!watch_sleep(&job->watch, LOOK_MS, error))
			return FALSE;
		waited_ms = (g_get_monotonic_time() - begin_us) / G_TIME_SPAN_MILLISECOND;
	}
	if (waited_ms >= NOTE_MS)
		job_note(job, "the start waited %u ms for bootloaders behind the same hub",
			(guint)waited_ms);
	return TRUE;
}

gboolean hub_turn_take(Job *job, GError **error)
{
	return take(job, 1, PATIENCE_MS, error);
}

gboolean hub_turn_take_alone(Job *job, GError **error)
{
	return take(job, TURNS, ALONE_MS, error);
}

void hub_turn_end(Job *job)
{
	g_autofree char *path = job->work_dir ? turn_path(job) : NULL;
	int fd = path ? turn_open(path) : -1;

	if (fd < 0)
		return;
	Turns turns = turns_read(fd);
	for (guint i = 0; i < G_N_ELEMENTS(turns.turn); i++)
		if (turns.turn[i].slot == job->slot->number)
			turns.turn[i] = (Turn){0};
	(void)!turns_write(fd, &turns);
	close(fd);
}

#include "steps/power.h"

#include "core/failure.h"
#include "steps/hub_turn.h"
#include "steps/kinds.h"
#include "steps/rom_use.h"

#include <string.h>

enum {
	/* A pins controller answers within milliseconds; this is for one that does not. */
	CUT_MS = 3000,
	/* From power-on to a ROM that hears a reset, and how long that has to last. The ROM starts within
	 * 50 ms (an assumption, as in the virtual fixture); the data sheet wants some microseconds. */
	ROM_START_MS = 100,
	RESET_MS = 20,
	OFF_MS = 500, /* as a cycle without an off_time of its own */
};

static gboolean set_wire(Job *job, Watch *watch, Signal signal, gboolean active, GError **error)
{
	gboolean set;

	if (job->pins == NULL || job->slot->pins[signal].controller == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
			"slot %u has no %s wire in fixture '%s'", job->slot->number,
			signal_word(signal), job->fixture->name);
		return FALSE;
	}
	set = pins_set(job->pins, job->slot->number, signal, active, watch, error);
	if (signal == SIGNAL_POWER)
		job->dark_us = active ? 0 : g_get_monotonic_time();
	return set;
}

/* A fixture need not have BOOT0 and NRST wires. */
static gboolean release_wire(Job *job, Watch *watch, Signal signal, GError **error)
{
	return job->slot->pins[signal].controller == NULL ||
	       set_wire(job, watch, signal, FALSE, error);
}

static gboolean switch_off(Job *job, Watch *watch, GError **error)
{
	/* While there still is something to let go of. */
	job_close_openocd(job);
	/* A BOOT0 that stayed active would feed the board through its pin. */
	if (set_wire(job, watch, SIGNAL_POWER, FALSE, error) &&
		release_wire(job, watch, SIGNAL_BOOT0, error)) {
		job_drop_device(job);
		return TRUE;
	}
	job_close_device(job);
	return FALSE;
}

gboolean power_reset(Job *job, GError **error)
{
	if (!hub_turn_take(job, error) || !set_wire(job, &job->watch, SIGNAL_NRST, TRUE, error) ||
		!watch_sleep(&job->watch, RESET_MS, error))
		return FALSE;
	job->started_us = g_get_monotonic_time();
	return set_wire(job, &job->watch, SIGNAL_NRST, FALSE, error);
}

/* The ROM of silicon whose first start since power-on has no USB (boards.md section 4.2). */
static gboolean reset_once_more(Job *job, GError **error)
{
	if (!watch_sleep(&job->watch, ROM_START_MS, error) || !power_reset(job, error))
		return FALSE;
	job_note(job, "one more reset after power-on, for the ROM bootloader's USB");
	return TRUE;
}

/* Its time counts from when power really came. */
static void note_turn(Job *job)
{
	guint ms;
	const char *before = pins_waited(job->pins, &ms);

	if (!before)
		return;
	job->started_us += (gint64)ms * 1000;
	job_note(job, "power-on waited %u ms for %s, as the fixture's max_inrush_ma wants it", ms,
		before);
}

/* BOOT0 and NRST are sampled as power comes: they have to stand before it. */
static gboolean switch_on(Job *job, gboolean rom, GError **error)
{
	Watch *watch = &job->watch;

	if (!rom && !hub_turn_take(job, error))
		return FALSE;
	job->started_us = g_get_monotonic_time();
	if (!(rom ? set_wire(job, watch, SIGNAL_BOOT0, TRUE, error)
		  : release_wire(job, watch, SIGNAL_BOOT0, error)) ||
		!release_wire(job, watch, SIGNAL_NRST, error) ||
		!set_wire(job, watch, SIGNAL_POWER, TRUE, error))
		return FALSE;
	note_turn(job);
	return !rom || !rom_use_needs_reset(job) || reset_once_more(job, error);
}

static gboolean cycle(Job *job, guint off_ms, gboolean rom, GError **error)
{
	guint dark_ms;

	if (!switch_off(job, &job->watch, error))
		return FALSE;
	dark_ms = (guint)((g_get_monotonic_time() - job->dark_us) / G_TIME_SPAN_MILLISECOND);
	return watch_sleep(&job->watch, off_ms - MIN(off_ms, dark_ms), error) &&
	       switch_on(job, rom, error);
}

/* ---- for other steps ------------------------------------------------------------------------- */

gboolean power_cycle(Job *job, guint off_ms, GError **error)
{
	return cycle(job, off_ms, FALSE, error);
}

gboolean power_restart(Job *job, GError **error)
{
	return power_cycle(job, OFF_MS, error);
}

gboolean power_off(Job *job, GError **error)
{
	return switch_off(job, &job->watch, error);
}

gboolean power_on(Job *job, GError **error)
{
	return switch_on(job, FALSE, error);
}

gboolean power_release_boot0(Job *job, GError **error)
{
	return release_wire(job, &job->watch, SIGNAL_BOOT0, error);
}

void power_let_go(Job *job)
{
	Watch watch = {0};

	/* Whoever ends the run cuts it anyway, and tells of it where that fails. */
	watch_begin(&watch, CUT_MS, 0);
	if (!job->device || !job->pins || !job->slot->pins[SIGNAL_POWER].controller ||
		!switch_off(job, &watch, NULL))
		job_close_device(job);
}

void power_cut(Job *job, const char *why)
{
	g_autoptr(GError) error = NULL;
	Watch watch = {.stop = job->watch.stop};

	/* The step's own time may be over. */
	watch_begin(&watch, CUT_MS, 0);
	if (switch_off(job, &watch, &error))
		job_note(job, "the board's power is off: %s", why);
	else
		job_note(job, "the board's power could not be switched off: %s", error->message);
}

/* ---- the step -------------------------------------------------------------------------------- */

static gboolean closes(const Step *step)
{
	return strcmp(step_text(step, "state"), "on") != 0;
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	if (step_bool(step, "boot0") && strcmp(step_text(step, "state"), "off") == 0)
		problems_add(problems, step->args->place,
			"'boot0: true' says how the board starts; with 'state: \"off\"' it does "
			"not");
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const char *state = step_text(step, "state");
	gboolean rom = step_bool(step, "boot0");

	if (strcmp(state, "on") == 0)
		return switch_on(job, rom, error);
	if (strcmp(state, "off") == 0)
		return switch_off(job, &job->watch, error);
	return cycle(job, (guint)step_int(step, "off_time"), rom, error);
}

static const char *const states[] = {"on", "off", "cycle", NULL};

static const Field fields[] = {
	{"state", FIELD_WORD, TRUE, .words = states,
		.help = "on; off; or cycle: off, a pause, and on again"},
	{"off_time", FIELD_DURATION, .low = 1, .high = 30000, .fallback = "500ms",
		.help = "how long a cycle leaves the board without power"},
	{"boot0", FIELD_BOOL, .fallback = "false",
		.help = "true holds BOOT0 active as power comes: the chip starts its ROM "
			"bootloader"},
	{NULL},
};

const StepKind step_power = {
	.name = "power",
	.summary = "Switches the board's supply; NRST is inactive before it comes on, and so "
		   "is BOOT0 unless asked for.",
	.fields = fields,
	.deadline_ms = 40000,
	.closes = closes,
	.check = check,
	.run = run,
};

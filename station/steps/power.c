#include "core/failure.h"
#include "steps/job.h"
#include "steps/kinds.h"

#include <string.h>

static gboolean set_wire(Job *job, Signal signal, gboolean active, GError **error)
{
	if (job->pins == NULL || job->slot->pins[signal].controller == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
			"slot %u has no %s wire in fixture '%s'", job->slot->number,
			signal_word(signal), job->fixture->name);
		return FALSE;
	}
	return pins_set(job->pins, job->slot->number, signal, active, &job->watch, error);
}

/* A fixture need not have BOOT0 and NRST wires. */
static gboolean release_wire(Job *job, Signal signal, GError **error)
{
	return job->slot->pins[signal].controller == NULL || set_wire(job, signal, FALSE, error);
}

static gboolean power_off(Job *job, GError **error)
{
	/* While there still is something to let go of. */
	job_close_openocd(job);
	job_close_device(job);
	/* A BOOT0 that stayed active would feed the board through its pin. */
	return set_wire(job, SIGNAL_POWER, FALSE, error) && release_wire(job, SIGNAL_BOOT0, error);
}

/* BOOT0 and NRST are sampled as power comes: they have to stand before it. */
static gboolean power_on(Job *job, const Step *step, GError **error)
{
	gboolean rom = step_bool(step, "boot0");

	job->started_us = g_get_monotonic_time();
	return (rom ? set_wire(job, SIGNAL_BOOT0, TRUE, error)
		    : release_wire(job, SIGNAL_BOOT0, error)) &&
	       release_wire(job, SIGNAL_NRST, error) && set_wire(job, SIGNAL_POWER, TRUE, error);
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
	if (strcmp(state, "on") == 0)
		return power_on(job, step, error);
	if (!power_off(job, error))
		return FALSE;
	if (strcmp(state, "off") == 0)
		return TRUE;
	return watch_sleep(&job->watch, (guint)step_int(step, "off_time"), error) &&
	       power_on(job, step, error);
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
	.check = check,
	.run = run,
};

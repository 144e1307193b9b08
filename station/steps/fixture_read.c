/* fixture.read: an input of the fixture has to be as the recipe wants it. */
#include "core/failure.h"
#include "steps/job.h"
#include "steps/kinds.h"

/* The keeper's own rhythm (line/keeper_inputs.h). */
#define LOOK_MS 20

static const char *const signals[] = {"present", "lid", "start", NULL};

/* The slot's own wire, or the fixture's. */
static gboolean find_wire(const Job *job, Signal signal, guint *slot, GError **error)
{
	*slot = job->slot->pins[signal].controller ? job->slot->number : 0;
	if (*slot || fixture_pin(job->fixture, 0, signal))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_PINS_MISSING,
		"neither slot %u nor fixture '%s' has a %s wire", job->slot->number,
		job->fixture->name, signal_word(signal));
	return FALSE;
}

/* Until it is as wanted, or that long; *seen is what it was at the end. */
static gboolean await_level(Job *job, guint slot, Signal signal, gboolean wanted, guint ms,
	gboolean *seen, GError **error)
{
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	for (;;) {
		if (!pins_read(job->pins, slot, signal, seen, &job->watch, error))
			return FALSE;
		if (*seen == wanted || g_get_monotonic_time() >= until)
			return TRUE;
		if (!watch_sleep(&job->watch, LOOK_MS, error))
			return FALSE;
	}
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	const char *word = step_text(step, "signal");
	gboolean wanted = step_bool(step, "active"), seen = FALSE;
	guint within = (guint)step_int(step, "within"), slot;
	g_autofree char *name = g_strconcat("fixture.", word, NULL);
	Signal signal;

	if (!signal_from_word(word, &signal))
		g_assert_not_reached(); /* the schema has checked it */
	if (!find_wire(job, signal, &slot, error) ||
		!await_level(job, slot, signal, wanted, within, &seen, error))
		return FALSE;
	job_text(job, name, seen ? "active" : "inactive");
	if (seen == wanted)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_INPUT_NOT_SEEN, "input '%s' of %s is %s after %u ms",
		word, slot ? "the slot" : "the fixture", seen ? "active" : "not active", within);
	return FALSE;
}

static const Field fields[] = {
	{"signal", FIELD_WORD, TRUE, .words = signals,
		.help = "the slot's input, or the fixture's where the slot has none"},
	{"active", FIELD_BOOL, .fallback = "true", .help = "how it has to be"},
	{"within", FIELD_DURATION, .low = 0, .high = 600000, .fallback = "0ms",
		.help = "how long it is waited for"},
	{NULL},
};

const StepKind step_fixture_read = {
	.name = "fixture.read",
	.summary = "Reads one of the fixture's inputs, and waits until it is as it has to be.",
	.fields = fields,
	.deadline_ms = 610000,
	.run = run,
};

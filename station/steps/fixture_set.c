/* fixture.set: an output of the fixture, other than the supply: a lamp, the buzzer, a wire of the board. */
#include "core/failure.h"
#include "steps/job.h"
#include "steps/kinds.h"

static const char *const signals[] = {
	"boot0", "nrst", "lamp-red", "lamp-yellow", "lamp-green", "lamp-blue", "buzzer", NULL};

static gboolean run(Job *job, const Step *step, GError **error)
{
	gboolean active = step_bool(step, "active");
	guint ms = (guint)step_int(step, "for"), slot = job->slot->number;
	Signal signal;

	if (!signal_from_word(step_text(step, "signal"), &signal))
		g_assert_not_reached(); /* the schema has checked it */
	if (!signal_of_slot(signal))
		slot = 0;
	if (!pins_set(job->pins, slot, signal, active, &job->watch, error))
		return FALSE;
	return !ms || (watch_sleep(&job->watch, ms, error) &&
			      pins_set(job->pins, slot, signal, !active, &job->watch, error));
}

static const Field fields[] = {
	{"signal", FIELD_WORD, TRUE, .words = signals,
		.help = "the slot's wire, or the fixture's buzzer; its supply has a step of its "
			"own"},
	{"active", FIELD_BOOL, .fallback = "true",
		.help = "true: it does what its name says; false: it does not"},
	{"for", FIELD_DURATION, .low = 1, .high = 30000,
		.help = "after so long it is set back; absent: it stays"},
	{NULL},
};

const StepKind step_fixture_set = {
	.name = "fixture.set",
	.summary = "Sets one of the fixture's outputs: a lamp, the buzzer, BOOT0 or reset.",
	.fields = fields,
	.deadline_ms = 40000,
	.run = run,
};

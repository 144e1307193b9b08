/*
 * power.measure: what a board draws, against limits.
 *
 *   idle    as it is, for `time`:                     power.idle_ma, the mean
 *   boot    off, on, and from then on for `time`:     power.off_ma, power.boot_ma, power.inrush_ma: the peak
 *
 * A current monitor averages over half a millisecond, and a reading takes some: a short peak is seen lower
 * than it is.
 */
#include "core/failure.h"
#include "steps/job.h"
#include "steps/kinds.h"
#include "steps/power.h"

#include <math.h>
#include <string.h>

enum { OFF_MS = 500 };
/* Below that nothing is there to draw it: a monitor's own error is some steps of 0.1 mA (TI SBOS448G). */
#define NOTHING_MA 1.0

typedef struct {
	double sum, peak;
	double millivolt; /* the lowest */
	guint count;
} Course;

static gboolean sample(Job *job, Course *course, GError **error)
{
	PinsFlow flow;

	if (!pins_measure(job->pins, job->slot->number, &flow, &job->watch, error))
		return FALSE;
	course->sum += flow.milliampere;
	course->peak = course->count ? fmax(course->peak, flow.milliampere) : flow.milliampere;
	course->millivolt =
		course->count ? fmin(course->millivolt, flow.millivolt) : flow.millivolt;
	course->count++;
	return TRUE;
}

/* As fast as the monitor is read; once at least. */
static gboolean follow(Job *job, guint ms, Course *course, GError **error)
{
	gint64 until = g_get_monotonic_time() + (gint64)ms * 1000;

	do {
		if (!watch_ok(&job->watch, error) || !sample(job, course, error))
			return FALSE;
	} while (g_get_monotonic_time() < until);
	return TRUE;
}

static double limit(const Step *step, const char *key)
{
	return node_get(step->args, key) ? (double)step_int(step, key) : NAN;
}

/* Records it; outside its limits it is the board's fault. */
static gboolean judge(
	Job *job, const char *name, double value, double low, double high, GError **error)
{
	job_value(job, name, value, "mA", low, high);
	if (!(value < low) && !(value > high))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_CURRENT_OUT_OF_LIMITS, "%s is %.1f mA, %s %.0f mA",
		name, value, value < low ? "below" : "above", value < low ? low : high);
	return FALSE;
}

/* No board, no contact, no supply: it cannot be told which. */
static gboolean draws(const Course *course, double mean, GError **error)
{
	if (mean >= NOTHING_MA || course->peak >= NOTHING_MA)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_NO_CURRENT,
		"the slot draws %.1f mA at %.0f mV: no board, no contact, or no supply", mean,
		course->millivolt);
	return FALSE;
}

static gboolean restart(Job *job, GError **error)
{
	Course off = {0};

	if (!power_off(job, error) || !watch_sleep(&job->watch, OFF_MS, error) ||
		!follow(job, 0, &off, error))
		return FALSE;
	job_value(job, "power.off_ma", off.sum, "mA", NAN, NAN);
	return power_on(job, error);
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	gboolean boot = !strcmp(step_text(step, "phase"), "boot");
	Course course = {0};
	double mean;

	if ((boot && !restart(job, error)) ||
		!follow(job, (guint)step_int(step, "time"), &course, error))
		return FALSE;
	mean = course.sum / course.count;
	if (!draws(&course, mean, error))
		return FALSE;
	job_value(job, "power.min_mv", course.millivolt, "mV", NAN, NAN);
	if (boot &&
		!judge(job, "power.inrush_ma", course.peak, NAN, limit(step, "max_peak_ma"), error))
		return FALSE;
	return judge(job, boot ? "power.boot_ma" : "power.idle_ma", mean, limit(step, "min_ma"),
		limit(step, "max_ma"), error);
}

/* A boot begins with the power off. */
static gboolean closes(const Step *step)
{
	return !strcmp(step_text(step, "phase"), "boot");
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *peak = node_get(step->args, "max_peak_ma");

	if (peak && strcmp(step_text(step, "phase"), "boot"))
		problems_add(problems, peak->place,
			"'max_peak_ma' is about the moment when power comes: 'phase: boot'");
	if (node_get(step->args, "min_ma") && node_get(step->args, "max_ma") &&
		step_int(step, "min_ma") > step_int(step, "max_ma"))
		problems_add(problems, step->args->place, "'min_ma' is above 'max_ma'");
}

static const char *const phases[] = {"idle", "boot", NULL};

static const Field fields[] = {
	{"phase", FIELD_WORD, TRUE, .words = phases,
		.help = "idle: as the board is; boot: its power goes and comes, and it starts"},
	{"time", FIELD_DURATION, .low = 1, .high = 30000, .fallback = "500ms",
		.help = "for how long it is measured"},
	{"min_ma", FIELD_INT, FALSE, 0, 10000, .help = "the least that the mean may be, in mA"},
	{"max_ma", FIELD_INT, FALSE, 0, 10000, .help = "the most that the mean may be, in mA"},
	{"max_peak_ma", FIELD_INT, FALSE, 0, 10000,
		.help = "the most that may be seen at once as power comes, in mA"},
	{NULL},
};

const StepKind step_power_measure = {
	.name = "power.measure",
	.summary = "Measures what the board draws, by the slot's current monitor, against limits.",
	.fields = fields,
	.deadline_ms = 40000,
	.closes = closes,
	.check = check,
	.run = run,
};

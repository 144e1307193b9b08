#include "line/slotrun_parts.h"
#include "steps/job.h"

#include <math.h>

static void broken_protocol(SlotRun *run, const char *what)
{
	slotrun_blame(run, FAILURE_STATION_INTERNAL, "the job %s", what);
	child_kill(run->child);
}

static void take_step(SlotRun *run, const Event *event)
{
	const GPtrArray *steps = run->context->recipe->steps;

	if (run->in_step || run->step_failed || event->index != run->step ||
		event->index >= steps->len ||
		g_strcmp0(event->step, ((const Step *)steps->pdata[event->index])->id) != 0) {
		broken_protocol(run, "began a step that is not the next one");
		return;
	}
	run->in_step = TRUE;
	run->step_us = g_get_monotonic_time();
	run->done = run->total = 0;
	g_clear_pointer(&run->phase, g_free);
	slotrun_arm(run);
}

static void take_progress(SlotRun *run, const Event *event)
{
	/* Only what moved is progress: the same figures again are not. */
	if (event->done == run->done && event->total == run->total &&
		g_strcmp0(event->phase, run->phase) == 0)
		return;
	g_free(run->phase);
	run->phase = g_strdup(event->phase);
	run->done = event->done;
	run->total = event->total;
	slotrun_arm_stall(run);
	if (g_strcmp0(event->phase, WATCH_TURN) == 0)
		slotrun_extend(run, event->done);
}

static void take_value(SlotRun *run, const Event *event)
{
	JournalValue row = {.step = run->step,
		.name = event->name,
		.text = event->text,
		.value = event->has_value ? event->value : NAN,
		.low = event->has_low ? event->low : NAN,
		.high = event->has_high ? event->high : NAN,
		.unit = event->unit};

	if (strcmp(event->name, JOB_FIRMWARE_STOPPED) == 0 && event->has_value)
		run->stopped_ms = event->value;
	if (!run->in_step)
		broken_protocol(run, "told a value outside of a step");
	else
		slotrun_write_value(run, &row);
}

/* What a step thought worth telling stands between its values, where it was told. */
static void take_note(SlotRun *run, const Event *event)
{
	const Event value = {.kind = EVENT_VALUE, .name = (char *)"note", .text = event->text};

	take_value(run, &value);
}

/* A chip that has a serial already keeps it; the run can begin then. */
static gboolean settle_serial(SlotRun *run, GError **error)
{
	g_autoptr(GError) failure = NULL;
	char *own;

	if (run->id)
		return TRUE;
	own = journal_serial_of(run->context->journal, run->uid, &failure);
	if (own) {
		g_free(run->serial);
		run->serial = own;
	}
	if (!failure)
		return slotrun_begin(run, error);
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean check_passed(const SlotRun *run, GError **error)
{
	gint64 passed = 0;

	if (run->once)
		passed = journal_passed(
			run->context->journal, run->uid, run->context->recipe->sha256, error);
	if (passed > 0)
		g_set_error(error, FAILURE, FAILURE_ALREADY_PASSED,
			"this board, %s, has passed this recipe in run %" G_GINT64_FORMAT,
			run->serial, passed);
	return passed == 0;
}

/* The line is asked first: where two slots see one chip, nothing may be bound. */
static gboolean permit(SlotRun *run, GError **error)
{
	SlotRunContext *context = run->context;

	return settle_serial(run, error) && context->may(run, run->uid, context->line, error) &&
	       journal_bind(context->journal, run->id, run->uid, error) && check_passed(run, error);
}

static void take_identify(SlotRun *run, const Event *event)
{
	gint64 begin_us = g_get_monotonic_time();
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = NULL;

	g_free(run->uid);
	run->uid = g_strdup(event->text);
	if (permit(run, &error)) {
		answer = g_strdup_printf("go %s\n", run->serial);
	} else {
		g_strdelimit(error->message, "\r\n", ' ');
		answer = g_strdup_printf(
			"stop %s %.900s\n", failure_of(error)->word, error->message);
	}
	child_tell(run->child, answer);
	if (run->in_step)
		slotrun_excuse(run, begin_us);
}

static void close_question(SlotRun *run)
{
	g_clear_pointer(&run->question, g_free);
	g_clear_pointer(&run->answers, g_free);
}

static void take_ask(SlotRun *run, const Event *event)
{
	if (!run->in_step || run->question) {
		broken_protocol(run, "asked something outside of a step, or twice");
		return;
	}
	run->question = g_strdup(event->text);
	run->answers = g_strdup(event->answers);
}

gboolean slotrun_answer(SlotRun *run, const char *answer)
{
	g_auto(GStrv) offered = run->answers ? g_strsplit(run->answers, " ", -1) : NULL;
	g_autofree char *line = NULL;

	if (!offered || !g_strv_contains((const char *const *)offered, answer))
		return FALSE;
	line = g_strdup_printf("answer %s\n", answer);
	child_tell(run->child, line);
	/* Answered once: what comes late would be taken for the answer to something else. */
	close_question(run);
	return TRUE;
}

static void take_step_end(SlotRun *run, const Event *event)
{
	if (!run->in_step) {
		broken_protocol(run, "ended a step that it had not begun");
		return;
	}
	close_question(run);
	slotrun_write_step(run, event->verdict, event->code, event->seen);
	if (event->verdict == VERDICT_PASS)
		run->step++;
	else
		run->step_failed = TRUE;
	slotrun_arm(run);
}

static void take_end(SlotRun *run, const Event *event)
{
	run->said_end = TRUE;
	run->said_verdict = event->verdict;
	run->cpu_ms = event->cpu_ms;
	run->tools_cpu_ms = event->tools_cpu_ms;
	run->peak_kib = event->peak_kib;
	if (event->verdict == VERDICT_PASS)
		return;
	if (!run->failure) {
		const Failure *failure = event->code ? failure_from_word(event->code) : NULL;

		run->failure = failure ? failure : failure_row(FAILURE_STATION_INTERNAL);
		run->seen = g_strdup(event->seen ? event->seen : "the job said no more");
		g_free(run->failed_step);
		run->failed_step = g_strdup(event->step);
	}
}

static void take(SlotRun *run, const Event *event)
{
	switch (event->kind) {
	case EVENT_STEP:
		take_step(run, event);
		break;
	case EVENT_PROGRESS:
		take_progress(run, event);
		break;
	case EVENT_VALUE:
		take_value(run, event);
		break;
	case EVENT_IDENTIFY:
		take_identify(run, event);
		break;
	case EVENT_ASK:
		take_ask(run, event);
		break;
	case EVENT_STEP_END:
		take_step_end(run, event);
		break;
	case EVENT_END:
		take_end(run, event);
		break;
	case EVENT_NOTE:
		take_note(run, event);
		break;
	}
}

void slotrun_take_line(Child *child, const char *line, gsize length, gpointer data)
{
	SlotRun *run = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(Event) event = line ? event_parse(line, length, &error) : NULL;

	if (!event) {
		broken_protocol(run, "said something that is no event");
		return;
	}
	if (run->said_end) {
		broken_protocol(run, "went on after its end");
		return;
	}
	take(run, event);
	run->context->changed(run, event, run->context->line);
}

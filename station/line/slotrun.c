#include "line/slotrun.h"
#include "core/text.h"

#include <math.h>
#include <sys/wait.h>

/* What the controller adds to a step's own bounds before it acts from outside: the job is to find out
 * itself, with better words. */
#define GRACE_MS 3000
/* From the start of a process, or the end of a step, to the next thing that it says. */
#define SILENCE_MS 30000
/* Ctrl-C is over within 5 s: what a job may take to tidy up, what the keeper may take to answer, and
 * what the line gives the keeper to end (line.c), each 1.5 s then. */
#define STOP_MS      1500
#define SAFE_MS      5000
#define STOP_SAFE_MS 1500

static void fail(SlotRun *run, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The first failure is the cause; what follows from it is not. */
static void fail(SlotRun *run, int code, const char *format, ...)
{
	va_list args;

	if (run->failure)
		return;
	va_start(args, format);
	run->failure = failure_row(code);
	run->seen = g_strdup_vprintf(format, args);
	va_end(args);
	if (!run->failed_step && slotrun_step(run))
		run->failed_step = g_strdup(slotrun_step(run)->id);
}

const Step *slotrun_step(const SlotRun *run)
{
	const GPtrArray *steps = run->context->recipe->steps;

	return run->in_step && run->step < steps->len ? steps->pdata[run->step] : NULL;
}

static void disarm(SlotRun *run)
{
	g_clear_handle_id(&run->deadline_source, g_source_remove);
	g_clear_handle_id(&run->stall_source, g_source_remove);
}

static gboolean on_deadline(gpointer data)
{
	SlotRun *run = data;
	const Step *step = slotrun_step(run);

	run->deadline_source = 0;
	if (step)
		fail(run, FAILURE_JOB_HUNG, "step %s did not end within its %u s and %u s more",
			step->id, step->deadline_ms / 1000, GRACE_MS / 1000);
	else
		fail(run, FAILURE_JOB_HUNG, "the job said nothing for %u s", SILENCE_MS / 1000);
	child_kill(run->child);
	return G_SOURCE_REMOVE;
}

static gboolean on_stall(gpointer data)
{
	SlotRun *run = data;
	const Step *step = slotrun_step(run);

	run->stall_source = 0;
	fail(run, FAILURE_STEP_STALL, "step %s made no progress for %u s at %s %" G_GUINT64_FORMAT,
		step->id, step->stall_ms / 1000, run->phase ? run->phase : "its start", run->done);
	child_kill(run->child);
	return G_SOURCE_REMOVE;
}

static void arm(SlotRun *run)
{
	const Step *step = slotrun_step(run);

	disarm(run);
	run->deadline_source =
		g_timeout_add(step ? step->deadline_ms + GRACE_MS : SILENCE_MS, on_deadline, run);
	if (step && step->stall_ms)
		run->stall_source = g_timeout_add(step->stall_ms + GRACE_MS, on_stall, run);
}

static void arm_stall(SlotRun *run)
{
	const Step *step = slotrun_step(run);

	g_clear_handle_id(&run->stall_source, g_source_remove);
	if (step && step->stall_ms)
		run->stall_source = g_timeout_add(step->stall_ms + GRACE_MS, on_stall, run);
}

/* The journal cannot be written: the run cannot be proven, whatever the board did. */
static void journal_failed(SlotRun *run, const GError *error)
{
	fail(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
	if (run->child)
		child_kill(run->child);
}

static void write_step(SlotRun *run, Verdict verdict, const char *code, const char *seen)
{
	const Step *step = run->context->recipe->steps->pdata[run->step];
	gint64 now = g_get_monotonic_time();
	JournalStep row = {.index = run->step,
		.id = step->id,
		.kind = step->kind->name,
		.offset_ms = (run->step_us - run->begin_us) / 1000,
		.ms = (now - run->step_us) / 1000,
		.verdict = verdict,
		.code = code,
		.seen = seen};
	g_autoptr(GError) error = NULL;

	run->in_step = FALSE;
	if (!journal_step(run->context->journal, run->id, &row, &error))
		journal_failed(run, error);
}

static void broken_protocol(SlotRun *run, const char *what)
{
	fail(run, FAILURE_STATION_INTERNAL, "the job %s", what);
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
	arm(run);
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
	arm_stall(run);
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
	g_autoptr(GError) error = NULL;

	if (!run->in_step)
		broken_protocol(run, "told a value outside of a step");
	else if (!journal_value(run->context->journal, run->id, &row, &error))
		journal_failed(run, error);
}

static void take_identify(SlotRun *run, const Event *event)
{
	SlotRunContext *context = run->context;
	g_autoptr(GError) error = NULL;
	g_autofree char *answer = NULL;

	g_free(run->uid);
	run->uid = g_strdup(event->text);
	if (context->may(run, run->uid, context->line, &error) &&
		journal_bind(context->journal, run->id, run->uid, &error)) {
		child_tell(run->child, "go\n");
		return;
	}
	g_strdelimit(error->message, "\r\n", ' ');
	answer = g_strdup_printf("stop %s %.900s\n", failure_of(error)->word, error->message);
	child_tell(run->child, answer);
}

static void take_step_end(SlotRun *run, const Event *event)
{
	if (!run->in_step) {
		broken_protocol(run, "ended a step that it had not begun");
		return;
	}
	write_step(run, event->verdict, event->code, event->seen);
	if (event->verdict == VERDICT_PASS)
		run->step++;
	else
		run->step_failed = TRUE;
	arm(run);
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
	case EVENT_STEP_END:
		take_step_end(run, event);
		break;
	case EVENT_END:
		take_end(run, event);
		break;
	case EVENT_NOTE:
		break;
	}
}

static void on_line(Child *child, const char *line, gsize length, gpointer data)
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

/* The board may be touched only when its power is off: also after a PASS. */
static void make_safe(SlotRun *run)
{
	SlotRunContext *context = run->context;
	g_autoptr(GError) error = NULL;
	Watch watch = {0};

	watch_begin(&watch, run->stopping ? STOP_SAFE_MS : SAFE_MS, 0);
	if (!context->pins)
		fail(run, FAILURE_PINS_LOST, "the keeper of the fixture's pins is gone");
	else if (!pins_set(context->pins, run->slot->number, SIGNAL_POWER, FALSE, &watch, &error))
		fail(run, FAILURE_PINS_LOST, "power could not be taken off: %s", error->message);
}

static void judge(SlotRun *run, int status)
{
	g_autofree char *said = child_diagnostics(run->child);
	gboolean all = run->step == run->context->recipe->steps->len && !run->in_step;

	g_strdelimit(g_strchomp(said), "\n", ' ');
	if (run->stopping && !(run->said_end && run->said_verdict == VERDICT_PASS)) {
		g_clear_pointer(&run->seen, g_free);
		run->failure = NULL;
		fail(run, FAILURE_STOPPED, "stopped by the operator");
	}
	if (!run->said_end && WIFSIGNALED(status))
		fail(run, FAILURE_JOB_DIED, "the job was ended by signal %d; it last said: %s",
			WTERMSIG(status), said);
	else if (!run->said_end)
		fail(run, FAILURE_JOB_DIED,
			"the job ended with status %d before its end; it last said: %s",
			WEXITSTATUS(status), said);
	else if (run->said_verdict == VERDICT_PASS &&
		 (!all || !WIFEXITED(status) || WEXITSTATUS(status)))
		fail(run, FAILURE_STATION_INTERNAL,
			"the job said PASS after %u of %u steps, with status 0x%x", run->step,
			run->context->recipe->steps->len, (guint)status);
}

static void commit(SlotRun *run)
{
	g_autofree char *log = run->child ? child_diagnostics(run->child) : NULL;
	JournalEnd end = {.verdict = run->failure ? run->failure->verdict : VERDICT_PASS,
		.ms = (run->end_us - run->begin_us) / 1000,
		.log = run->failure && log && *log ? log : NULL};
	g_autoptr(GError) error = NULL;

	if (run->failure) {
		end.blame = run->failure->blame;
		end.code = run->failure->word;
		end.advice = run->failure->advice;
		end.step = run->failed_step;
		end.seen = run->seen;
	}
	if (run->id && !journal_end(run->context->journal, run->id, &end, &error)) {
		/* Whatever it was: it is not on record, and so it is not shown. */
		g_clear_pointer(&run->seen, g_free);
		run->failure = NULL;
		fail(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
	}
	run->verdict = run->failure ? run->failure->verdict : VERDICT_PASS;
}

static void finish(SlotRun *run)
{
	run->end_us = g_get_monotonic_time();
	commit(run);
	run->context->changed(run, NULL, run->context->line);
	run->context->over(run, run->context->line);
}

static void on_end(Child *child, int status, gpointer data)
{
	SlotRun *run = data;

	disarm(run);
	g_clear_handle_id(&run->kill_source, g_source_remove);
	judge(run, status);
	make_safe(run);
	if (run->in_step)
		write_step(run, run->failure ? run->failure->verdict : VERDICT_ERROR,
			run->failure ? run->failure->word : NULL, run->seen);
	finish(run);
}

static gboolean start_job(SlotRun *run, GError **error)
{
	const Rundir *rundir = run->context->rundir;
	g_autofree char *number = g_strdup_printf("%u", run->slot->number);
	g_autofree char *work = rundir_slot(rundir, run->slot->number, error);
	const char *args[] = {"job", "--ask", "--recipe", rundir->recipe, "--fixture",
		rundir->fixture, "--images", rundir->images, "--keeper", rundir->keeper, "--work",
		work, "--slot", number, "--serial", run->serial, NULL};

	if (!work)
		return FALSE;
	run->child = child_start(args, on_line, on_end, run, error);
	return run->child != NULL;
}

gboolean slotrun_start(SlotRun *run, GError **error)
{
	JournalRun about = run->context->about;
	g_autoptr(GError) failure = NULL;

	about.serial = run->serial;
	about.slot = run->slot->number;
	run->begin_us = run->step_us = g_get_monotonic_time();
	run->id = journal_begin(run->context->journal, &about, &failure);
	if (run->id && start_job(run, &failure)) {
		arm(run);
		run->context->changed(run, NULL, run->context->line);
		return TRUE;
	}
	run->failure = failure_of(failure);
	run->seen = g_strdup(failure->message);
	g_propagate_error(error, g_steal_pointer(&failure));
	finish(run);
	return FALSE;
}

static gboolean on_stop_over(gpointer data)
{
	SlotRun *run = data;

	run->kill_source = 0;
	child_kill(run->child);
	return G_SOURCE_REMOVE;
}

void slotrun_stop(SlotRun *run)
{
	if (run->verdict != VERDICT_RUNNING || !run->child || run->stopping)
		return;
	run->stopping = TRUE;
	child_terminate(run->child);
	run->kill_source = g_timeout_add(STOP_MS, on_stop_over, run);
}

void slotrun_fail(SlotRun *run, int code, const char *seen)
{
	if (run->verdict != VERDICT_RUNNING || !run->child)
		return;
	fail(run, code, "%s", seen);
	child_kill(run->child);
}

SlotRun *slotrun_new(SlotRunContext *context, const Slot *slot, const char *serial)
{
	SlotRun *run = g_new0(SlotRun, 1);

	run->context = context;
	run->slot = slot;
	run->serial = g_strdup(serial);
	return run;
}

void slotrun_free(SlotRun *run)
{
	disarm(run);
	g_clear_handle_id(&run->kill_source, g_source_remove);
	child_free(run->child);
	g_free(run->serial);
	g_free(run->phase);
	g_free(run->uid);
	g_free(run->failed_step);
	g_free(run->seen);
	g_free(run);
}

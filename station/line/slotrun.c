#include "line/slotrun_parts.h"
#include "core/text.h"

#include <sys/wait.h>

/* Ctrl-C is over within 5 s: what a job may take to tidy up, what the keeper may take to answer, and
 * what the line gives the keeper to end (line.c), each 1.5 s then. */
#define STOP_MS      1500
#define SAFE_MS      5000
#define STOP_SAFE_MS 1500

void slotrun_blame(SlotRun *run, int code, const char *format, ...)
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

void slotrun_overrule(SlotRun *run, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_free(run->seen);
	run->seen = g_strdup_vprintf(format, args);
	va_end(args);
	run->failure = failure_row(code);
}

const Step *slotrun_step(const SlotRun *run)
{
	const GPtrArray *steps = run->context->recipe->steps;

	return run->in_step && run->step < steps->len ? steps->pdata[run->step] : NULL;
}

/* The board may be touched only when its power is off, also after a PASS; and no wire feeds it then. */
static void make_safe(SlotRun *run)
{
	static const Signal wires[] = {SIGNAL_POWER, SIGNAL_BOOT0};
	Watch watch = {0};

	watch_begin(&watch, run->stopping ? STOP_SAFE_MS : SAFE_MS, 0);
	if (!run->context->pins)
		slotrun_blame(run, FAILURE_PINS_LOST, "the keeper of the fixture's pins is gone");
	for (gsize i = 0; run->context->pins && i < G_N_ELEMENTS(wires); i++) {
		g_autoptr(GError) error = NULL;

		if (run->slot->pins[wires[i]].controller &&
			!pins_set(run->context->pins, run->slot->number, wires[i], FALSE, &watch,
				&error))
			slotrun_blame(run, FAILURE_PINS_LOST, "%s could not be taken off: %s",
				signal_word(wires[i]), error->message);
	}
}

static void judge(SlotRun *run, int status)
{
	g_autofree char *said = child_diagnostics(run->child);
	gboolean all = run->step == run->context->recipe->steps->len && !run->in_step;

	g_strdelimit(g_strchomp(said), "\n", ' ');
	if (run->stopping && !(run->said_end && run->said_verdict == VERDICT_PASS)) {
		slotrun_overrule(run, FAILURE_STOPPED, "stopped by the operator");
	}
	if (!run->said_end && WIFSIGNALED(status))
		slotrun_blame(run, FAILURE_JOB_DIED,
			"the job was ended by signal %d; it last said: %s", WTERMSIG(status), said);
	else if (!run->said_end)
		slotrun_blame(run, FAILURE_JOB_DIED,
			"the job ended with status %d before its end; it last said: %s",
			WEXITSTATUS(status), said);
	else if (run->said_verdict == VERDICT_PASS &&
		 (!all || !WIFEXITED(status) || WEXITSTATUS(status)))
		slotrun_blame(run, FAILURE_STATION_INTERNAL,
			"the job said PASS after %u of %u steps, with status 0x%x", run->step,
			run->context->recipe->steps->len, (guint)status);
}

static gboolean inherits(const SlotRun *run)
{
	const GPtrArray *steps = run->context->recipe->steps;

	for (guint i = 0; i < steps->len; i++) {
		const Step *step = steps->pdata[i];

		if (g_strcmp0(step->id, run->failed_step) == 0)
			return step->kind->inherits;
	}
	return FALSE;
}

/* What of this run's or its board's past makes a drive that is not as it should be no proof against the board, newly
 * allocated; NULL: nothing does, or with `error`. */
static char *excuse(const SlotRun *run, GError **error)
{
	Journal *journal = run->context->journal;
	gint cut = journal_cut_off(journal, run->uid, run->id, error);
	gint known;

	if (cut < 0)
		return NULL;
	if (cut)
		return g_strdup("the board's last run was cut off");
	if (run->powered)
		return g_strdup("the board had power before this run, which cut it");
	if (run->stopped_ms <= 0)
		return NULL;
	/* A board that has been here before had its drive then. */
	known = run->uid ? journal_chip_known(journal, run->uid, run->id, error) : 0;
	return known ? NULL
		     : g_strdup_printf(
			       "the board came with firmware, which this run stopped %.1f s "
			       "after its power had come",
			       run->stopped_ms / 1000);
}

/* What half a drive may look like. Firmware falls over torn words as it starts, or when the host reads them: then it is off
 * the bus. */
static gboolean is_symptom(const Failure *failure)
{
	return failure->blame == BLAME_BOARD || failure == failure_row(FAILURE_BOOT_LOOP) ||
	       failure == failure_row(FAILURE_USB_LOST);
}

/* What the firmware makes at its first start it does not make again: where that was cut off, what is missing is no proof
 * against the board (boards.md section 2.5). */
static void doubt_inherited(SlotRun *run)
{
	g_autofree char *seen = NULL, *why = NULL;
	g_autoptr(GError) error = NULL;

	if (!run->failure || !run->id || !inherits(run) || !is_symptom(run->failure))
		return;
	why = excuse(run, &error);
	seen = g_strdup(run->seen);
	if (error)
		slotrun_overrule(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
	else if (why)
		slotrun_overrule(run, FAILURE_DRIVE_UNFINISHED, "%s, and now: %s", why, seen);
}

static void commit(SlotRun *run)
{
	g_autofree char *log = run->child ? child_diagnostics(run->child) : NULL;
	JournalEnd end = {.verdict = run->failure ? run->failure->verdict : VERDICT_PASS,
		.ms = (run->end_us - run->begin_us) / 1000,
		.log = run->failure && log && *log ? log : NULL};
	g_autoptr(GError) error = NULL;

	/* Whose it was did not come out: on record it is under the serial that was meant for it. */
	if (!run->id && run->reserved && !slotrun_begin(run, &error)) {
		slotrun_overrule(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
		g_clear_error(&error);
	}
	if (run->failure) {
		end.verdict = run->failure->verdict;
		end.blame = run->failure->blame;
		end.code = run->failure->word;
		end.advice = run->failure->advice;
		end.step = run->failed_step;
		end.seen = run->seen;
	}
	/* Whatever it was: where it is not on record, it is not shown. */
	if (run->id && !journal_end(run->context->journal, run->id, &end, &error))
		slotrun_overrule(run, FAILURE_JOURNAL_WRITE, "%s", error->message);
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

	slotrun_disarm(run);
	g_clear_handle_id(&run->kill_source, g_source_remove);
	judge(run, status);
	doubt_inherited(run);
	make_safe(run);
	if (run->context->judged)
		run->context->judged(run, run->context->line);
	if (run->in_step)
		slotrun_write_step(run, run->failure ? run->failure->verdict : VERDICT_ERROR,
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
	run->child = child_start(args, slotrun_take_line, on_end, run, error);
	return run->child != NULL;
}

gboolean slotrun_start(SlotRun *run, GError **error)
{
	g_autoptr(GError) failure = NULL;

	run->begin_us = run->step_us = g_get_monotonic_time();
	if ((run->reserved || slotrun_begin(run, &failure)) && start_job(run, &failure)) {
		slotrun_arm(run);
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
	slotrun_blame(run, code, "%s", seen);
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
	if (!run)
		return;
	slotrun_disarm(run);
	slotrun_held_clear(run);
	g_clear_handle_id(&run->kill_source, g_source_remove);
	child_free(run->child);
	g_free(run->serial);
	g_free(run->phase);
	g_free(run->uid);
	g_free(run->failed_step);
	g_free(run->question);
	g_free(run->answers);
	g_free(run->seen);
	g_free(run);
}

#include "line/job_main.h"
#include "core/failure.h"
#include "core/text.h"
#include "steps/erase_turn.h"
#include "steps/hub_look.h"
#include "steps/job.h"
#include "steps/power.h"
#include "steps/second_look.h"
#include "steps/steps.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* How long a stopped job may take to let go of everything before it is ended by force. */
#define STOP_SECONDS 4
/* How long the controller may take to answer: it commits to the journal first, one slot after the other, and a disk may
 * be busy. */
#define ANSWER_MS 60000
/* Progress is for people and for stall clocks: ten times a second is plenty. */
#define PROGRESS_US 100000

/* What a signal handler can reach has to be global; nothing else is. */
static volatile gint stop_requested;

/* What the job's own calls come back with. */
typedef struct {
	const JobOptions *options;
	Job job;
	char serial[65]; /* what the controller said that it is: text_is_serial() */
} Work;

typedef struct {
	gint64 told_us;
	char phase[32];
} Progress;

static void on_stop(int signal)
{
	stop_requested = 1;
	alarm(STOP_SECONDS);
}

static void catch_signals(void)
{
	struct sigaction stop = {.sa_handler = on_stop};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static void emit(const Event *event, gpointer data)
{
	g_autofree char *line = event_line(event);

	fputs(line, stdout);
	fflush(stdout);
}

static void on_progress(const char *phase, guint64 done, guint64 total, gpointer data)
{
	Progress *progress = data;
	gint64 now = g_get_monotonic_time();
	gboolean new_phase = strncmp(phase, progress->phase, sizeof progress->phase - 1) != 0;
	Event event = {
		.kind = EVENT_PROGRESS, .phase = (char *)phase, .done = done, .total = total};

	if (!new_phase && done != total && now - progress->told_us < PROGRESS_US)
		return;
	g_strlcpy(progress->phase, phase, sizeof progress->phase);
	progress->told_us = now;
	emit(&event, NULL);
}

static gboolean identify_alone(const char *uid, gpointer data, GError **error)
{
	return TRUE;
}

/* "go SERIAL", or "stop CODE what is wrong". Anything else is no permission. */
static gboolean obey(Work *work, const char *answer, GError **error)
{
	g_auto(GStrv) words = g_strsplit(answer, " ", 3);
	int code;

	if (g_strv_length(words) == 2 && g_str_equal(words[0], "go") && text_is_serial(words[1])) {
		g_strlcpy(work->serial, words[1], sizeof work->serial);
		work->job.serial = work->serial;
		return TRUE;
	}
	if (g_strv_length(words) == 3 && g_str_equal(words[0], "stop") &&
		failure_code_from_word(words[1], &code))
		g_set_error(error, FAILURE, code, "%s", words[2]);
	else
		g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL,
			"no permission from the controller: '%s'", answer);
	return FALSE;
}

/* Byte by byte: nothing behind the line may be taken from a later answer. */
static gboolean read_answer(Watch *watch, char *answer, gsize size, GError **error)
{
	gsize length = 0;

	while (length + 1 < size) {
		GPollFD in = {.fd = STDIN_FILENO, .events = G_IO_IN};
		gssize got;

		if (!watch_ok(watch, error))
			return FALSE;
		if (g_poll(&in, 1, (gint)watch_timeout_ms(watch, 50)) <= 0)
			continue;
		got = read(STDIN_FILENO, answer + length, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got > 0 && answer[length] == '\n')
			break;
		/* A line that has no end is no answer: whoever began it is gone. */
		length = got > 0 ? length + 1 : 0;
		if (got <= 0)
			break;
	}
	answer[length] = '\0';
	return TRUE;
}

static gboolean identify_ask(const char *uid, gpointer data, GError **error)
{
	Event event = {.kind = EVENT_IDENTIFY, .text = (char *)uid};
	Work *work = data;
	char answer[1024];
	Watch watch = {0};
	gint64 took_us;

	emit(&event, NULL);
	watch_begin(&watch, ANSWER_MS, 0);
	watch.stop = &stop_requested;
	if (!read_answer(&watch, answer, sizeof answer, error))
		return FALSE;
	/* What the controller took is not the step's. */
	took_us = g_get_monotonic_time() - watch.begin_us;
	work->job.watch.deadline_us += took_us;
	work->job.watch.progress_us += took_us;
	return obey(work, answer, error);
}

/* "answer YES", one of those that were offered. A hand that starts a job alone types the same. */
static char *ask_operator(const JobQuestion *question, Watch *watch, gpointer data, GError **error)
{
	Event event = {.kind = EVENT_ASK,
		.text = (char *)question->text,
		.picture = (char *)question->picture,
		.answers = (char *)question->answers};
	g_auto(GStrv) offered = g_strsplit(question->answers, " ", -1);
	g_autoptr(GError) late = NULL;
	char answer[1024];

	emit(&event, NULL);
	if (!read_answer(watch, answer, sizeof answer, &late)) {
		if (g_error_matches(late, FAILURE, FAILURE_STEP_DEADLINE))
			g_set_error(error, FAILURE, FAILURE_OPERATOR_SILENT, "nobody answered: %s",
				question->text);
		else
			g_propagate_error(error, g_steal_pointer(&late));
		return NULL;
	}
	if (g_str_has_prefix(answer, "answer ") &&
		g_strv_contains((const char *const *)offered, answer + strlen("answer ")))
		return g_strdup(answer + strlen("answer "));
	g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "no answer to the question: '%s'",
		answer);
	return NULL;
}

static void emit_end(Event *event, const char *step, const GError *failure)
{
	event->step = (char *)step;
	event->verdict = VERDICT_PASS;
	if (failure) {
		event->verdict = failure_of(failure)->verdict;
		event->code = (char *)failure_of(failure)->word;
		event->seen = failure->message;
	}
	emit(event, NULL);
}

static gboolean run_step(
	Job *job, const Step *step, guint index, Progress *progress, GError **error)
{
	Event begin = {.kind = EVENT_STEP,
		.index = index,
		.of = job->recipe->steps->len,
		.step = (char *)step->id,
		.step_kind = (char *)step->kind->name,
		.deadline_ms = step->deadline_ms,
		.stall_ms = step->stall_ms};
	Event end = {.kind = EVENT_STEP_END, .index = index};
	gint64 begin_us = g_get_monotonic_time();
	g_autoptr(GError) failure = NULL;
	EraseTurn turn;

	emit(&begin, NULL);
	memset(progress, 0, sizeof *progress);
	job->step = step;
	watch_begin(&job->watch, step->deadline_ms, step->stall_ms);
	job->watch.stop = &stop_requested;
	job->watch.report = on_progress;
	job->watch.data = progress;
	erase_turn_begin(&turn, job);
	if (watch_ok(&job->watch, &failure) && !step->kind->run(job, step, &failure) && !failure)
		g_set_error(&failure, FAILURE, FAILURE_STATION_INTERNAL,
			"step kind %s failed without a word", step->kind->name);
	erase_turn_end(&turn);
	/* Whatever went wrong after somebody said stop, went wrong because of it. */
	if (failure && stop_requested && !g_error_matches(failure, FAILURE, FAILURE_STOPPED)) {
		g_clear_error(&failure);
		g_set_error(&failure, FAILURE, FAILURE_STOPPED, "stopped in step %s", step->id);
	}
	end.ms = (guint64)(g_get_monotonic_time() - begin_us) / 1000;
	emit_end(&end, step->id, failure);
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean run_steps(Job *job, const char **at, GError **error)
{
	Progress progress;

	*at = NULL;
	job->pins = pins_connect(((const Work *)job->data)->options->keeper, error);
	if (!job->pins)
		return FALSE;
	for (guint i = 0; i < job->recipe->steps->len; i++) {
		const Step *step = job->recipe->steps->pdata[i];

		*at = step->id;
		if (!run_step(job, step, i, &progress, error))
			return FALSE;
	}
	*at = NULL;
	return TRUE;
}

static guint64 cpu_ms(const struct rusage *usage)
{
	return (guint64)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000 +
	       (guint64)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1000;
}

static void add_cost(Event *end)
{
	struct rusage own, tools;

	getrusage(RUSAGE_SELF, &own);
	getrusage(RUSAGE_CHILDREN, &tools);
	end->cpu_ms = cpu_ms(&own);
	end->tools_cpu_ms = cpu_ms(&tools);
	end->peak_kib = (guint64)own.ru_maxrss;
}

static void let_go(Job *job)
{
	job_close_openocd(job);
	power_let_go(job);
	g_clear_pointer(&job->usb, usb_free);
	g_clear_pointer(&job->pins, pins_free);
	job_forget_drive(job);
	job_forget_measured(job);
}

int job_main(const JobOptions *options)
{
	Work work = {.options = options,
		.job = {.recipe = options->recipe,
			.fixture = options->fixture,
			.slot = options->slot,
			.serial = options->serial,
			.work_dir = options->work_dir,
			.emit = emit,
			.identify = options->ask ? identify_ask : identify_alone,
			.ask = ask_operator,
			.data = &work}};
	Event end = {.kind = EVENT_END};
	g_autoptr(HubLook) hubs = hub_look_new(options->slot);
	g_autoptr(GError) failure = NULL;
	const char *at;

	catch_signals();
	if (!run_steps(&work.job, &at, &failure) && at && !hub_look_explain(hubs, &failure))
		second_look(&work.job, &failure);
	/* The probe and the port are free before anybody hears that this run is over. */
	let_go(&work.job);
	add_cost(&end);
	emit_end(&end, at, failure);
	return failure ? 1 : 0;
}

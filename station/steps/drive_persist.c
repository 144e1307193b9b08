/*
 * What was put on the drive has to outlive a cut of power. Only that proves it: before, a reading may
 * come from the firmware's cache, and a drive that is lost comes back with the firmware's own files as
 * if nothing had happened (boards.md sections 2.4 and 2.5).
 *
 *   flush -- settle -- stop -- power off -- off_time -- power on -- back on its port -- compare
 *   '--------------------------------- cycles times ---------------------------------------'
 */
#include "core/failure.h"
#include "steps/drive.h"
#include "steps/drive_state.h"
#include "steps/kinds.h"
#include "steps/power.h"

#include <math.h>

enum {
	SLICE_MS = 100,
	/* What a cycle takes besides its waits: a flush, the boot, a walk. */
	CYCLE_MS = 8000,
};

typedef struct {
	Job *job;
	const Step *step;
	Drive drive;
	GPtrArray *may_change; /* of const char* */
	GPtrArray *events;     /* of char*: told when it fails */
	guint cycle;
} Persist;

/* ---- the time line --------------------------------------------------------------------------- */

static void add_event(Persist *persist, gint64 at_us, const char *what)
{
	const DriveState *state = persist->job->drive;
	gint64 zero_us =
		state->first_write_us ? state->first_write_us : persist->job->watch.begin_us;

	g_ptr_array_add(persist->events,
		g_strdup_printf("%+8.3f s  %s", (double)(at_us - zero_us) / G_USEC_PER_SEC, what));
}

static void happened(Persist *persist, const char *what)
{
	add_event(persist, g_get_monotonic_time(), what);
}

static void note_all(Job *job, const char *title, const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++)
		job_note(job, "drive, %s: %s", title, (const char *)lines->pdata[i]);
}

/* What is needed to find out why. */
static void tell(Persist *persist)
{
	Job *job = persist->job;
	const FatVolume *volume = persist->drive.volume;

	note_all(job, "time line", persist->events);
	note_all(job, "before", job->drive->heads);
	if (volume) {
		g_autoptr(GPtrArray) heads = drive_heads(volume, persist->drive.copy);

		note_all(job, "after", heads);
	}
}

/* ---- one cycle ------------------------------------------------------------------------------- */

static guint settle_ms(const Step *step, const Recipe *recipe)
{
	if (node_get(step->args, "settle"))
		return (guint)step_int(step, "settle");
	return recipe->board ? recipe->board->settle_ms : 0;
}

static gboolean settle(Persist *persist, GError **error)
{
	guint ms = settle_ms(persist->step, persist->job->recipe);

	for (guint done = 0; done < ms; done += SLICE_MS) {
		watch_progress(&persist->job->watch, "settle", done, ms);
		if (!watch_sleep(&persist->job->watch, MIN(SLICE_MS, ms - done), error))
			return FALSE;
	}
	happened(persist, "settled");
	return TRUE;
}

static gboolean put_away(Persist *persist, GError **error)
{
	Scsi *scsi = &persist->drive.scsi;

	if (!step_bool(persist->step, "qualify")) {
		if (!scsi_flush(scsi, error))
			return FALSE;
		happened(persist, "flushed");
	}
	/* A board that has left meanwhile, on its own, is noticed by the stop. */
	return settle(persist, error) && scsi_stop(scsi, error);
}

static gboolean cut_power(Persist *persist, GError **error)
{
	Job *job = persist->job;
	guint off_ms = (guint)step_int(persist->step, "off_time");

	drive_close(job, &persist->drive);
	happened(persist, "power off");
	if (!power_cycle(job, off_ms, error))
		return FALSE;
	happened(persist, "power on");
	return TRUE;
}

/* The same board on the same port. */
static gboolean come_back(Persist *persist, UsbId id, GError **error)
{
	Job *job = persist->job;
	g_autofree char *serial = NULL;
	Usb *usb = job_usb(job, error);

	job->device = usb ? usb_await(usb, job->slot->usb, id, &job->watch, error) : NULL;
	if (!job->device)
		return FALSE;
	happened(persist, "back on its port");
	serial = usb_serial(job->device);
	return job_check_chip(job, serial, error) && drive_open(job, &persist->drive, error);
}

static gboolean compare(Persist *persist, GError **error)
{
	Job *job = persist->job;

	if (!drive_walk(job, &persist->drive, error) ||
		!drive_check_sound(job, &persist->drive, error))
		return FALSE;
	happened(persist, "read");
	return drive_state_kept(job->drive, persist->drive.volume, persist->may_change,
		!step_bool(persist->step, "qualify"), error);
}

static gboolean run_cycle(Persist *persist, UsbId id, GError **error)
{
	return put_away(persist, error) && cut_power(persist, error) &&
	       come_back(persist, id, error) && compare(persist, error);
}

/* ---- the step -------------------------------------------------------------------------------- */

/* What has to be there: what was put, or else what is there now. */
static gboolean know_state(Persist *persist, GError **error)
{
	Job *job = persist->job;
	Drive *drive = &persist->drive;

	if (job->drive)
		return TRUE;
	if (!drive_walk(job, drive, error) || !drive_check_sound(job, drive, error))
		return FALSE;
	job->drive = drive_state_new(drive->volume, drive->copy);
	return TRUE;
}

static gboolean run_cycles(Persist *persist, GError **error)
{
	gint64 cycles = step_int(persist->step, "cycles");
	DriveState *state = persist->job->drive;
	UsbId id = usb_id(persist->job->device);

	if (state->first_write_us) {
		add_event(persist, state->first_write_us, "first write");
		add_event(persist, state->last_write_us, "last write");
	}
	for (persist->cycle = 1; persist->cycle <= cycles; persist->cycle++)
		if (!run_cycle(persist, id, error)) {
			if (cycles > 1)
				g_prefix_error(
					error, "cycle %u of %u: ", persist->cycle, (guint)cycles);
			tell(persist);
			return FALSE;
		}
	job_value(persist->job, "drive.settle_ms", settle_ms(persist->step, persist->job->recipe),
		"ms", NAN, NAN);
	job_value(persist->job, "drive.cycles", (double)cycles, "1", NAN, NAN);
	return TRUE;
}

static gboolean run(Job *job, const Step *step, GError **error)
{
	g_autoptr(GPtrArray) may_change = g_ptr_array_new();
	g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func(g_free);
	Persist persist = {.job = job, .step = step, .may_change = may_change, .events = events};
	const Node *paths = node_get(step->args, "may_change");
	gboolean done;

	for (guint i = 0; paths && i < paths->items->len; i++)
		g_ptr_array_add(may_change, ((const Node *)paths->items->pdata[i])->text);
	done = drive_open(job, &persist.drive, error) && know_state(&persist, error) &&
	       run_cycles(&persist, error);
	drive_close(job, &persist.drive);
	return done;
}

/* ---- mistakes -------------------------------------------------------------------------------- */

static void check_settle(const Step *step, const Recipe *recipe, Problems *problems)
{
	const Node *given = node_get(step->args, "settle");
	const BoardProfile *board = recipe->board;

	if (!given && !board)
		problems_add(problems, step->args->place,
			"how long does this board's drive need? 'settle' is missing, and the "
			"recipe "
			"has no 'board'");
	else if (given && board && step_int(step, "settle") < board->settle_ms &&
		 !step_bool(step, "qualify"))
		problems_add(problems, given->place,
			"'settle' (%s) is shorter than the %u ms that %s needs: %s; 'qualify: "
			"true' "
			"allows it, to find out",
			given->text, board->settle_ms, board->name, board->settle);
}

static void check(const Step *step, const Recipe *recipe, Problems *problems)
{
	gint64 cycle_ms = settle_ms(step, recipe) + step_int(step, "off_time") + CYCLE_MS;
	gint64 needed_ms = step_int(step, "cycles") * cycle_ms;

	check_settle(step, recipe, problems);
	if (needed_ms > step->deadline_ms)
		problems_add(problems, step->args->place,
			"the deadline (%u ms) is too short: %s cycles of %" G_GINT64_FORMAT
			" ms take %" G_GINT64_FORMAT " ms",
			step->deadline_ms, step_text(step, "cycles"), cycle_ms, needed_ms);
}

static const Field path_item = {"", FIELD_TEXT, .pattern = "^/.+$", .help = "a file: /ERROR.LOG"};

static const Field fields[] = {
	{"settle", FIELD_DURATION, .low = 0, .high = 600000,
		.help = "from the flush until the power goes; the board's own time where this is "
			"missing"},
	{"off_time", FIELD_DURATION, .low = 1, .high = 60000, .fallback = "2s",
		.help = "how long the board is without power"},
	{"cycles", FIELD_INT, .low = 1, .high = 1000, .fallback = "1",
		.help = "how often the power is cut"},
	{"may_change", FIELD_LIST, .item = &path_item,
		.help = "files that may come, go or change; the firmware's own marker always may"},
	{"qualify", FIELD_BOOL, .fallback = "false",
		.help = "true leaves out the flush and allows any 'settle': to find out what a "
			"board's cache needs"},
	{NULL},
};

const StepKind step_drive_persist = {
	.name = "drive.persist",
	.summary = "Cuts the board's power and compares: the drive's volume and its files must be "
		   "what they were, or what drive.put has made them.",
	.fields = fields,
	.deadline_ms = 60000,
	.check = check,
	.run = run,
};

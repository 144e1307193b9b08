/* A timestamped line for each change of state: for logs, pipes and dumb terminals. */
#include "line/view_text.h"

#include <stdio.h>

static void say(const SlotRun *run, const char *text)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");

	printf("%s slot %u %s %s\n", time, run->slot->number, run->serial, text);
	fflush(stdout);
}

static void begin(View *view)
{
	g_autofree char *title = view_title(view);

	printf("%s\n", title);
	for (guint i = 0; view->counts && i < view->rows->len; i++) {
		const ViewRow *row = view->rows->pdata[i];

		printf("slot %u: %" G_GUINT64_FORMAT " contacts, %" G_GUINT64_FORMAT
		       " boards before\n",
			row->slot->number, row->contacts, row->boards);
	}
	fflush(stdout);
}

static void changed(View *view, const SlotRun *run, const Event *event)
{
	const Step *step = slotrun_step(run);
	g_autofree char *text = NULL;

	if (!event || event->kind != EVENT_STEP || !step)
		return;
	text = g_strdup_printf("step %u/%u %s (%s)", run->step + 1, view->recipe->steps->len,
		step->id, step->kind->name);
	say(run, text);
}

static void over(View *view, const SlotRun *run)
{
	g_autofree char *outcome = view_outcome(run);
	g_autofree char *text = g_strdup_printf(
		"%s, %.1f s", outcome, (double)(run->end_us - run->begin_us) / G_USEC_PER_SEC);

	say(run, text);
	if (view->counts && run->failure && run->verdict != VERDICT_ABORTED)
		view_report_run(run, FALSE);
}

static void say_of_slot(guint slot, const char *text)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%H:%M:%S");

	printf("%s slot %u %s\n", time, slot, text);
	fflush(stdout);
}

/* What a run says is said already. */
static void state(View *view, const ViewRow *row)
{
	g_autofree char *text = view_state(row);

	if (!row->run || row->waits)
		say_of_slot(row->slot->number, text);
}

static void answer(View *view, const char *text)
{
	printf("%s\n", text);
	fflush(stdout);
}

static void end(View *view)
{
	view_report(view, FALSE);
}

static void free_view(View *view)
{
	g_free(view);
}

View *view_plain_new(void)
{
	View *view = g_new0(View, 1);

	*view = (View){.begin = begin,
		.changed = changed,
		.over = over,
		.state = state,
		.say = answer,
		.end = end,
		.free = free_view};
	return view;
}

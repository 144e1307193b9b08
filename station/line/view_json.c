/* One event a line: what the jobs say, with slot, serial and run, and what the controller knows. */
#include "line/view.h"

#include <jansson.h>
#include <stdio.h>

static void print(json_t *object)
{
	g_autofree char *line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);

	printf("%s\n", line);
	fflush(stdout);
	json_decref(object);
}

static void put_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *about(const char *event, const SlotRun *run)
{
	return json_pack("{s:s, s:i, s:s, s:I}", "event", event, "slot", (int)run->slot->number,
		"serial", run->serial, "run", (json_int_t)run->id);
}

static void begin(View *view)
{
	print(json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "event", "begin", "recipe",
		view->recipe->name, "recipe_sha256", view->recipe->sha256, "fixture",
		view->fixture->name, "station", view->station, view->counts ? "slots" : "boards",
		(int)view->rows->len));
	for (guint i = 0; view->counts && i < view->rows->len; i++) {
		const ViewRow *row = view->rows->pdata[i];

		print(json_pack("{s:s, s:i, s:I, s:I}", "event", "wear", "slot",
			(int)row->slot->number, "contacts", (json_int_t)row->contacts, "boards",
			(json_int_t)row->boards));
	}
}

static json_t *lamps_lit(guint lamps)
{
	static const struct {
		Signal signal;
		const char *colour;
	} names[] = {{SIGNAL_LAMP_RED, "red"}, {SIGNAL_LAMP_YELLOW, "yellow"},
		{SIGNAL_LAMP_GREEN, "green"}, {SIGNAL_LAMP_BLUE, "blue"}};
	json_t *lit = json_array();

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (lamps & 1u << names[i].signal)
			json_array_append_new(lit, json_string(names[i].colour));
	return lit;
}

static void state(View *view, const ViewRow *row)
{
	json_t *object = json_pack("{s:s, s:i, s:s, s:o}", "event", "slot", "slot",
		(int)row->slot->number, "state", row->state, "lamps", lamps_lit(row->lamps));

	put_text(object, "waits", row->waits);
	print(object);
}

static void say(View *view, const char *text)
{
	print(json_pack("{s:s, s:s}", "event", "answer", "text", text));
}

static void changed(View *view, const SlotRun *run, const Event *event)
{
	g_autofree char *line = event ? event_line(event) : NULL;
	json_t *said, *object;

	/* A job's own verdict is not one until it is committed: `over` tells it. */
	if (!event || event->kind == EVENT_END)
		return;
	said = json_loads(line, 0, NULL);
	if (!said)
		return;
	object = about(json_string_value(json_object_get(said, "event")), run);
	json_object_update_missing(object, said);
	json_decref(said);
	print(object);
}

static void over(View *view, const SlotRun *run)
{
	json_t *object = about("verdict", run);

	put_text(object, "verdict", verdict_word(run->verdict));
	put_text(object, "uid", run->uid);
	if (run->failure) {
		put_text(object, "code", run->failure->word);
		put_text(object, "blame", blame_word(run->failure->blame));
		put_text(object, "step", run->failed_step);
		put_text(object, "seen", run->seen);
		put_text(object, "advice", run->failure->advice);
	}
	json_object_set_new(object, "ms", json_integer((run->end_us - run->begin_us) / 1000));
	json_object_set_new(object, "cpu_ms", json_integer((json_int_t)run->cpu_ms));
	json_object_set_new(object, "tools_cpu_ms", json_integer((json_int_t)run->tools_cpu_ms));
	json_object_set_new(object, "peak_kib", json_integer((json_int_t)run->peak_kib));
	print(object);
}

static void end_line(const LineCounts *counts)
{
	g_autofree char *summary = counts_text(counts);

	print(json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:f}", "event", "end", "summary",
		summary, "boards", (json_int_t)counts_done(counts), "passed",
		(json_int_t)counts->passed, "failed", (json_int_t)counts->failed, "errors",
		(json_int_t)counts->errors, "aborted", (json_int_t)counts->aborted, "per_hour",
		counts_per_hour(counts)));
}

static void end(View *view)
{
	g_autofree char *summary = NULL;

	if (view->counts) {
		end_line(view->counts);
		return;
	}
	summary = view_summary(view->rows);
	print(json_pack("{s:s, s:s}", "event", "end", "summary", summary));
}

static void free_view(View *view)
{
	g_free(view);
}

View *view_json_new(void)
{
	View *view = g_new0(View, 1);

	*view = (View){.begin = begin,
		.changed = changed,
		.over = over,
		.state = state,
		.say = say,
		.end = end,
		.free = free_view};
	return view;
}

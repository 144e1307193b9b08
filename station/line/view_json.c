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
		view->fixture->name, "station", view->station, "boards", (int)view->rows->len));
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

static void end(View *view)
{
	g_autofree char *summary = view_summary(view->rows);

	print(json_pack("{s:s, s:s}", "event", "end", "summary", summary));
}

static void free_view(View *view)
{
	g_free(view);
}

View *view_json_new(void)
{
	View *view = g_new0(View, 1);

	*view = (View){
		.begin = begin, .changed = changed, .over = over, .end = end, .free = free_view};
	return view;
}

#include "core/event_parts.h"

#include <string.h>

#define PART(key, type, required, member)                                                          \
	{                                                                                          \
		key, PART_##type, required, offsetof(Event, member), 0                             \
	}
#define PART_LIMIT(key, member, flag)                                                              \
	{                                                                                          \
		key, PART_DOUBLE, FALSE, offsetof(Event, member), offsetof(Event, flag)            \
	}

static const Part step_parts[] = {
	PART("index", UINT, TRUE, index),
	PART("of", UINT, TRUE, of),
	PART("step", WORD, TRUE, step),
	PART("kind", WORD, TRUE, step_kind),
	PART("deadline_ms", UINT, TRUE, deadline_ms),
	PART("stall_ms", UINT, TRUE, stall_ms),
	{NULL},
};

static const Part progress_parts[] = {
	PART("phase", WORD, TRUE, phase),
	PART("done", UINT64, TRUE, done),
	PART("total", UINT64, TRUE, total),
	{NULL},
};

static const Part value_parts[] = {
	PART("name", WORD, TRUE, name),
	PART("text", TEXT, FALSE, text),
	PART_LIMIT("value", value, has_value),
	PART("unit", WORD, FALSE, unit),
	PART_LIMIT("low", low, has_low),
	PART_LIMIT("high", high, has_high),
	{NULL},
};

static const Part identify_parts[] = {PART("uid", WORD, TRUE, text), {NULL}};

static const Part ask_parts[] = {
	PART("text", TEXT, TRUE, text),
	PART("picture", TEXT, FALSE, picture),
	PART("answers", WORD, TRUE, answers),
	{NULL},
};

static const Part note_parts[] = {PART("text", TEXT, TRUE, text), {NULL}};

static const Part step_end_parts[] = {
	PART("step", WORD, TRUE, step),
	PART("ms", UINT64, TRUE, ms),
	PART("verdict", VERDICT, TRUE, verdict),
	PART("code", WORD, FALSE, code),
	PART("seen", TEXT, FALSE, seen),
	{NULL},
};

static const Part end_parts[] = {
	PART("verdict", VERDICT, TRUE, verdict),
	PART("code", WORD, FALSE, code),
	PART("step", WORD, FALSE, step),
	PART("seen", TEXT, FALSE, seen),
	PART("cpu_ms", UINT64, TRUE, cpu_ms),
	PART("tools_cpu_ms", UINT64, TRUE, tools_cpu_ms),
	PART("peak_kib", UINT64, TRUE, peak_kib),
	{NULL},
};

const EventRow event_rows[EVENT_KINDS] = {
	[EVENT_STEP] = {"step", step_parts},
	[EVENT_PROGRESS] = {"progress", progress_parts},
	[EVENT_VALUE] = {"value", value_parts},
	[EVENT_IDENTIFY] = {"identify", identify_parts},
	[EVENT_ASK] = {"ask", ask_parts},
	[EVENT_NOTE] = {"note", note_parts},
	[EVENT_STEP_END] = {"step-end", step_end_parts},
	[EVENT_END] = {"end", end_parts},
};

void event_clear(Event *event)
{
	g_free(event->step);
	g_free(event->step_kind);
	g_free(event->phase);
	g_free(event->picture);
	g_free(event->answers);
	g_free(event->name);
	g_free(event->text);
	g_free(event->unit);
	g_free(event->code);
	g_free(event->seen);
	memset(event, 0, sizeof(*event));
}

void event_free(Event *event)
{
	if (!event)
		return;
	event_clear(event);
	g_free(event);
}

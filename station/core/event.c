#include "core/event.h"

#include "core/failure.h"
#include "core/text.h"

#include <gio/gio.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

/* A line's parts together stay below 16 KiB: cleaning is done before, and JSON at most doubles
 * what is printable ASCII. */
enum { LINE_MAX_BYTES = 16 * 1024, TEXT_MAX = 4000, WORD_MAX = 128 };

/* WORD: one short line. TEXT: one longer line. */
typedef enum { PART_WORD, PART_TEXT, PART_UINT, PART_UINT64, PART_DOUBLE, PART_VERDICT } PartType;

/* One member of an event's object and where it lies in Event. */
typedef struct {
	const char *key;
	PartType type;
	gboolean required;
	gsize offset;
	gsize has; /* PART_DOUBLE: offset of its flag */
} Part;

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

static const struct {
	const char *word;
	const Part *parts;
} kinds[] = {
	[EVENT_STEP] = {"step", step_parts},
	[EVENT_PROGRESS] = {"progress", progress_parts},
	[EVENT_VALUE] = {"value", value_parts},
	[EVENT_IDENTIFY] = {"identify", identify_parts},
	[EVENT_ASK] = {"ask", ask_parts},
	[EVENT_NOTE] = {"note", note_parts},
	[EVENT_STEP_END] = {"step-end", step_end_parts},
	[EVENT_END] = {"end", end_parts},
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

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

/* ---- writing ---- */

static json_t *text_json(const char *text, gsize most)
{
	g_autofree char *clean = text_clean(text, -1);

	/* A limit of bytes, cut where a character begins. */
	if (strlen(clean) > most)
		*g_utf8_find_prev_char(clean, clean + most + 1) = '\0';
	return json_string(clean);
}

static json_t *part_json(const Event *event, const Part *part)
{
	const void *at = (const char *)event + part->offset;
	char *const *text = at;

	switch (part->type) {
	case PART_WORD:
		return *text ? text_json(*text, WORD_MAX) : NULL;
	case PART_TEXT:
		return *text ? text_json(*text, TEXT_MAX) : NULL;
	case PART_UINT:
		return json_integer(*(const guint *)at);
	case PART_UINT64:
		return json_integer((json_int_t)MIN(*(const guint64 *)at, (guint64)G_MAXINT64));
	case PART_DOUBLE:
		if (!*(const gboolean *)((const char *)event + part->has))
			return NULL;
		return json_real(*(const double *)at); /* NULL when not finite */
	case PART_VERDICT:
		return json_string(verdict_word(*(const Verdict *)at));
	}
	return NULL;
}

char *event_line(const Event *event)
{
	g_autoptr(json_t) object = json_object();
	char *dump, *line;

	json_object_set_new(object, "event", json_string(kinds[event->kind].word));
	for (const Part *part = kinds[event->kind].parts; part->key; part++) {
		json_t *value = part_json(event, part);

		if (value)
			json_object_set_new(object, part->key, value);
	}
	dump = json_dumps(object, JSON_COMPACT);
	line = g_strconcat(dump, "\n", NULL);
	free(dump);
	return line;
}

/* ---- reading ---- */

static gboolean refuse(GError **error, const char *key, const char *wanted)
{
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not an event: '%s' is not %s", key,
		wanted);
	return FALSE;
}

static gboolean take_uint(const json_t *value, guint64 most, guint64 *result)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
		(guint64)json_integer_value(value) > most)
		return FALSE;
	*result = json_integer_value(value);
	return TRUE;
}

static gboolean take_text(Event *event, const Part *part, const json_t *value, GError **error)
{
	gsize most = part->type == PART_WORD ? WORD_MAX : TEXT_MAX;

	if (!json_is_string(value) || json_string_length(value) > most)
		return refuse(error, part->key, "a text of the allowed length");
	*(char **)((char *)event + part->offset) =
		text_clean(json_string_value(value), json_string_length(value));
	return TRUE;
}

static gboolean take_number(Event *event, const Part *part, const json_t *value, GError **error)
{
	void *at = (char *)event + part->offset;
	guint64 number;

	if (part->type == PART_DOUBLE) {
		if (!json_is_number(value) || !isfinite(json_number_value(value)))
			return refuse(error, part->key, "a number");
		*(double *)at = json_number_value(value);
		*(gboolean *)((char *)event + part->has) = TRUE;
		return TRUE;
	}
	if (!take_uint(value, part->type == PART_UINT ? G_MAXUINT : G_MAXINT64, &number))
		return refuse(error, part->key, "a whole number in range");
	if (part->type == PART_UINT)
		*(guint *)at = (guint)number;
	else
		*(guint64 *)at = number;
	return TRUE;
}

static gboolean take_part(Event *event, const Part *part, const json_t *value, GError **error)
{
	switch (part->type) {
	case PART_WORD:
	case PART_TEXT:
		return take_text(event, part, value, error);
	case PART_VERDICT:
		if (verdict_from_word(
			    json_string_value(value), (Verdict *)((char *)event + part->offset)))
			return TRUE;
		return refuse(error, part->key, "a verdict");
	default:
		return take_number(event, part, value, error);
	}
}

/* Each part at most once (jansson refused duplicates), none missing, none unknown. */
static gboolean take_parts(Event *event, const json_t *object, GError **error)
{
	gsize taken = 1; /* "event" */

	for (const Part *part = kinds[event->kind].parts; part->key; part++) {
		const json_t *value = json_object_get(object, part->key);

		if (value && !take_part(event, part, value, error))
			return FALSE;
		if (!value && part->required)
			return refuse(error, part->key, "there");
		taken += value != NULL;
	}
	return taken == json_object_size(object) || refuse(error, "an unknown key", "allowed");
}

/* A verdict and its code must belong together, or neither can be believed. */
static gboolean check_verdict(const Event *event, GError **error)
{
	const Failure *failure = event->code ? failure_from_word(event->code) : NULL;

	if (event->verdict == VERDICT_RUNNING)
		return refuse(error, "verdict", "an outcome");
	if (event->verdict == VERDICT_PASS)
		return event->code ? refuse(error, "code", "allowed with PASS") : TRUE;
	if (!failure)
		return refuse(error, "code", "a failure's code");
	return failure->verdict == event->verdict || refuse(error, "code", "one of this verdict");
}

static gboolean check_event(Event *event, GError **error)
{
	switch (event->kind) {
	case EVENT_PROGRESS:
		if (event->total)
			event->done = MIN(event->done, event->total);
		return TRUE;
	case EVENT_VALUE:
		if (!event->text == !event->has_value)
			return refuse(error, "value", "either a text or a number");
		return TRUE;
	case EVENT_STEP_END:
	case EVENT_END:
		return check_verdict(event, error);
	default:
		return TRUE;
	}
}

static gboolean take_kind(Event *event, const json_t *object, GError **error)
{
	const char *word = json_string_value(json_object_get(object, "event"));

	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!g_strcmp0(kinds[i].word, word)) {
			event->kind = (EventKind)i;
			return TRUE;
		}
	return refuse(error, "event", "a known kind");
}

Event *event_parse(const char *line, gsize length, GError **error)
{
	g_autoptr(Event) event = g_new0(Event, 1);
	g_autoptr(json_t) object = NULL;
	json_error_t why;

	if (length > LINE_MAX_BYTES) {
		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
			"not an event: a line of %" G_GSIZE_FORMAT " bytes", length);
		return NULL;
	}
	object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &why);
	if (!json_is_object(object)) {
		g_autofree char *text = text_clean(object ? "no object" : why.text, -1);

		g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "not an event: %s", text);
		return NULL;
	}
	if (!take_kind(event, object, error) || !take_parts(event, object, error) ||
		!check_event(event, error))
		return NULL;
	return g_steal_pointer(&event);
}

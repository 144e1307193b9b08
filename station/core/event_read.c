/* A line comes from a process that may have gone wrong: nothing in it is believed unseen. */
#include "core/event_parts.h"

#include "core/failure.h"
#include "core/text.h"

#include <gio/gio.h>
#include <math.h>

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

	for (const Part *part = event_rows[event->kind].parts; part->key; part++) {
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

	for (guint i = 0; i < EVENT_KINDS; i++)
		if (!g_strcmp0(event_rows[i].word, word)) {
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

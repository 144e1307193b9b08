#include "core/event_parts.h"

#include "core/text.h"

#include <string.h>

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

	json_object_set_new(object, "event", json_string(event_rows[event->kind].word));
	for (const Part *part = event_rows[event->kind].parts; part->key; part++) {
		json_t *value = part_json(event, part);

		if (value)
			json_object_set_new(object, part->key, value);
	}
	dump = json_dumps(object, JSON_COMPACT);
	line = g_strconcat(dump, "\n", NULL);
	free(dump);
	return line;
}

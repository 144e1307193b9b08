#include "line/serial_source.h"

#include "core/fixture.h"
#include "core/text.h"

#include <string.h>

#define LIST_MAX_BYTES (16 * 1024 * 1024)

typedef struct {
	SerialSource source;
	GHashTable *queues; /* slot number, or 0 for any -> GQueue* of serials */
} SerialList;

static GQueue *queue_of(SerialList *list, guint slot)
{
	GQueue *queue = g_hash_table_lookup(list->queues, GUINT_TO_POINTER(slot));

	if (!queue) {
		queue = g_queue_new();
		g_hash_table_insert(list->queues, GUINT_TO_POINTER(slot), queue);
	}
	return queue;
}

static char *reserve(SerialSource *source, guint slot, GError **error)
{
	SerialList *list = (SerialList *)source;
	char *own = g_queue_pop_head(queue_of(list, slot));

	return own ? own : g_queue_pop_head(queue_of(list, 0));
}

/* Back to the slot where it came from, or would go to next: one that was for any slot loses nothing by it. */
static gboolean settle(
	SerialSource *source, guint slot, const char *serial, gboolean used, GError **error)
{
	SerialList *list = (SerialList *)source;
	GQueue *own = queue_of(list, slot);

	if (!used)
		g_queue_push_head(
			g_queue_is_empty(own) ? queue_of(list, 0) : own, g_strdup(serial));
	return TRUE;
}

static const char *lacks(const SerialSource *source)
{
	return "no serial number is left: a new list is needed";
}

static void free_queue(gpointer queue)
{
	g_queue_free_full(queue, g_free);
}

static void free_list(SerialSource *source)
{
	SerialList *list = (SerialList *)source;

	g_hash_table_unref(list->queues);
	g_free(list);
}

/* ---- the file ---- */

static gboolean is_slot(const GPtrArray *slots, guint64 number)
{
	for (guint i = 0; i < slots->len; i++)
		if (((const Slot *)slots->pdata[i])->number == number)
			return TRUE;
	return FALSE;
}

/* "SERIAL" or "SLOT SERIAL". `seen`: serial -> line. */
static void take_line(SerialList *list, char *line, Place place, GHashTable *seen,
	const GPtrArray *slots, const Recipe *recipe, Problems *problems)
{
	g_auto(GStrv) words = g_strsplit_set(line, " \t", 2);
	const char *serial = words[1] ? g_strstrip(words[1]) : words[0];
	g_autofree char *why = recipe_refuses_serial(recipe, serial);
	guint first = GPOINTER_TO_UINT(g_hash_table_lookup(seen, serial));
	guint64 slot = 0;

	if (words[1] && (!g_ascii_string_to_unsigned(words[0], 10, 1, 9999, &slot, NULL) ||
				!is_slot(slots, slot)))
		problems_add(problems, place, "no slot of this line has such a number");
	else if (why)
		problems_add(problems, place, "%s", why);
	else if (first)
		problems_add(problems, place, "'%s' stands on line %u already", serial, first);
	else
		g_queue_push_tail(queue_of(list, (guint)slot), g_strdup(serial));
	g_hash_table_insert(seen, g_strdup(serial), GUINT_TO_POINTER(place.line));
}

static gboolean take_file(SerialList *list, const char *path, const GPtrArray *slots,
	const Recipe *recipe, Problems *problems)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	Place place = {g_intern_string(path), 0, 1};
	guint before = problems_count(problems);
	gsize length;

	if (!g_file_get_contents(path, &text, &length, &error)) {
		problems_add(problems, place, "%s", error->message);
		return FALSE;
	}
	if (length > LIST_MAX_BYTES || strlen(text) != length || !g_utf8_validate(text, -1, NULL)) {
		problems_add(problems, place, "not a text file of at most 16 MiB");
		return FALSE;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		place.line = i + 1;
		if (*g_strstrip(lines[i]) && lines[i][0] != '#')
			take_line(list, lines[i], place, seen, slots, recipe, problems);
	}
	return problems_count(problems) == before;
}

SerialSource *serial_list_new(
	const char *path, const GPtrArray *slots, const Recipe *recipe, Problems *problems)
{
	SerialList *list = g_new0(SerialList, 1);

	list->source = (SerialSource){
		.reserve = reserve, .settle = settle, .lacks = lacks, .free = free_list};
	list->queues = g_hash_table_new_full(NULL, NULL, NULL, free_queue);
	if (take_file(list, path, slots, recipe, problems))
		return &list->source;
	free_list(&list->source);
	return NULL;
}

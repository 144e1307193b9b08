#include "line/serials.h"
#include "core/fixture.h"
#include "core/text.h"

#define SERIALS_MAX_BYTES (1024 * 1024)

/* Why this serial may not be used, newly allocated; NULL when it may. */
static char *refusal(const char *serial, GHashTable *taken, const Recipe *recipe)
{
	char *why = recipe_refuses_serial(recipe, serial);
	GHashTableIter iter;
	gpointer slot, other;

	if (why)
		return why;
	g_hash_table_iter_init(&iter, taken);
	while (g_hash_table_iter_next(&iter, &slot, &other))
		if (g_str_equal(other, serial))
			return g_strdup_printf(
				"'%s' is in slot %u already", serial, GPOINTER_TO_UINT(slot));
	return NULL;
}

static GHashTable *table_new(void)
{
	return g_hash_table_new_full(NULL, NULL, NULL, g_free);
}

static gboolean slot_wanted(GPtrArray *slots, guint number)
{
	for (guint i = 0; i < slots->len; i++)
		if (((const Slot *)slots->pdata[i])->number == number)
			return TRUE;
	return FALSE;
}

/* "SERIAL" or "SLOT SERIAL"; where no slot is named it is the next of the list. */
static void take_line(char *line, Place place, guint *next, GPtrArray *slots, GHashTable *table,
	const Recipe *recipe, Problems *problems)
{
	g_auto(GStrv) words = g_strsplit_set(g_strstrip(line), " \t", 2);
	const char *serial = words[0];
	guint64 number = 0;
	g_autofree char *why = NULL;

	if (words[1]) {
		serial = g_strstrip(words[1]);
		if (!g_ascii_string_to_unsigned(words[0], 10, 1, 9999, &number, NULL) ||
			!slot_wanted(slots, (guint)number)) {
			g_autofree char *shown = text_clean(words[0], -1);
			problems_add(
				problems, place, "'%.40s' is none of the slots of this run", shown);
			return;
		}
	} else if (*next < slots->len) {
		number = ((const Slot *)slots->pdata[(*next)++])->number;
	} else {
		problems_add(problems, place, "more serials than slots (%u)", slots->len);
		return;
	}
	why = refusal(serial, table, recipe);
	if (why)
		problems_add(problems, place, "%s", why);
	else if (g_hash_table_contains(table, GUINT_TO_POINTER(number)))
		problems_add(problems, place, "slot %u has a serial already", (guint)number);
	else
		g_hash_table_insert(table, GUINT_TO_POINTER(number), g_strdup(serial));
}

GHashTable *serials_read_file(
	const char *path, GPtrArray *slots, const Recipe *recipe, Problems *problems)
{
	g_autoptr(GHashTable) table = table_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	Place place = {g_intern_string(path), 0, 1};
	guint next = 0, before = problems_count(problems);
	gsize length;

	if (!g_file_get_contents(path, &text, &length, &error)) {
		problems_add(problems, place, "%s", error->message);
		return NULL;
	}
	if (length > SERIALS_MAX_BYTES || strlen(text) != length ||
		!g_utf8_validate(text, -1, NULL)) {
		problems_add(problems, place, "not a text file of at most 1 MiB");
		return NULL;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		place.line = i + 1;
		if (*g_strstrip(lines[i]) && lines[i][0] != '#')
			take_line(lines[i], place, &next, slots, table, recipe, problems);
	}
	place.line = 0;
	for (guint i = 0; i < slots->len; i++) {
		guint number = ((const Slot *)slots->pdata[i])->number;

		if (!g_hash_table_contains(table, GUINT_TO_POINTER(number)) &&
			problems_count(problems) == before)
			problems_add(problems, place,
				"no serial for slot %u (leave slots out with --slots)", number);
	}
	return problems_count(problems) == before ? g_steal_pointer(&table) : NULL;
}

GHashTable *serials_ask(FILE *in, FILE *out, gboolean terminal, GPtrArray *slots,
	const Recipe *recipe, GError **error)
{
	g_autoptr(GHashTable) table = table_new();
	char line[512];

	for (guint i = 0; i < slots->len; i++) {
		guint number = ((const Slot *)slots->pdata[i])->number;
		g_autofree char *why = NULL;

		fprintf(out, "slot %u serial: ", number);
		fflush(out);
		if (!fgets(line, sizeof line, in)) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				"no serial for slot %u: the input ended", number);
			return NULL;
		}
		g_strstrip(line);
		if (!*line)
			continue;
		why = refusal(line, table, recipe);
		if (!why) {
			g_hash_table_insert(table, GUINT_TO_POINTER(number), g_strdup(line));
		} else if (terminal) {
			fprintf(out, "  %s\n", why);
			i--;
		} else {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "slot %u: %s",
				number, why);
			return NULL;
		}
	}
	return g_steal_pointer(&table);
}

#include "report/export.h"

#include "core/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const ExportFormat *const formats[] = {
	&export_csv, &export_junit, &export_wsjf, &export_openhtf};

const ExportFormat *export_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (!g_strcmp0(formats[i]->name, name))
			return formats[i];
	return NULL;
}

char *export_names(void)
{
	GString *names = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", formats[i]->name);
	return g_string_free(names, FALSE);
}

static void give(GString *out, ExportSink sink, gpointer data)
{
	sink(out->str, data);
	g_string_truncate(out, 0);
}

static gboolean give_runs(const ExportFormat *format, Journal *journal, const GArray *runs,
	const char *id, ExportSink sink, gpointer data, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (format->begin)
		format->begin(out);
	for (guint i = 0; i < runs->len; i++) {
		json_t *run = journal_run(journal, g_array_index(runs, gint64, i), error);

		if (!run)
			return FALSE;
		format->run(out, run, id);
		json_decref(run);
		give(out, sink, data);
	}
	if (format->end)
		format->end(out);
	give(out, sink, data);
	return TRUE;
}

gint64 export_runs(const ExportFormat *format, Journal *journal, const ReportArgument *arguments,
	gsize count, ExportSink sink, gpointer data, GError **error)
{
	g_autoptr(JournalMoment) moment = journal_moment_begin(journal, error);
	g_auto(JournalHead) head = {0};
	g_autoptr(GArray) runs = NULL;

	if (!moment || !journal_head(journal, &head, error))
		return -1;
	runs = report_chosen(journal, arguments, count, error);
	if (!runs || !give_runs(format, journal, runs, head.journal, sink, data, error))
		return -1;
	return runs->len;
}

/* ---- for the formats --------------------------------------------------------------------------- */

char *export_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text_clean(text, -1) : g_strdup("");
}

gint64 export_millis(const json_t *run, const char *key)
{
	const char *text = json_string_value(json_object_get(run, key));
	g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return time ? g_date_time_to_unix(time) * 1000 + g_date_time_get_microsecond(time) / 1000
		    : 0;
}

Verdict export_verdict(const json_t *object)
{
	Verdict verdict = VERDICT_ERROR;
	const char *word = json_string_value(json_object_get(object, "verdict"));

	/* What is no verdict is doubt. */
	return word && verdict_from_word(word, &verdict) ? verdict : VERDICT_ERROR;
}

gboolean export_within(const json_t *value)
{
	const json_t *number = json_object_get(value, "value");
	const json_t *low = json_object_get(value, "low"), *high = json_object_get(value, "high");

	if (!json_is_number(number))
		return !json_is_number(low) && !json_is_number(high);
	return (!json_is_number(low) || json_number_value(number) >= json_number_value(low)) &&
	       (!json_is_number(high) || json_number_value(number) <= json_number_value(high));
}

void export_json_line(GString *out, json_t *object)
{
	char *line = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));

	g_string_append_printf(out, "%s\n", line ? line : "");
	free(line);
	json_decref(object);
}

json_t *export_values_of(const json_t *run, gint64 step)
{
	json_t *values = json_array();
	const json_t *all = json_object_get(run, "values");

	for (gsize i = 0; i < json_array_size(all); i++) {
		json_t *value = json_array_get(all, i);

		if (json_integer_value(json_object_get(value, "step")) == step)
			json_array_append(values, value);
	}
	return values;
}

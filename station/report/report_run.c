/* Running a report: its SQL behind the runs that were chosen. */
#include "report/report.h"

#include "core/failure.h"

#include <string.h>

/* Reports over everything are to take seconds (a million runs); more is a mistake in the SQL. */
enum { DEADLINE_MS = 60000 };

const char *const report_filters[] = {"since", "until", "recipe", "product", "revision", "fixture",
	"slot", "station", "operator", "lot", "serial", "purpose", NULL};

/* Golden boards and trials are no production: they count only for who asks for them.
 * A range of the index on `began`; the others are looked at row by row. */
static const char chosen[] =
	"WITH chosen AS (SELECT * FROM v_run WHERE began >= coalesce(:since, '')"
	" AND began < coalesce(:until, '9999') AND verdict <> 'RUNNING'"
	" AND (:recipe IS NULL OR recipe = :recipe) AND (:product IS NULL OR product = :product)"
	" AND (:revision IS NULL OR revision = :revision)"
	" AND (:fixture IS NULL OR fixture = :fixture)"
	" AND (:slot IS NULL OR slot = CAST(:slot AS INTEGER))"
	" AND (:station IS NULL OR station = :station)"
	" AND (:operator IS NULL OR operator = :operator) AND (:lot IS NULL OR lot = :lot)"
	" AND (:serial IS NULL OR serial = :serial)"
	" AND purpose = coalesce(:purpose, 'production'))";

void report_result_free(ReportResult *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->tables);
	g_ptr_array_unref(result->asked);
	g_free(result->made);
	g_free(result);
}

/* The reader's midnight, or moment, as the journal writes times. NULL: no date. */
static char *to_utc(const char *text)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autofree char *whole =
		strlen(text) == 10 ? g_strconcat(text, "T00:00:00", NULL) : g_strdup(text);
	g_autoptr(GDateTime) local = g_date_time_new_from_iso8601(whole, zone);
	g_autoptr(GDateTime) utc = local ? g_date_time_to_utc(local) : NULL;

	return utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S.000Z") : NULL;
}

/* Values as the SQL wants them; `kept` owns what is made for it. */
static gboolean fill(
	const ReportArgument *argument, GArray *parameters, GPtrArray *kept, GError **error)
{
	QueryParameter parameter = {NULL, argument->value};
	char *name = g_strconcat(":", argument->name, NULL);

	g_ptr_array_add(kept, name);
	parameter.name = name;
	if (!strcmp(argument->name, "since") || !strcmp(argument->name, "until")) {
		char *utc = to_utc(argument->value);

		if (!utc) {
			g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
				"--%s takes a date (2026-11-22) or a time (2026-11-22T06:00:00), "
				"not '%s'",
				argument->name, argument->value);
			return FALSE;
		}
		g_ptr_array_add(kept, utc);
		parameter.text = utc;
	}
	g_array_append_val(parameters, parameter);
	return TRUE;
}

static void fill_fallbacks(const Report *report, GArray *parameters, GPtrArray *kept)
{
	for (guint i = 0; i < report->parameters->len; i++) {
		const ReportParameter *of = report->parameters->pdata[i];
		QueryParameter parameter = {NULL, of->fallback};
		char *name = g_strconcat(":", of->name, NULL);

		g_ptr_array_add(kept, name);
		parameter.name = name;
		g_array_append_val(parameters, parameter);
	}
}

static char *whole_sql(const ReportSection *section)
{
	gboolean with = g_ascii_strncasecmp(section->sql, "WITH ", 5) == 0;

	return g_strconcat(chosen, with ? ", " : " ", section->sql + (with ? 5 : 0), NULL);
}

/* What the header promises, the SQL must answer. */
static gboolean check_columns(
	const Report *report, const ReportSection *section, const Table *table, GError **error)
{
	for (guint i = 0; i < section->columns->len; i++) {
		const ReportColumn *column = section->columns->pdata[i];

		if (table_column(table, column->name) >= 0)
			continue;
		g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
			"%s:%u: the SQL answers no column '%s'", report->path, section->line,
			column->name);
		return FALSE;
	}
	for (guint i = 0; i < section->draw.count; i++)
		if (table_column(table, section->draw.columns[i]) < 0) {
			g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
				"%s:%u: the SQL answers no column '%s' to draw", report->path,
				section->line, section->draw.columns[i]);
			return FALSE;
		}
	return TRUE;
}

static gboolean run_section(ReportResult *result, Journal *journal, const ReportSection *section,
	const GArray *parameters, GError **error)
{
	g_autofree char *sql = whole_sql(section);
	Table *table =
		journal_query(journal, sql, (const QueryParameter *)(const void *)parameters->data,
			parameters->len, DEADLINE_MS, error);

	if (!table) {
		g_prefix_error(error, "%s:%u: ", result->report->path, section->line);
		return FALSE;
	}
	g_ptr_array_add(result->tables, table);
	return check_columns(result->report, section, table, error);
}

static ReportResult *result_new(const Report *report, const ReportArgument *arguments, gsize count)
{
	ReportResult *result = g_new0(ReportResult, 1);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();

	result->report = report;
	result->tables = g_ptr_array_new_with_free_func((GDestroyNotify)table_free);
	result->asked = g_ptr_array_new_with_free_func(g_free);
	result->made = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.000Z");
	for (gsize i = 0; i < count; i++)
		g_ptr_array_add(result->asked,
			g_strdup_printf("%s %s", arguments[i].name, arguments[i].value));
	return result;
}

ReportResult *report_run(const Report *report, Journal *journal, const ReportArgument *arguments,
	gsize count, GError **error)
{
	g_autoptr(ReportResult) result = result_new(report, arguments, count);
	g_autoptr(GArray) parameters = g_array_new(FALSE, FALSE, sizeof(QueryParameter));
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; i < count; i++)
		if (!fill(&arguments[i], parameters, kept, error))
			return NULL;
	/* Behind what was asked for: the first of a name counts. */
	fill_fallbacks(report, parameters, kept);
	for (guint i = 0; i < report->sections->len; i++)
		if (!run_section(result, journal, report->sections->pdata[i], parameters, error))
			return NULL;
	return g_steal_pointer(&result);
}

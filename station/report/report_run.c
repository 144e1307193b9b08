/* Running a report: its SQL behind the runs that were chosen. */
#include "report/report.h"

#include "core/failure.h"
#include "core/text.h"

#include <string.h>

/* Reports over everything are to take seconds (a million runs); more is a mistake in the SQL. */
enum { DEADLINE_MS = 60000 };

const char *const report_filters[] = {"since", "until", "recipe", "product", "revision", "fixture",
	"slot", "station", "operator", "lot", "serial", "purpose", "against", NULL};

/* What each filter asks of v_run; only those that are given stand in the SQL, so that an index can serve. */
static const struct {
	const char *name, *condition;
} conditions[] = {
	{"since", "began >= :since"},
	{"until", "began < :until"},
	{"recipe", "recipe = :recipe"},
	{"product", "product = :product"},
	{"revision", "revision IN (:revision, :against)"}, /* the latter NULL: no revision */
	{"fixture", "fixture = :fixture"},
	{"slot", "slot = CAST(:slot AS INTEGER)"},
	{"station", "station = :station"},
	{"operator", "operator = :operator"},
	{"lot", "lot = :lot"},
	{"serial", "serial = :serial"},
	{"purpose", "purpose = :purpose"},
};

void report_result_free(ReportResult *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->tables);
	g_ptr_array_unref(result->asked);
	g_free(result->made);
	journal_head_clear(&result->head);
	g_free(result);
}

/* "06:00" is today's, "2026-11-22" begins at midnight. */
static char *whole_time(const char *text, GTimeZone *zone)
{
	g_autoptr(GDateTime) now = g_date_time_new_now(zone);
	g_autofree char *today = g_date_time_format(now, "%Y-%m-%d");

	if (strlen(text) == strlen("06:00") && text[2] == ':')
		return g_strdup_printf("%sT%s:00", today, text);
	return strlen(text) == strlen("2026-11-22") ? g_strconcat(text, "T00:00:00", NULL)
						    : g_strdup(text);
}

/* The reader's midnight, or moment, as the journal writes times. NULL: no date. */
static char *to_utc(const char *text)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autofree char *whole = whole_time(text, zone);
	g_autoptr(GDateTime) local = g_date_time_new_from_iso8601(whole, zone);
	g_autoptr(GDateTime) utc = local ? g_date_time_to_utc(local) : NULL;

	return utc ? g_date_time_format(utc, "%Y-%m-%dT%H:%M:%S.000Z") : NULL;
}

static gboolean is_time(const ReportArgument *argument)
{
	return !strcmp(argument->name, "since") || !strcmp(argument->name, "until");
}

gboolean report_argument_is_valid(const ReportArgument *argument, GError **error)
{
	g_autofree char *utc = is_time(argument) ? to_utc(argument->value) : NULL;

	if (utc || !is_time(argument))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_JOURNAL_WRITE,
		"--%s takes a date (2026-11-22), a time (2026-11-22T06:00:00) or "
		"today's time (06:00), not '%s'",
		argument->name, argument->value);
	return FALSE;
}

/* Values as the SQL wants them; `kept` owns what is made for it. */
static gboolean fill(
	const ReportArgument *argument, GArray *parameters, GPtrArray *kept, GError **error)
{
	QueryParameter parameter = {NULL, argument->value};
	char *name = g_strconcat(":", argument->name, NULL);

	g_ptr_array_add(kept, name);
	parameter.name = name;
	if (!report_argument_is_valid(argument, error))
		return FALSE;
	if (is_time(argument)) {
		parameter.text = to_utc(argument->value);
		g_ptr_array_add(kept, (gpointer)parameter.text);
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

static gboolean is_asked(const GArray *parameters, const char *name)
{
	for (guint i = 0; i < parameters->len; i++)
		if (!strcmp(g_array_index(parameters, QueryParameter, i).name + 1, name))
			return TRUE;
	return FALSE;
}

/* "with recursive a AS ..." -> "a AS ...", which may follow other parts; NULL: it begins with no WITH. */
static const char *own_parts(const char *own)
{
	g_autoptr(GRegex) with =
		g_regex_new("^WITH\\s+(RECURSIVE\\s+)?", G_REGEX_CASELESS, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	gint end = 0;

	if (!g_regex_match(with, own, 0, &match))
		return NULL;
	g_match_info_fetch_pos(match, 0, NULL, &end);
	return own + end;
}

/* "WITH chosen AS (...)", the report's common part, and a table's or section's own. RECURSIVE lets a part
 * name itself, and changes nothing for one that does not. */
static char *whole_sql(const Report *report, const char *own, const GArray *parameters)
{
	const char *parts = own_parts(own);
	GString *sql = g_string_new(
		"WITH RECURSIVE chosen AS (SELECT * FROM v_run WHERE written <> 'RUNNING'");

	for (gsize i = 0; i < G_N_ELEMENTS(conditions); i++)
		if (is_asked(parameters, conditions[i].name))
			g_string_append_printf(sql, " AND %s", conditions[i].condition);
	/* Golden boards and trials are no production: they count only for who asks for them. */
	if (!is_asked(parameters, "purpose"))
		g_string_append(sql, " AND purpose = 'production'");
	g_string_append_printf(sql, ")%s%s", *report->common ? ", " : "", report->common);
	g_string_append_printf(sql, "%s %s", parts ? "," : "", parts ? parts : own);
	return g_string_free(sql, FALSE);
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

static gboolean make_table(ReportResult *result, Journal *journal, const ReportTable *table,
	const GArray *parameters, GError **error)
{
	g_autofree char *sql = whole_sql(result->report, table->sql, parameters);

	if (journal_query_keep(journal, table->name, sql,
		    (const QueryParameter *)(const void *)parameters->data, parameters->len,
		    DEADLINE_MS, error))
		return TRUE;
	g_prefix_error(error, "%s:%u: ", result->report->path, table->line);
	return FALSE;
}

static gboolean run_section(ReportResult *result, Journal *journal, const ReportSection *section,
	const GArray *parameters, GError **error)
{
	g_autofree char *sql = whole_sql(result->report, section->sql, parameters);
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
	for (gsize i = 0; i < count; i++) {
		g_autofree char *whole =
			g_strdup_printf("%s %s", arguments[i].name, arguments[i].value);

		g_ptr_array_add(result->asked, text_clean(whole, -1));
	}
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
	g_autoptr(JournalMoment) moment = journal_moment_begin(journal, error);
	if (!moment || !journal_head(journal, &result->head, error))
		return NULL;
	for (guint i = 0; i < report->tables->len; i++)
		if (!make_table(result, journal, report->tables->pdata[i], parameters, error))
			return NULL;
	for (guint i = 0; i < report->sections->len; i++)
		if (!run_section(result, journal, report->sections->pdata[i], parameters, error))
			return NULL;
	return g_steal_pointer(&result);
}

GArray *report_chosen(
	Journal *journal, const ReportArgument *arguments, gsize count, GError **error)
{
	const Report none = {.common = ""};
	g_autoptr(GArray) parameters = g_array_new(FALSE, FALSE, sizeof(QueryParameter));
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func(g_free);
	GArray *runs;

	for (gsize i = 0; i < count; i++)
		if (!fill(&arguments[i], parameters, kept, error))
			return NULL;
	g_autofree char *sql = whole_sql(&none, "SELECT run FROM chosen ORDER BY run", parameters);
	g_autoptr(Table) table =
		journal_query(journal, sql, (const QueryParameter *)(const void *)parameters->data,
			parameters->len, DEADLINE_MS, error);

	if (!table)
		return NULL;
	runs = g_array_new(FALSE, FALSE, sizeof(gint64));
	for (guint row = 0; row < table_rows(table); row++)
		g_array_append_val(runs, table_cell(table, row, 0)->number);
	return runs;
}

gboolean report_is_empty(const ReportResult *result)
{
	for (guint i = 0; i < result->tables->len; i++) {
		const ReportSection *section = result->report->sections->pdata[i];

		/* Facts are counts, of nothing too. */
		if (section->draw.kind != DRAW_FACTS && table_rows(result->tables->pdata[i]))
			return FALSE;
	}
	return TRUE;
}

/*
 * A report: one .sql file that says what it shows, and how.
 *
 *   -- title: Yield by day
 *   -- about: What the figures are; may be several lines, each beginning so.
 *   -- parameter: limit | int | 20 | how many rows            (:limit in the SQL)
 *   -- section: Days                                          (optional; one or more a file)
 *   -- column: day | text | Day
 *   -- column: fpy | percent | First-pass yield
 *   -- draw: line day fpy fpy_low fpy_high
 *   SELECT ... FROM chosen ...
 *
 * `chosen` is v_run (station/journal/README.md) cut down to what the reader asked for: --since,
 * --until, --recipe and so on; runs that are still open are not in it. `unit` reports use :serial.
 */
#pragma once

#include "core/problems.h"
#include "journal/query.h"

typedef enum {
	COLUMN_TEXT,
	COLUMN_INT,
	COLUMN_NUMBER,  /* as many digits as it needs, four at most */
	COLUMN_PERCENT, /* a fraction, shown as 97.3 % */
	COLUMN_SECONDS,
	COLUMN_TIME, /* UTC text of the journal, shown in the reader's zone */
} ColumnKind;

typedef struct {
	const char *name; /* of the SQL */
	ColumnKind kind;
	const char *title; /* with its unit: "Boot current, mA" */
} ReportColumn;

typedef enum { DRAW_NONE, DRAW_BARS, DRAW_LINE, DRAW_PARETO, DRAW_HISTOGRAM } DrawKind;
enum { DRAW_COLUMNS_MAX = 6 };

typedef struct {
	DrawKind kind;
	const char *columns
		[DRAW_COLUMNS_MAX]; /* what is drawn: names; their order depends on the kind */
	guint count;
} ReportDraw;

typedef struct {
	const char *title; /* "" where the file has no sections */
	GPtrArray
		*columns; /* of ReportColumn*; those of the SQL that are not listed are not shown */
	ReportDraw draw;
	const char *sql;
	guint line; /* where the SQL begins in its file */
} ReportSection;

typedef struct {
	const char *name;
	ColumnKind kind; /* TEXT or INT */
	const char *fallback, *help;
} ReportParameter;

typedef struct {
	const char *name, *path, *title, *about;
	GPtrArray *parameters; /* of ReportParameter* */
	GPtrArray *sections;   /* of ReportSection*, at least one */
	GStringChunk *texts;
} Report;

/* Reads a file; NULL with every mistake in it noted. */
Report *report_load(const char *path, Problems *problems) G_GNUC_WARN_UNUSED_RESULT;
void report_free(Report *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

/*
 * Where reports are: `own` (may be NULL), /etc/flashline/reports, and those that came with the program.
 * The path of one by its name, or NULL; the names of all, sorted, each once. Newly allocated.
 */
char *report_find(const char *name, const char *own);
GStrv report_names(const char *own);

/* ---- running ---- */

typedef struct {
	const Report *report;
	GPtrArray *tables; /* of Table*, one a section */
	GPtrArray *asked;  /* of char*: "since 2026-11-01", for the head of the page */
	char *made;        /* UTC */
} ReportResult;

void report_result_free(ReportResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportResult, report_result_free)

/* A filter or parameter by its name without the colon: "since", "2026-11-01". Dates are the reader's. */
typedef struct {
	const char *name, *value;
} ReportArgument;

/* FAILURE_JOURNAL_WRITE, with the report's file and line, for a query that goes wrong. */
ReportResult *report_run(const Report *report, Journal *journal, const ReportArgument *arguments,
	gsize count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The filters that every report knows, NULL-terminated. */
extern const char *const report_filters[];

/* ---- showing: newly allocated texts ---- */
char *report_as_text(const ReportResult *result);
/* RFC 4180; sections behind one another with an empty line between. Cells that a spreadsheet would take
 * for a formula get a ' in front (CWE-1236: trust.md section 5). */
char *report_as_csv(const ReportResult *result);
char *report_as_json(const ReportResult *result);

/* One cell as people read it. Newly allocated, control characters replaced. */
char *report_cell(const Cell *cell, ColumnKind kind);
/* The column of the table that a section's column or drawing names, -1: its SQL has none such. */
gint report_column_index(const Table *table, const char *name);

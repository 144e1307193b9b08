/*
 * A report: one .sql file that says what it shows, and how.
 *
 *   -- title: Yield by day
 *   -- about: What the figures are; may be several lines, each beginning so. Behind a section: of it.
 *   -- needs: serial                                          (filters that must be given)
 *   -- parameter: limit | int | 20 | how many rows            (:limit in the SQL)
 *   -- common:                                                (SQL that stands before each section's)
 *   days AS (SELECT ...)
 *   -- table: ran                                             (computed once, then there for all behind it)
 *   SELECT ... FROM chosen
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
#include "journal/proof.h"
#include "journal/query.h"

typedef enum {
	COLUMN_TEXT,
	COLUMN_INT,
	COLUMN_NUMBER,  /* as many digits as it needs, five that count at most */
	COLUMN_PERCENT, /* a fraction, shown as 97.3 % */
	COLUMN_SECONDS,
	COLUMN_TIME,    /* UTC text of the journal, shown in the reader's zone */
	COLUMN_VERDICT, /* PASS, FAIL ...: with its sign */
	COLUMN_CODE,    /* a hash, a UID: letters of one width */
	COLUMN_P,       /* a test's p: 0.0312, or < 0.0001 */
} ColumnKind;

typedef struct {
	const char *name; /* of the SQL */
	ColumnKind kind;
	const char *title; /* with its unit: "Boot current, mA" */
} ReportColumn;

/*
 *   bars LABEL VALUE [LOW HIGH [MARK]]   MARK: a text where the bar deserves a look, else ''
 *   line X Y [LOW HIGH]
 *   pareto LABEL COUNT
 *   histogram VALUE [LOW HIGH [UNIT]]    a row a value; limits and unit of the last row
 *   compare PANEL GROUP VALUE [UNIT]     a row a value; groups side by side, a panel a measurement
 *   facts                                one row, as figures with their titles
 */
typedef enum {
	DRAW_NONE,
	DRAW_BARS,
	DRAW_LINE,
	DRAW_PARETO,
	DRAW_HISTOGRAM,
	DRAW_FACTS,
	DRAW_COMPARE,
} DrawKind;
enum { DRAW_COLUMNS_MAX = 6 };

typedef struct {
	DrawKind kind;
	const char *columns
		[DRAW_COLUMNS_MAX]; /* what is drawn: names; their order depends on the kind */
	guint count;
} ReportDraw;

typedef struct {
	const char *title; /* "" where the file has no sections */
	const char *about; /* "" where there is nothing to say */
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

/* What the report computes once: a temporary table, gone when the report is. */
typedef struct {
	const char *name, *sql;
	guint line; /* where the SQL begins in its file */
} ReportTable;

typedef struct {
	const char *name, *path, *title;
	const char *about;  /* paragraphs, a line each; "" */
	const char *sha256; /* of the file */
	const char *
		needs; /* the filters without which it makes no sense, a space between; NULL: none */
	const char *common; /* what each table's and section's SQL may use: parts of a WITH; "" */
	GPtrArray *parameters; /* of ReportParameter* */
	GPtrArray *tables;     /* of ReportTable* */
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
	GPtrArray *asked;  /* of char*: "since 2026-11-01", clean, for the head of the page */
	char *made;        /* UTC */
	JournalHead head;  /* of the journal as the report saw it */
} ReportResult;

void report_result_free(ReportResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportResult, report_result_free)

/* A filter or parameter by its name without the colon: "since", "2026-11-01". Dates are the reader's. */
typedef struct {
	const char *name, *value;
} ReportArgument;

/* FALSE with `error` for a date that is none: a mistake of who asks, which report_run() finds too. */
gboolean report_argument_is_valid(
	const ReportArgument *argument, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of it sees the journal at one moment. FAILURE_JOURNAL_WRITE, with the report's file and line, for a query that goes wrong. */
ReportResult *report_run(const Report *report, Journal *journal, const ReportArgument *arguments,
	gsize count, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The ids of the runs that these filters choose, of gint64, by their order; NULL with `error`. */
GArray *report_chosen(Journal *journal, const ReportArgument *arguments, gsize count,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The filters that every report knows, NULL-terminated. */
extern const char *const report_filters[];

/* ---- showing: newly allocated texts ---- */
char *report_as_text(const ReportResult *result);
/* RFC 4180; sections behind one another with an empty line between. Cells that a spreadsheet would take
 * for a formula get a ' in front (CWE-1236: trust.md section 5). */
char *report_as_csv(const ReportResult *result);
char *report_as_json(const ReportResult *result);
/* A page that needs nothing else and runs no script: report_html.c. */
char *report_as_html(const ReportResult *result);
/* One cell of it; `from_outside`: not a number of ours, which begins with - lawfully. */
void report_csv_cell(GString *out, const char *text, gboolean from_outside);
/* The CSV of one section, as it stands inside the page. */
char *report_section_csv(const ReportSection *section, const Table *table);

/* Nothing at all was found: none of the sections that list anything has a row. */
gboolean report_is_empty(const ReportResult *result);
#define REPORT_NOTHING "Nothing in this journal is what was asked for."

/* Figures stand right-aligned. */
gboolean report_is_figure(ColumnKind kind);
/* One cell as people read it. Newly allocated, control characters replaced. */
char *report_cell(const Cell *cell, ColumnKind kind);
/* The column of the table that a section's column or drawing names, -1: its SQL has none such. */
gint report_column_index(const Table *table, const char *name);

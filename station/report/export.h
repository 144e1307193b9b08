/*
 * Runs for other people's systems. What goes where stands with each format; texts that boards and scanners sent are
 * cleaned (text_clean), numbers are as they were measured, times are UTC.
 *
 *   long-csv   a row a measurement: RFC 4180                       export_csv.c
 *   junit      a test suite a run, a test case a step: JUnit XML   export_junit.c
 *   wsjf       WATS Standard JSON Format, a document a line        export_wsjf.c
 *   openhtf    test records as OpenHTF writes them, one a line     export_openhtf.c
 */
#pragma once

#include "report/report.h"

typedef struct {
	const char *name;
	void (*begin)(GString *out); /* may be NULL */
	void (*run)(GString *out, const json_t *run, const char *journal);
	void (*end)(GString *out); /* may be NULL */
} ExportFormat;

extern const ExportFormat export_csv, export_junit, export_wsjf, export_openhtf;

/* NULL: none of this name. The names of all, newly allocated: "long-csv, junit, ...". */
const ExportFormat *export_find(const char *name);
char *export_names(void);

typedef void (*ExportSink)(const char *text, gpointer data);

/* Gives what the filters choose to `sink`, run by run: a journal may be larger than the memory. All of it is of one
 * moment. How many runs; -1 with `error`. */
gint64 export_runs(const ExportFormat *format, Journal *journal, const ReportArgument *arguments,
	gsize count, ExportSink sink, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- for the formats ---- */

/* A text of the run, clean, "" where there is none; newly allocated. */
char *export_text(const json_t *object, const char *key);
/* Milliseconds since 1970; 0 where there is no time. */
gint64 export_millis(const json_t *run, const char *key);
/* The word of the outcome. */
Verdict export_verdict(const json_t *object);
/* Is the number within its limits? TRUE where it has none. */
gboolean export_within(const json_t *value);
/* Adds an object as a line of JSON, and drops it. */
void export_json_line(GString *out, json_t *object);
/* The values of a step; drop it. */
json_t *export_values_of(const json_t *run, gint64 step);

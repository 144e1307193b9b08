/* Shared by the files that make a page: report_html.c, report_table.c, report_style.c. */
#pragma once

#include "report/svg.h"

/* The page's style sheet; its SHA-256 stands in the page's policy. */
extern const char report_style[];

/* A section's rows: a table, figures, and all of them as CSV in a <details>. */
void report_put_table(
	GString *out, const ReportSection *section, const Table *table, const char *heading);
void report_put_facts(GString *out, const ReportSection *section, const Table *table);
void report_put_csv(GString *out, const ReportSection *section, const Table *table);

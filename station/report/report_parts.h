/* Shared by the files that read a report's file. */
#pragma once

#include "report/report.h"

typedef struct {
	Report *report;
	ReportSection *section; /* the one that is being read */
	ReportTable *table;     /* the same; NULL: none */
	GString *about;         /* of the file; then of the section */
	GString *sql;
	const char *file;
	guint line;
	gboolean in_common; /* behind "-- common:" */
	Problems *problems;
} Reader;

void reader_refuse(Reader *reader, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* A copy that lives as long as the report. */
const char *reader_keep(Reader *reader, const char *text);

/* The section that is being read; a file without sections has one without a name. */
ReportSection *reader_section(Reader *reader);
void reader_begin_section(Reader *reader, const char *title);
void reader_end_section(Reader *reader);

/* A table that is being read; what was read before it is whole. */
void reader_begin_table(Reader *reader, const char *name);

/* Reads "-- word: value"; FALSE: it is no such line, but a comment of the SQL. */
gboolean reader_header(Reader *reader, const char *line);

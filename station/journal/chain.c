#include "journal/chain.h"

#include <string.h>

/*
 * A record, cell by cell. Every cell says what it is and how long, so that no two records read alike:
 *
 *   ~           NULL                       t5:hello     text, its length in bytes
 *   i42;        integer                    r0x1.8p+1;   real, as C's %a: exact
 *
 * Each row ends with a newline, each table's rows begin with a line of their own.
 */
static void add_cell(GChecksum *sum, sqlite3_stmt *stmt, int column)
{
	char number[64];
	int length;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		g_strlcpy(number, "~", sizeof number);
		break;
	case SQLITE_INTEGER:
		g_snprintf(number, sizeof number, "i%" G_GINT64_FORMAT ";",
			(gint64)sqlite3_column_int64(stmt, column));
		break;
	case SQLITE_FLOAT:
		g_snprintf(number, sizeof number, "r%a;", sqlite3_column_double(stmt, column));
		break;
	default:
		length = sqlite3_column_bytes(stmt, column);
		g_snprintf(number, sizeof number, "t%d:", length);
		g_checksum_update(sum, (const guchar *)number, -1);
		g_checksum_update(sum, sqlite3_column_blob(stmt, column), length);
		return;
	}
	g_checksum_update(sum, (const guchar *)number, -1);
}

/* How many rows there were, or -1. */
static gint add_rows(Journal *journal, GChecksum *sum, const char *table, const char *sql,
	gint64 id, GError **error)
{
	g_autoptr(Statement) query = statement_kept(journal, "read a record", sql);
	gint more, rows = 0;

	statement_put_int(query, ":id", id);
	g_checksum_update(sum, (const guchar *)table, -1);
	g_checksum_update(sum, (const guchar *)"\n", 1);
	for (; (more = statement_next(query, error)) > 0; rows++) {
		int columns = sqlite3_column_count(query->stmt);

		for (int i = 0; i < columns; i++)
			add_cell(sum, query->stmt, i);
		g_checksum_update(sum, (const guchar *)"\n", 1);
	}
	return more < 0 ? -1 : rows;
}

typedef struct {
	const char *table, *sql;
} Part;

/* The first part is one row, or the record is gone. Texts of recipes and fixtures stand in it by their
 * SHA-256; how a chip became a serial's, in the record of the run that bound it. */
static const Part run_parts[] = {
	{"run", "SELECT run.id, serial, since, CASE WHEN bound_by = run.id THEN unit.uid END,"
		" CASE WHEN bound_by = run.id THEN bound END, slot, operator, lot, purpose, began, "
		"run.uid, "
		"ended, ms, verdict, blame,"
		" code, step, seen, advice, log,"
		" recipe.name, recipe.product, recipe.revision, recipe.sha256,"
		" fixture.name, fixture.sha256,"
		" station.name, flashline, openocd, sqlite, system"
		" FROM run JOIN unit ON unit.id = run.unit JOIN recipe ON recipe.id = run.recipe"
		" JOIN fixture ON fixture.id = run.fixture JOIN station ON station.id = run.station"
		" WHERE run.id = :id AND verdict <> 'RUNNING'"},
	{"image", "SELECT name, sha256, size FROM run_image JOIN image ON image.id = image"
		  " WHERE run = :id ORDER BY image.id"},
	{"step", "SELECT position, name, kind, offset_ms, ms, verdict, code, seen"
		 " FROM step WHERE run = :id ORDER BY position"},
	{"value", "SELECT position, step, name, text, number, low, high, unit"
		  " FROM value WHERE run = :id ORDER BY position"},
	{NULL, NULL},
};

static const Part correction_parts[] = {
	{"correction", "SELECT id, run, at, who, why, verdict FROM correction WHERE id = :id"},
	{NULL, NULL},
};

/* 1: all of it; 0: it is gone; -1: `error`. */
static gint add_record(
	Journal *journal, GChecksum *sum, const Part *parts, gint64 id, GError **error)
{
	for (const Part *part = parts; part->table; part++) {
		gint rows = add_rows(journal, sum, part->table, part->sql, id, error);

		if (rows < 0 || (part == parts && rows == 0))
			return rows;
	}
	return 1;
}

char *chain_hash(Journal *journal, const ChainRecord *record, const char *before, GError **error)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *head = g_strdup_printf(
		"flashline record %" G_GINT64_FORMAT " after %s\n", record->n, before);
	gint found;

	g_checksum_update(sum, (const guchar *)head, -1);
	found = record->run ? add_record(journal, sum, run_parts, record->run, error)
			    : add_record(journal, sum, correction_parts, record->correction, error);
	return found > 0 ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

char *chain_origin(Journal *journal, GError **error)
{
	g_autofree char *text = database_text(journal,
		"SELECT 'flashline journal ' || journal || ' of ' || created FROM origin WHERE id "
		"= 1",
		error);

	return text ? g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1) : NULL;
}

/* ---- growing ----------------------------------------------------------------------------------- */

/* The head as it is now: its number and hash. */
static gboolean read_head(Journal *journal, gint64 *n, char **hash, GError **error)
{
	g_autoptr(Statement) query = statement_kept(
		journal, "read the chain", "SELECT n, hash FROM chain ORDER BY n DESC LIMIT 1");
	gint rows = statement_next(query, error);

	if (rows < 0)
		return FALSE;
	*n = rows ? statement_int(query, 0) : 0;
	*hash = rows ? statement_text(query, 1) : chain_origin(journal, error);
	return *hash != NULL;
}

static gboolean add(Journal *journal, ChainRecord *record, GError **error)
{
	g_autofree char *before = NULL;
	g_autofree char *hash = NULL;
	g_autoptr(Statement) insert = NULL;

	if (!read_head(journal, &record->n, &before, error))
		return FALSE;
	record->n++;
	hash = chain_hash(journal, record, before, error);
	if (!hash)
		return error && *error
			       ? FALSE
			       : database_refuse(error,
					 "journal %s: a record that is to enter the chain is "
					 "not there",
					 journal->path);
	insert = statement_kept(journal, "write the chain",
		"INSERT INTO chain (n, run, correction, hash)"
		" VALUES (:n, nullif(:run, 0), nullif(:correction, 0), :hash)");
	statement_put_int(insert, ":n", record->n);
	statement_put_int(insert, ":run", record->run);
	statement_put_int(insert, ":correction", record->correction);
	statement_put_text(insert, ":hash", hash);
	return statement_run(insert, error);
}

gboolean chain_add_run(Journal *journal, gint64 run, GError **error)
{
	ChainRecord record = {.run = run};

	return add(journal, &record, error);
}

gboolean chain_add_correction(Journal *journal, gint64 correction, GError **error)
{
	ChainRecord record = {.correction = correction};

	return add(journal, &record, error);
}

gboolean chain_found(Journal *journal, GError **error)
{
	g_autofree char *now = database_now();
	g_autofree char *id = g_uuid_string_random();
	g_autoptr(Statement) insert = statement_new(journal, "write its origin",
		"INSERT INTO origin (id, journal, created) VALUES (1, :journal, :now)");
	g_autoptr(Statement) ended = statement_new(journal, "read the runs",
		"SELECT id FROM run WHERE verdict <> 'RUNNING' ORDER BY id");
	gint more;

	statement_put_text(insert, ":journal", id);
	statement_put_text(insert, ":now", now);
	if (!statement_run(insert, error))
		return FALSE;
	while ((more = statement_next(ended, error)) > 0)
		if (!chain_add_run(journal, statement_int(ended, 0), error))
			return FALSE;
	return more == 0;
}

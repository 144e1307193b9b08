#include "journal/facts.h"

#include "core/version.h"
#include "journal/database.h"
#include <sys/utsname.h>

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

typedef struct {
	const char *name, *text; /* a parameter, a text; the last one has no name */
} Fact;

static void put_facts(Statement *statement, const Fact *facts)
{
	for (; facts->name; facts++)
		statement_put_text(statement, facts->name, or_empty(facts->text));
}

/* The id that `find` answers, 0 if none; -1 with error. */
static gint64 find_fact(Journal *journal, const char *find, const Fact *facts, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look something up", find);
	put_facts(query, facts);
	gint rows = statement_next(query, error);
	return rows > 0 ? statement_int(query, 0) : rows;
}

/* 0 with error. */
static gint64 add_fact(Journal *journal, const char *add, const Fact *facts, GError **error)
{
	g_autoptr(Statement) insert = statement_new(journal, "write what a run refers to", add);
	put_facts(insert, facts);
	return statement_run(insert, error) ? sqlite3_last_insert_rowid(journal->db) : 0;
}

/* A text stands in the journal by its hash: it must be the text of that hash. */
static gboolean text_has_hash(
	Journal *journal, const char *what, const char *text, const char *sha256, GError **error)
{
	g_autofree char *real =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, or_empty(text), -1);
	return g_strcmp0(real, sha256) == 0 ||
	       database_refuse(error, "the %s's text has the SHA-256 %s, not %s", what, real,
		       or_empty(sha256));
}

gint64 facts_recipe(Journal *journal, const JournalRun *run, GError **error)
{
	const Fact key[] = {{":sha256", run->recipe_sha256}, {":name", run->recipe},
		{":product", run->product}, {":revision", run->revision}, {NULL}};
	const Fact row[] = {key[0], key[1], key[2], key[3], {":text", run->recipe_text}, {NULL}};
	gint64 id = find_fact(journal,
		"SELECT id FROM recipe WHERE sha256 = :sha256 AND name = :name"
		" AND product = :product AND revision = :revision",
		key, error);
	if (id != 0)
		return MAX(id, 0);
	if (!text_has_hash(journal, "recipe", run->recipe_text, run->recipe_sha256, error))
		return 0;
	return add_fact(journal,
		"INSERT INTO recipe (sha256, name, product, revision, text)"
		" VALUES (:sha256, :name, :product, :revision, :text)",
		row, error);
}

gint64 facts_fixture(Journal *journal, const JournalRun *run, GError **error)
{
	const Fact key[] = {{":sha256", run->fixture_sha256}, {":name", run->fixture}, {NULL}};
	const Fact row[] = {key[0], key[1], {":text", run->fixture_text}, {NULL}};
	gint64 id = find_fact(journal,
		"SELECT id FROM fixture WHERE sha256 = :sha256 AND name = :name", key, error);
	if (id != 0)
		return MAX(id, 0);
	if (!text_has_hash(journal, "fixture", run->fixture_text, run->fixture_sha256, error))
		return 0;
	return add_fact(journal,
		"INSERT INTO fixture (sha256, name, text) VALUES (:sha256, :name, :text)", row,
		error);
}

gint64 facts_station(Journal *journal, const JournalRun *run, GError **error)
{
	struct utsname names = {0};
	uname(&names);
	g_autofree char *system = g_strjoin(" ", names.sysname, names.release, names.machine, NULL);
	const char *flashline = run->flashline_version ? run->flashline_version : FLASHLINE_VERSION;
	const Fact row[] = {{":name", run->station}, {":flashline", flashline},
		{":openocd", run->openocd_version}, {":sqlite", sqlite3_libversion()},
		{":system", system}, {NULL}};
	gint64 id = find_fact(journal,
		"SELECT id FROM station WHERE name = :name AND flashline = :flashline"
		" AND openocd = :openocd AND sqlite = :sqlite AND system = :system",
		row, error);
	if (id != 0)
		return MAX(id, 0);
	return add_fact(journal,
		"INSERT INTO station (name, flashline, openocd, sqlite, system)"
		" VALUES (:name, :flashline, :openocd, :sqlite, :system)",
		row, error);
}

gint64 facts_unit(Journal *journal, const char *serial, const char *now, GError **error)
{
	/* Two broken texts must not become one serial by being mended. */
	if (!serial || !*serial || !g_utf8_validate(serial, -1, NULL)) {
		database_refuse(error, "a serial must be a text in UTF-8, and not empty");
		return 0;
	}
	const Fact key[] = {{":serial", serial}, {NULL}};
	const Fact row[] = {key[0], {":since", now}, {NULL}};
	gint64 id = find_fact(journal, "SELECT id FROM unit WHERE serial = :serial", key, error);
	if (id != 0)
		return MAX(id, 0);
	return add_fact(
		journal, "INSERT INTO unit (serial, since) VALUES (:serial, :since)", row, error);
}

/* Gives a statement what an image is known by. */
static void put_image(Statement *statement, const JournalImage *image)
{
	statement_put_text(statement, ":name", or_empty(image->name));
	statement_put_text(statement, ":sha256", or_empty(image->sha256));
	/* More than 2^63 - 1 bytes become a negative number, which the table refuses. */
	statement_put_int(statement, ":size", (gint64)image->size);
}

gint64 facts_image(Journal *journal, const JournalImage *image, GError **error)
{
	g_autoptr(Statement) query = statement_new(journal, "look an image up",
		"SELECT id FROM image WHERE sha256 = :sha256 AND name = :name AND size = :size");
	put_image(query, image);
	gint rows = statement_next(query, error);
	if (rows != 0)
		return rows > 0 ? statement_int(query, 0) : 0;
	g_autoptr(Statement) insert = statement_new(journal, "write an image's hash",
		"INSERT INTO image (name, sha256, size) VALUES (:name, :sha256, :size)");
	put_image(insert, image);
	return statement_run(insert, error) ? sqlite3_last_insert_rowid(journal->db) : 0;
}

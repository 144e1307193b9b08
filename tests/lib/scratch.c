#include "lib/scratch.h"
#include "core/failure.h"

#include <glib/gstdio.h>
#include <math.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define TEXT "product: demo\n"

void scratch_make(Scratch *scratch)
{
	g_autoptr(GError) error = NULL;

	scratch->folder = g_dir_make_tmp("flashline-journal-XXXXXX", &error);
	g_assert_no_error(error);
	scratch->path = g_build_filename(scratch->folder, "journal.db", NULL);
}

void scratch_clear(Scratch *scratch)
{
	g_autoptr(GDir) folder = scratch->folder ? g_dir_open(scratch->folder, 0, NULL) : NULL;
	const char *name;

	while (folder && (name = g_dir_read_name(folder))) {
		g_autofree char *path = g_build_filename(scratch->folder, name, NULL);
		g_remove(path);
	}
	if (scratch->folder)
		g_rmdir(scratch->folder);
	g_free(scratch->folder);
	g_free(scratch->path);
}

Journal *scratch_open(const Scratch *scratch)
{
	g_autoptr(GError) error = NULL;
	Journal *journal = journal_open(scratch->path, &error);

	g_assert_no_error(error);
	g_assert_nonnull(journal);
	return journal;
}

JournalRun scratch_run(const char *serial)
{
	static const JournalImage images[] = {
		{"bootloader", "aaaaaaaaaaaaaaaaaaaa", 131072},
		{"firmware", "bbbbbbbbbbbbbbbbbbbb", 1703936},
	};
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, TEXT, -1);
	const char *sha256 = g_intern_string(hash);

	return (JournalRun){
		.serial = serial,
		.slot = 3,
		.recipe = "demo",
		.revision = "B",
		.product = "OpenMV H7",
		.recipe_text = TEXT,
		.recipe_sha256 = sha256,
		.fixture = "eight-up",
		.fixture_text = TEXT,
		.fixture_sha256 = sha256,
		.station = "bench-1",
		.operator= "anna",
		.flashline_version = "0.1.0",
		.openocd_version = "0.12.0",
		.images = images,
		.image_count = G_N_ELEMENTS(images),
	};
}

gint64 scratch_begin(Journal *journal, const char *serial)
{
	g_autoptr(GError) error = NULL;
	JournalRun run = scratch_run(serial);
	gint64 id = journal_begin(journal, &run, &error);

	g_assert_no_error(error);
	g_assert_cmpint(id, >, 0);
	return id;
}

void scratch_step(Journal *journal, gint64 run, guint index)
{
	g_autoptr(GError) error = NULL;
	const JournalStep step = {
		.index = index,
		.id = "bootloader",
		.kind = "swd.program",
		.offset_ms = 1000 * index,
		.ms = 900,
		.verdict = VERDICT_PASS,
	};

	g_assert_true(journal_step(journal, run, &step, &error));
	g_assert_no_error(error);
}

gboolean scratch_end(Journal *journal, gint64 run, Verdict verdict, GError **error)
{
	const JournalEnd pass = {.verdict = VERDICT_PASS, .ms = 12345};
	const JournalEnd other = {
		.verdict = verdict,
		.blame = BLAME_BOARD,
		.code = "flash-verify",
		.step = "bootloader",
		.seen = "0x08001230 holds 0x00, not 0x55",
		.advice = "Put the board in the red bin.",
		.log = "first line\nlast line\n",
		.ms = 2345,
	};

	return journal_end(journal, run, verdict == VERDICT_PASS ? &pass : &other, error);
}

int scratch_sql(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	int result = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_exec(db, sql, NULL, NULL, NULL);
	g_test_message("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	return result & 0xff;
}

static int dump_row(void *data, int columns, char **texts, char **names)
{
	for (int i = 0; i < columns; i++)
		g_string_append_printf(data, "%s=%s|", names[i], texts[i] ? texts[i] : "NULL");
	g_string_append_c(data, '\n');
	return 0;
}

char *scratch_dump(const char *path)
{
	static const char *const tables[] = {"unit", "run", "step", "value", "run_image", "image",
		"recipe", "fixture", "station"};
	sqlite3 *db = NULL;
	GString *dump = g_string_new(NULL);

	g_assert_cmpint(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autofree char *sql = g_strdup_printf("SELECT * FROM %s ORDER BY 1, 2", tables[i]);
		g_assert_cmpint(sqlite3_exec(db, sql, dump_row, dump, NULL), ==, SQLITE_OK);
	}
	sqlite3_close(db);
	return g_string_free(dump, FALSE);
}

char *scratch_run_text(Journal *journal, const char *serial, guint index, const char *key)
{
	g_autoptr(GError) error = NULL;
	json_t *unit = journal_unit(journal, serial, &error);

	g_assert_no_error(error);
	g_assert_nonnull(unit);
	const json_t *run = json_array_get(json_object_get(unit, "runs"), index);
	g_assert_nonnull(run);
	const char *text = json_string_value(json_object_get(run, key));
	char *copy = g_strdup(text ? text : "");
	json_decref(unit);
	return copy;
}

GBytes *scratch_bytes(const char *path)
{
	g_autoptr(GError) error = NULL;
	char *bytes;
	gsize length;

	g_file_get_contents(path, &bytes, &length, &error);
	g_assert_no_error(error);
	return g_bytes_new_take(bytes, length);
}

void scratch_write(const char *path, const void *bytes, gsize length)
{
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, bytes, (gssize)length, &error);
	g_assert_no_error(error);
}

json_t *scratch_unit(Journal *journal, const char *serial)
{
	g_autoptr(GError) error = NULL;
	json_t *unit = journal_unit(journal, serial, &error);
	g_assert_no_error(error);
	return unit;
}

void scratch_values(Journal *journal, gint64 run)
{
	const JournalValue values[] = {
		{.name = "chip.revision", .text = "V"},
		{.step = 1, .name = "boot", .value = 412.5, .low = 0, .high = 900, .unit = "ms"},
		{.step = 1, .name = "boot", .value = 413, .low = NAN, .high = NAN},
		{.step = 1, .name = "broken", .value = NAN, .low = 0, .high = 1},
		{.step = 1, .name = "endless", .value = INFINITY, .low = NAN, .high = 1},
	};
	g_autoptr(GError) error = NULL;
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		g_assert_true(journal_value(journal, run, &values[i], &error));
	g_assert_no_error(error);
}

gint64 scratch_whole_run(Journal *journal, const char *serial, const char *uid, Verdict verdict)
{
	g_autoptr(GError) error = NULL;
	gint64 run = scratch_begin(journal, serial);
	g_assert_true(journal_bind(journal, run, uid, &error));
	scratch_step(journal, run, 0);
	scratch_values(journal, run);
	g_assert_true(scratch_end(journal, run, verdict, &error));
	g_assert_no_error(error);
	return run;
}

void scratch_refused(gboolean done, GError **error)
{
	g_assert_false(done);
	g_assert_error(*error, FAILURE, FAILURE_JOURNAL_WRITE);
	g_test_message("%s", (*error)->message);
	g_clear_error(error);
}

void scratch_verdict(Journal *journal, const char *serial, guint index, const char *word)
{
	g_autofree char *verdict = scratch_run_text(journal, serial, index, "verdict");
	g_assert_cmpstr(verdict, ==, word);
}

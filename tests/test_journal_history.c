/* What people see of the journal: complete, and without effect, whatever stood in the texts. */
#include "core/style.h"
#include "core/text.h"
#include "journal/database.h"
#include "journal/history.h"
#include "lib/scratch.h"
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHIP "003900353138510D33383539"

static const char *const hostile[] = {
	"<script>alert(1)</script>",
	"=cmd|'/C calc'!A0",
	"'; DROP TABLE unit; --",
	"%s%n%99999d",
	"[exec touch /tmp/owned]",
	"\033[2J\033]0;owned\a\033[31mPASS",
	"\xc2\x9b"
	"31mPASS", /* CSI in 8 bits */
	"4711\r\nRun 99  PASS",
	"\xe2\x80\xae"
	"SSAP", /* right-to-left override */
	"e\xcc\x81\xcc\x81\xcc\x81",
	"\xe6\xb7\xb1\xe5\x9c\xb3", /* two columns each */
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xa7",
};

/* Only printable text and line feeds. */
static void assert_harmless(const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *at = text; *at; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);
		if (c == '\n')
			continue;
		g_assert_false(g_unichar_iscntrl(c));
		g_assert_cmpint(g_unichar_type(c), !=, G_UNICODE_FORMAT);
	}
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		g_error("'%s' is missing in:\n%s", part, text);
}

static json_t *get_runs(Journal *journal)
{
	g_autoptr(GError) error = NULL;
	json_t *runs = journal_runs(journal, 1000, &error);
	g_assert_no_error(error);
	return runs;
}

/* One run in which every text is this one. */
static void run_of(Journal *journal, const char *text, const char *serial)
{
	g_autoptr(GError) error = NULL;
	const JournalImage image = {text, text, 1};
	JournalRun run = scratch_run(serial);
	run.recipe = run.revision = run.product = run.fixture = text;
	run.station = run.operator= run.flashline_version = run.openocd_version = text;
	run.images = &image;
	run.image_count = 1;
	gint64 id = journal_begin(journal, &run, &error);
	g_assert_no_error(error);
	const JournalValue words = {.name = text, .text = text};
	const JournalValue number = {.name = text, .value = 5, .low = 0, .high = 1, .unit = text};
	const JournalStep step = {
		.id = text, .kind = text, .verdict = VERDICT_FAIL, .code = text, .seen = text};
	const JournalEnd end = {.verdict = VERDICT_FAIL,
		.blame = BLAME_BOARD,
		.code = text,
		.step = text,
		.seen = text,
		.advice = text,
		.log = text};
	g_assert_true(journal_value(journal, id, &words, &error));
	g_assert_true(journal_value(journal, id, &number, &error));
	g_assert_true(journal_step(journal, id, &step, &error));
	g_assert_true(journal_end(journal, id, &end, &error));
	g_assert_no_error(error);
}

/* The texts come out of JSON as they went in, byte for byte. */
static void assert_json_keeps(const json_t *unit, const char *serial)
{
	char *text = json_dumps(unit, JSON_INDENT(2) | JSON_ENSURE_ASCII);
	assert_harmless(text);
	json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	g_assert_true(json_equal(unit, again));
	g_assert_cmpstr(json_string_value(json_object_get(again, "serial")), ==, serial);
	json_decref(again);
	free(text);
}

static void test_hostile_texts(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	g_autofree char *accents = g_strnfill(4096, 'a');
	g_autofree char *long_one = g_strnfill(4096, 'x');
	for (guint i = 0; i + 1 < 4096; i += 2)
		memcpy(accents + i, "\xcc\x81", 2);
	for (guint i = 0; i < G_N_ELEMENTS(hostile) + 2; i++) {
		const char *text = i < G_N_ELEMENTS(hostile)    ? hostile[i]
				   : i == G_N_ELEMENTS(hostile) ? long_one
								: accents;
		run_of(journal, text, text);
		json_t *unit = scratch_unit(journal, text);
		g_autofree char *shown = history_unit(unit, FALSE);
		g_autofree char *clean = text_clean(text, -1);
		assert_harmless(shown);
		assert_has(shown, clean);
		assert_json_keeps(unit, text);
		json_decref(unit);
	}
	gint64 units;
	g_assert_true(database_int(journal, "SELECT count(*) FROM unit", &units, NULL));
	g_assert_cmpint(units, ==, G_N_ELEMENTS(hostile) + 2);
}

/* Each run is one line of one width, so that nobody's text can pose as a row of its own. */
static void test_hostile_table(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	for (guint i = 0; i < G_N_ELEMENTS(hostile); i++)
		run_of(journal, hostile[i], hostile[i]);
	json_t *runs = get_runs(journal);
	g_autofree char *table = history_runs(runs, FALSE);
	g_auto(GStrv) lines = g_strsplit(table, "\n", -1);
	assert_harmless(table);
	g_assert_cmpuint(g_strv_length(lines), ==, G_N_ELEMENTS(hostile) + 2);
	for (guint i = 0; lines[i] && *lines[i]; i++)
		g_assert_cmpuint(style_width(lines[i]), ==, style_width(lines[0]));
	json_decref(runs);
}

/* A journal that somebody else wrote into: bytes that are no text at all. */
static void test_bytes_that_are_no_text(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	scratch_begin(journal, "4711");
	static const char *const vandal[] = {
		"INSERT INTO value (run, position, step, name, number, low)"
		" VALUES (1, 0, 0, 'endless', 9e999, -9e999)",
		"UPDATE run SET seen = CAST(x'1b5b33316dfffe00c3' AS TEXT), verdict = 'FAIL',"
		" code = CAST(x'ff' AS TEXT), ended = CAST(x'80' AS TEXT)"};
	for (guint i = 0; i < G_N_ELEMENTS(vandal); i++)
		g_assert_cmpint(scratch_sql(scratch.path, vandal[i]), ==, SQLITE_OK);
	json_t *unit = scratch_unit(journal, "4711"), *runs = get_runs(journal);
	g_autofree char *shown = history_unit(unit, FALSE);
	g_autofree char *table = history_runs(runs, FALSE);
	assert_harmless(shown);
	assert_harmless(table);
	assert_json_keeps(unit, "4711");
	json_decref(unit);
	json_decref(runs);
	g_assert_null(journal_unit(journal, "\xff\xfe", NULL));
}

static void test_whole_history(void)
{
	static const char *const parts[] = {"Unit 4711", CHIP, "revision    V", "rom         0x91",
		"2 attempts", "Run 1  ✗ FAIL  flash-verify", "Run 2  ✓ PASS", "slot 3", "eight-up",
		"bench-1", "anna", "demo, revision B of OpenMV H7", "bootloader aaaaaaaaaaaa,",
		"131072 bytes", "flashline 0.1.0, OpenOCD 0.12.0", "✓ PASS       0.9 s  bootloader",
		"usb.boot_ms = 412 ms (0 .. 900)", "late = 950 ms (at most 900) OUTSIDE ITS LIMITS",
		"failed at   bootloader", "blames      the board",
		"0x08001230 holds 0x00, not 0x55", "to do       Put the board in the red bin.",
		"last line", "12.3 s"};
	static const JournalValue values[] = {{.name = "chip.uid", .text = CHIP},
		{.name = "chip.revision", .text = "V"}, {.name = "chip.rom", .text = "0x91"},
		{.name = "usb.boot_ms", .value = 412, .low = 0, .high = 900, .unit = "ms"},
		{.name = "late", .value = 950, .low = (double)NAN, .high = 900, .unit = "ms"}};
	g_auto(Scratch) scratch = {0};
	g_autoptr(GError) error = NULL;
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	gint64 run = scratch_begin(journal, "4711");
	g_assert_true(journal_bind(journal, run, CHIP, &error));
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		g_assert_true(journal_value(journal, run, &values[i], &error));
	scratch_step(journal, run, 0);
	g_assert_true(scratch_end(journal, run, VERDICT_FAIL, &error));
	run = scratch_begin(journal, "4711");
	g_assert_true(scratch_end(journal, run, VERDICT_PASS, &error));
	g_assert_no_error(error);
	json_t *unit = scratch_unit(journal, "4711");
	g_autofree char *shown = history_unit(unit, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++)
		assert_has(shown, parts[i]);
	json_decref(unit);
}

static void test_open_run(void)
{
	g_auto(Scratch) scratch = {0};
	scratch_make(&scratch);
	g_autoptr(Journal) journal = scratch_open(&scratch);
	json_t *none = get_runs(journal);
	g_autofree char *empty = history_runs(none, TRUE);
	g_assert_cmpstr(empty, ==, "No runs yet.\n");
	scratch_begin(journal, "4711");
	json_t *unit = scratch_unit(journal, "4711"), *runs = get_runs(journal);
	g_autofree char *shown = history_unit(unit, FALSE);
	g_autofree char *table = history_runs(runs, FALSE);
	assert_has(shown, "Run 1  ▶ RUNNING\n");
	assert_has(table, "▶ RUNNING");
	g_assert_null(strstr(shown, "PASS"));
	g_assert_null(strstr(table, "PASS"));
	json_decref(none);
	json_decref(unit);
	json_decref(runs);
}

/* Colour adds to symbol and word, it never carries the meaning. */
static void test_verdict_style(void)
{
	for (guint i = VERDICT_RUNNING; i <= VERDICT_ABORTED; i++) {
		g_autofree char *plain = style_verdict(i, FALSE);
		g_autofree char *coloured = style_verdict(i, TRUE);
		g_autofree char *inner =
			g_strdup_printf("%s%s\033[0m", style_begin(i, TRUE), plain);
		assert_harmless(plain);
		assert_has(plain, verdict_word(i));
		assert_has(plain, style_symbol(i));
		g_assert_cmpuint(style_width(style_symbol(i)), ==, 1);
		g_assert_cmpstr(coloured, ==, inner);
		for (guint j = VERDICT_RUNNING; j < i; j++)
			g_assert_cmpstr(style_symbol(i), !=, style_symbol(j));
	}
}

static void test_fit(void)
{
	static const struct {
		const char *text;
		guint width;
		const char *fitted;
	} cases[] = {{"abc", 5, "abc  "}, {"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"", 2, "  "},
		{"深圳市", 5, "深圳…"}, {"深圳市", 4, "深… "}, {"深", 2, "深"}, {"abc", 0, ""}};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *fitted = style_fit(cases[i].text, cases[i].width);
		g_assert_cmpstr(fitted, ==, cases[i].fitted);
	}
}

static void test_when_there_is_colour(void)
{
	int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
	g_assert_false(style_has_colour(file));
	close(file);
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0 || !isatty(terminal)) {
		g_test_skip("no pseudo-terminal here");
		return;
	}
	g_setenv("TERM", "xterm", TRUE);
	g_unsetenv("NO_COLOR");
	g_assert_true(style_has_colour(terminal));
	g_setenv("NO_COLOR", "", TRUE);
	g_assert_true(style_has_colour(terminal));
	g_setenv("NO_COLOR", "1", TRUE);
	g_assert_false(style_has_colour(terminal));
	g_unsetenv("NO_COLOR");
	g_setenv("TERM", "dumb", TRUE);
	g_assert_false(style_has_colour(terminal));
	close(terminal);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/history/hostile-texts", test_hostile_texts);
	g_test_add_func("/journal/history/hostile-table", test_hostile_table);
	g_test_add_func("/journal/history/no-text", test_bytes_that_are_no_text);
	g_test_add_func("/journal/history/whole", test_whole_history);
	g_test_add_func("/journal/history/open-run", test_open_run);
	g_test_add_func("/journal/history/verdict-style", test_verdict_style);
	g_test_add_func("/journal/history/fit", test_fit);
	g_test_add_func("/journal/history/colour", test_when_there_is_colour);
	return g_test_run();
}

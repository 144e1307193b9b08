/* Text from outside, words that were meant, and what scalars can say. */
#include "core/scalar.h"
#include "core/text.h"
#include "core/words.h"

#include <string.h>

static void assert_clean(const char *bytes, gssize length, const char *expected)
{
	g_autofree char *clean = text_clean(bytes, length);
	g_autofree char *twice = text_clean(clean, -1);

	g_assert_cmpstr(clean, ==, expected);
	g_assert_cmpstr(twice, ==, clean);
}

static void test_clean(void)
{
	assert_clean("OpenMV Camera (DFU Mode)", -1, "OpenMV Camera (DFU Mode)");
	assert_clean(
		"\303\274\342\202\254\360\237\246\213", -1, "\303\274\342\202\254\360\237\246\213");
	assert_clean(NULL, -1, "");
	assert_clean("a\nb\tc\rd", -1, "a\\nb\\tc\\rd");
	assert_clean("\033[2J\007\177", -1, "\\x1b[2J\\x07\\x7f");
	assert_clean("\302\233", -1, "\\x9b");           /* C1: CSI in one byte */
	assert_clean("a\342\200\256b", -1, "a\\u202eb"); /* RIGHT-TO-LEFT OVERRIDE */
	assert_clean("a\342\201\246b\342\201\251", -1, "a\\u2066b\\u2069");
	assert_clean("a\342\200\250b", -1, "a\\u2028b");
	assert_clean("\363\240\201\201", -1, "\\U000e0041"); /* an invisible tag letter */
	assert_clean("a\0b", 3, "a\\x00b");
	assert_clean("\377\300\257\355\240\200", -1, "\\xff\\xc0\\xaf\\xed\\xa0\\x80");
	assert_clean("cut \342\202", -1, "cut \\xe2\\x82");
}

/* Any bytes give text that a terminal only shows. */
static void test_clean_random(void)
{
	for (guint round = 0; round < 2000; round++) {
		char bytes[64];
		g_autofree char *clean = NULL;

		for (gsize i = 0; i < sizeof(bytes); i++)
			bytes[i] = (char)g_test_rand_int_range(0, 256);
		clean = text_clean(bytes, sizeof(bytes));
		g_assert_true(g_utf8_validate(clean, -1, NULL));
		for (const char *at = clean; *at; at = g_utf8_next_char(at))
			g_assert_true(g_unichar_isprint(g_utf8_get_char(at)));
	}
}

static void test_serial(void)
{
	static const char *const bad[] = {"", "a b", "A[exec touch f]", "$x", "a;b", "a\n",
		"\303\274", "{", "}", "\\", "\"", "a/b",
		"12345678901234567890123456789012345678901234567890123456789012345", NULL};

	g_assert_true(text_is_serial("OMV000001"));
	g_assert_true(text_is_serial("a.b_c-D9"));
	g_assert_true(
		text_is_serial("1234567890123456789012345678901234567890123456789012345678901234"));
	g_assert_false(text_is_serial(NULL));
	for (guint i = 0; bad[i]; i++)
		g_assert_false(text_is_serial(bad[i]));
}

static void test_words(void)
{
	static const char *const words[] = {"address", "file", "power-on", "power-off", "on", NULL};
	g_autofree char *hint = words_hint("adress", words), *none = words_hint("colour", words);
	g_autofree char *longest = g_strnfill(1 << 20, 'a');

	g_assert_cmpstr(hint, ==, " (did you mean 'address'?)");
	g_assert_cmpstr(none, ==, "");
	g_assert_cmpstr(words_nearest("flie", words), ==, "file"); /* one swap */
	g_assert_cmpstr(words_nearest("FILE", words), ==, "file");
	g_assert_cmpstr(words_nearest("power-of", words), ==, "power-off");
	g_assert_null(words_nearest("x", words));
	g_assert_null(words_nearest("", words));
	g_assert_null(words_nearest(longest, words));
}

static void test_numbers(void)
{
	static const char *const bad[] = {"", "-", "0x", "1a", "010", " 1", "1 ", "+1", "1.0",
		"0xg", "99999999999999999999", "--1", "-0x1", "0x-1", NULL};
	gint64 value = 7;

	g_assert_true(scalar_int("12", &value) && value == 12);
	g_assert_true(scalar_int("0", &value) && value == 0);
	g_assert_true(scalar_int("-3", &value) && value == -3);
	g_assert_true(scalar_int("0x08000000", &value) && value == 0x08000000);
	for (guint i = 0; bad[i]; i++)
		g_assert_false(scalar_int(bad[i], &value));
	g_assert_cmpint(value, ==, 0x08000000);
}

static void test_units(void)
{
	static const char *const bad[] = {"", "5", "s", "1.5", "1.2345s", "-1s", "1 s", "1h", ".5s",
		"99999999999999999999s", "9223372036854775807min", "1e3s", NULL};
	static const char *const bad_sizes[] = {"", "KiB", "1kB", "-1", "0x1KiB ", "1.5MiB",
		"9223372036854775807MiB", "1 KiB", NULL};
	gint64 value = 0;
	double decimal = 0;

	g_assert_true(scalar_duration_ms("200ms", &value) && value == 200);
	g_assert_true(scalar_duration_ms("1.5s", &value) && value == 1500);
	g_assert_true(scalar_duration_ms("0.001s", &value) && value == 1);
	g_assert_true(scalar_duration_ms("2min", &value) && value == 120000);
	for (guint i = 0; bad[i]; i++)
		g_assert_false(scalar_duration_ms(bad[i], &value));
	g_assert_true(scalar_size("128KiB", &value) && value == 131072);
	g_assert_true(scalar_size("2MiB", &value) && value == 2097152);
	g_assert_true(scalar_size("4096", &value) && value == 4096);
	for (guint i = 0; bad_sizes[i]; i++)
		g_assert_false(scalar_size(bad_sizes[i], &value));
	g_assert_true(scalar_decimal("0.02", &decimal) && decimal == 0.02);
	g_assert_true(scalar_decimal("-1.5", &decimal) && decimal == -1.5);
	g_assert_false(scalar_decimal("nan", &decimal) || scalar_decimal("1e9", &decimal));
}

static void test_durations_written(void)
{
	for (guint round = 0; round < 1000; round++) {
		gint64 ms = g_test_rand_int_range(0, 4000000), back = -1;
		g_autofree char *text = scalar_from_duration_ms(ms);

		g_assert_true(scalar_duration_ms(text, &back));
		g_assert_cmpint(back, ==, ms);
	}
}

static void test_quote(void)
{
	static const struct {
		const char *text, *yaml;
	} cases[] = {
		{"openmv-h7", "openmv-h7"},
		{"../build/images/a.bin", "../build/images/a.bin"},
		{"OpenMV Cam H7", "OpenMV Cam H7"},
		{"30s", "30s"},
		{"", "\"\""},
		{"1.10", "\"1.10\""},
		{"0x450", "\"0x450\""},
		{"1_000", "\"1_000\""},
		{"12:30:45", "\"12:30:45\""},
		{"2026-11-22", "\"2026-11-22\""},
		{"on", "\"on\""},
		{"Y", "\"Y\""},
		{"NULL", "\"NULL\""},
		{"~", "\"~\""},
		{"- a", "\"- a\""},
		{"a: b", "\"a: b\""},
		{"a #b", "\"a #b\""},
		{"a ", "\"a \""},
		{"OMV[0-9]{6}", "\"OMV[0-9]{6}\""},
		{"say \"\\\"", "\"say \\\"\\\\\\\"\""},
		{"two\nlines\t", "\"two\\nlines\\t\""},
		{"a\342\200\256b", "\"a\\u202Eb\""},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *yaml = scalar_quote(cases[i].text);

		g_assert_cmpstr(yaml, ==, cases[i].yaml);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/text/clean", test_clean);
	g_test_add_func("/core/text/clean-random", test_clean_random);
	g_test_add_func("/core/text/serial", test_serial);
	g_test_add_func("/core/words/nearest", test_words);
	g_test_add_func("/core/scalar/numbers", test_numbers);
	g_test_add_func("/core/scalar/units", test_units);
	g_test_add_func("/core/scalar/durations-written", test_durations_written);
	g_test_add_func("/core/scalar/quote", test_quote);
	return g_test_run();
}

/* The simulated camera's small Python: what it does is what MicroPython does. */
#include "mini_python.h"

#include <string.h>

static const uint32_t uid[3] = {0x00330032, 0x33335105, 0x38393631};

static const MiniBoard board = {
	.name = "OPENMV4", .board = "H7", .uid = uid, .version = {5, 0, 0}, .supply = 3.301};

typedef struct {
	const char *script, *out, *error; /* the exception's last line; "": none */
} Case;

static const Case cases[] = {
	{"print(1 + 2 * 3, -7 // 2, -7 % 3, 7 / 2, 2 * (3 - 5))", "7 -4 2 3.5 -4", ""},
	{"print(0.1 + 0.2, 1e-5, 3.0, 0x1F, 1e3)", "0.3 1e-05 3.0 31 1000.0", ""},
	{"print('a' + \"b\", 'it\\'s', 'x\\ty')", "ab it's x\ty", ""},
	{"print(True, None, not 1, 1 < 2 and 2 < 1, 0 or 'no')", "True None False False no", ""},
	{"print([1, 'two', 3.0], len([1, 2]), len('abc'), str(4) + '!')", "[1, 'two', 3.0] 2 3 4!",
		""},
	{"x = 3\nx += 4\nx *= 2\nx -= 1\nx //= 2\nprint(x, x == 6, x != 6, x >= 7)",
		"6 True False False", ""},
	{"mv = 3301.256\nprint(f'supply={mv:.1f} mV {7:03d} {255:x} {{}}')",
		"supply=3301.3 mV 007 ff {}", ""},
	{"if 1 > 2:\n    print('a')\nelif 2 > 1:\n    print('b')\nelse:\n    print('c')", "b", ""},
	{"if 0:\n  print('a')\nelse:\n  if 1: print('b')\nprint('c')", "b\r\nc", ""},
	{"n = 0\nwhile n < 10:\n    n += 1\n    if n == 2:\n        continue\n    if n > 3:\n      "
	 "  "
	 "break\n    print(n)\nprint('end', n)",
		"1\r\n3\r\nend 4", ""},
	{"s = 0\nfor i in range(1, 4):\n    s += i\nfor x in ['a', 'b']: print(x)\nprint(s)",
		"a\r\nb\r\n6", ""},
	{"for i in range(0):\n    print(i)\nprint('none')", "none", ""},
	{"# a comment\n\nprint('#', (1 +\n  2))  # another", "# 3", ""},
	{"import sys, omv\nprint(omv.version_string(), sys.version)",
		"5.0.0 3.4.0; MicroPython v1.25.0 on 2025-04-15", ""},
	{"import machine\nprint(machine.unique_id().hex())", "320033000551333331363938", ""},
	{"import omv\nprint(omv.board_type(), omv.board_id())", "H7 383936313333510500330032", ""},
	{"import pyb\nprint(f'{pyb.ADCAll(12, 0x70000).read_vref() * 1000:.0f}')", "3301", ""},
	{"print(round(3.14159, 2), round(2.5))", "3.14 2", ""},
	/* what is wrong */
	{"print(1)\nprint(x)", "1", "NameError: name 'x' isn't defined"},
	{"print(1)\nprint(2", "", "SyntaxError: invalid syntax"},
	{"print('a)", "", "SyntaxError: invalid syntax"},
	{"if 0:\n    print(1 +)\n", "", "SyntaxError: invalid syntax"},
	{"print(1)\n  print(2)", "", "IndentationError: unexpected indent"},
	{"if 1:\nprint(1)", "", "SyntaxError: invalid syntax"},
	{"1 / 0", "", "ZeroDivisionError: divide by zero"},
	{"'a' + 1", "", "TypeError: unsupported types for +: 'str', 'int'"},
	{"import numpy", "", "ImportError: no module named 'numpy'"},
	{"import omv\nomv.nothing()", "",
		"AttributeError: 'module' object has no attribute 'nothing'"},
	{"raise OSError('no sensor')", "", "OSError: no sensor"},
	{"assert 1 == 2, 'unequal'", "", "AssertionError: unequal"},
	{"for i in 3: print(i)", "", "TypeError: 'int' object isn't iterable"},
	{"x = 9223372036854775807 + 1", "",
		"OverflowError: overflow converting long int to machine word"},
	{"s = 'ab'\nwhile True: s += s", "",
		"MemoryError: memory allocation failed, allocating 32768 bytes"},
	{"def f(): pass", "", "NotImplementedError: def: not in the simulation"},
	{"print(1, end='')", "", "NotImplementedError: arguments by name: not in the simulation"},
};

static void test_case(gconstpointer data)
{
	const Case *it = data;
	g_autoptr(GString) out = g_string_new(NULL), error = g_string_new(NULL);
	g_autofree char *wanted = *it->out ? g_strconcat(it->out, "\r\n", NULL) : g_strdup("");
	uint64_t slept;
	MiniEnd end = mini_run(it->script, &board, out, error, &slept);

	g_assert_cmpstr(out->str, ==, wanted);
	g_assert_cmpint(end, ==, *it->error ? MINI_RAISED : MINI_DONE);
	if (*it->error) {
		g_autofree char *last = g_strconcat("\r\n", it->error, "\r\n", NULL);

		g_assert_true(g_str_has_prefix(error->str,
			"Traceback (most recent call last):\r\n  File \"<stdin>\", line "));
		if (!g_str_has_suffix(error->str, last))
			g_test_fail_printf("'%s' does not end with '%s'", error->str, it->error);
	} else {
		g_assert_cmpstr(error->str, ==, "");
	}
}

static MiniEnd end_of(const char *script, char **error, uint64_t *slept)
{
	g_autoptr(GString) out = g_string_new(NULL), text = g_string_new(NULL);
	MiniEnd end = mini_run(script, &board, out, text, slept);

	*error = g_strdup(text->str);
	return end;
}

static void test_ends(void)
{
	g_autofree char *error = NULL, *none = NULL, *exits = NULL, *resets = NULL, *sleeps = NULL;
	uint64_t slept;

	g_assert_cmpint(
		end_of("a = 1\nif a:\n    b = a\n    c = d\n", &error, &slept), ==, MINI_RAISED);
	g_assert_cmpstr(error, ==,
		"Traceback (most recent call last):\r\n  File \"<stdin>\", line 4, in <module>\r\n"
		"NameError: name 'd' isn't defined\r\n");
	g_assert_cmpint(end_of("while True:\n    pass\n", &none, &slept), ==, MINI_RUNS_ON);
	g_assert_cmpint(end_of("import sys\nsys.exit()\n1/0", &exits, &slept), ==, MINI_EXIT);
	g_assert_cmpint(end_of("import machine\nmachine.reset()", &resets, &slept), ==, MINI_RESET);
	g_assert_cmpint(end_of("import time\ntime.sleep_ms(20)\ntime.sleep(0.5)", &sleeps, &slept),
		==, MINI_DONE);
	g_assert_cmpuint(slept, ==, 520000000);
}

/* Whatever is cut out of scripts or put into them, it comes to an end. */
static void test_mutations(void)
{
	static const char marks[] = "()[]{}'\":.,+-*/%=<>! \n\t0x1ef#\\";

	for (guint round = 0; round < 20000; round++) {
		const Case *it = &cases[g_test_rand_int_range(0, G_N_ELEMENTS(cases))];
		g_autoptr(GString) script = g_string_new(it->script);
		g_autofree char *error = NULL;
		uint64_t slept;

		for (gint n = g_test_rand_int_range(0, 4); n >= 0 && script->len; n--) {
			gssize at = g_test_rand_int_range(0, (gint)script->len);

			if (g_test_rand_bit())
				g_string_erase(script, at, 1);
			else
				g_string_insert_c(script, at,
					marks[g_test_rand_int_range(0, sizeof marks - 1)]);
		}
		g_assert_cmpint(end_of(script->str, &error, &slept), <=, MINI_RESET);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = g_strdup_printf("/virtual/python/%u", i);

		g_test_add_data_func(name, &cases[i], test_case);
	}
	g_test_add_func("/virtual/python/ends", test_ends);
	g_test_add_func("/virtual/python/mutations", test_mutations);
	return g_test_run();
}

/*
 * Five thousand damaged files through the whole reader: a recipe or fixture comes out, or problems
 * do, never neither, and never anything worse (ASan watches). The seed is printed: --seed replays.
 */
#include "core/check.h"
#include "lib/folder.h"
#include "lib/kinds.h"

#include <string.h>

enum { ROUNDS = 5000 };

static const char *const starts[] = {
	"tests/data/broken/parts/base.yaml",
	"tests/data/broken/changes.yaml",
	"tests/data/broken/steps.yaml",
	"tests/data/broken/values.yaml",
	"tests/data/broken/fixture.yaml",
	"fixtures/virtual/eight-up.yaml",
};

/* What turns up in YAML, and what should not. */
static const char *const parts[] = {"[", "]", "{", "}", ": ", "- ", "\n", "  ", "\t", "#", "&a ",
	"*a", "!!str ", "|\n", ">\n", "\"", "'", "%", "---\n", "...\n", "? ", ",", "\\", "\\0", "~",
	"0x", "1e9", "\377", "\303", "\303\274", "\302\205", "\357\273\277", "\342\200\256", "\r",
	"id: ", "do: ", "steps: ", "extends: ", "remove: true", "after: ", "99999999999999999999",
	"-1"};

static void damage(GString *text)
{
	gssize at = g_test_rand_int_range(0, (gint)text->len + 1);
	gssize length = g_test_rand_int_range(0, 20);
	g_autofree char *piece = NULL;
	const char *part = parts[g_test_rand_int_range(0, G_N_ELEMENTS(parts))];

	switch (g_test_rand_int_range(0, 5)) {
	case 0:
		g_string_insert(text, at, part);
		break;
	case 1:
		g_string_erase(text, at, MIN(length, (gssize)text->len - at));
		break;
	case 2:
		if ((gsize)at < text->len)
			text->str[at] = (char)g_test_rand_int_range(0, 256);
		break;
	case 3: /* a piece twice */
		piece = g_strndup(text->str + at, length);
		g_string_insert(text, g_test_rand_int_range(0, (gint)text->len + 1), piece);
		break;
	default:
		g_string_overwrite(text, MIN(at, (gssize)text->len), part);
	}
}

static void run_round(const char *folder, const char *start)
{
	g_autoptr(GString) text = g_string_new(start);
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *path = g_build_filename(folder, "x.yaml", NULL);
	g_autofree char *what = NULL, *said = NULL;

	for (guint n = g_test_rand_int_range(1, 6); n > 0; n--)
		damage(text);
	g_assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
	what = check_file(path, test_kinds(), problems);
	said = problems_text(problems);
	g_assert_true((what == NULL) == (problems_count(problems) > 0));
	g_assert_true(g_utf8_validate(said, -1, NULL));
}

static void test_mutations(void)
{
	char *folder = folder_new();
	gint64 begin = g_get_monotonic_time();

	for (guint round = 0; round < ROUNDS; round++) {
		g_autofree char *start = NULL;

		g_assert_true(g_file_get_contents(
			starts[round % G_N_ELEMENTS(starts)], &start, NULL, NULL));
		run_round(folder, start);
	}
	g_test_message("%d rounds in %.1f s", ROUNDS, (g_get_monotonic_time() - begin) / 1e6);
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/reader/mutations", test_mutations);
	return g_test_run();
}

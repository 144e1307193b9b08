/*
 * Broken files and what is said about them: each tests/data/broken/X.yaml has its X.expect. The
 * messages are what an engineer works with, so they are compared to the letter.
 * FLASHLINE_RECORD=1 writes what is said now; read it before you believe it.
 */
#include "core/check.h"
#include "lib/kinds.h"

#include <string.h>

#define FOLDER "tests/data/broken/"

static char *said_about(const char *name)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *path = g_strconcat(FOLDER, name, NULL);
	g_autofree char *what = check_file(path, test_kinds(), problems);
	g_autofree char *text = problems_text(problems);
	g_auto(GStrv) parts = g_strsplit(text, FOLDER, -1);

	g_assert_null(what);
	g_assert_cmpuint(problems_count(problems), >, 0);
	return g_strjoinv("", parts);
}

static void test_broken(gconstpointer data)
{
	const char *name = data;
	g_autofree char *said = said_about(name);
	g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".yaml"));
	g_autofree char *path = g_strconcat(FOLDER, stem, ".expect", NULL);
	g_autofree char *expected = NULL;
	g_autoptr(GError) error = NULL;

	if (g_getenv("FLASHLINE_RECORD")) {
		g_file_set_contents(path, said, -1, &error);
		g_assert_no_error(error);
	}
	g_file_get_contents(path, &expected, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(said, ==, expected);
}

int main(int argc, char **argv)
{
	g_autoptr(GDir) dir = NULL;
	g_autoptr(GError) error = NULL;
	const char *name;

	g_test_init(&argc, &argv, NULL);
	dir = g_dir_open(FOLDER, 0, &error);
	g_assert_no_error(error);
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_strconcat("/core/broken/", name, NULL);

		if (g_str_has_suffix(name, ".yaml"))
			g_test_add_data_func_full(path, g_strdup(name), test_broken, g_free);
	}
	return g_test_run();
}

/* YAML trees: what is read, where it stands, and what hostile files get. */
#include "core/node.h"
#include "core/scalar.h"
#include "lib/folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>

static Node *read_text(const char *text, Problems *problems)
{
	return node_read("x.yaml", text, strlen(text), problems);
}

static void test_places(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) root = read_text("a: 1\n"
					 "list:\n"
					 "  - {b: \"two\", c: [x, y]}\n"
					 "text: |\n"
					 "  two\n"
					 "  lines\n"
					 "\303\274ml: ok\n",
		problems);
	const Node *item = node_get(root, "list")->items->pdata[0];
	const Node *b = node_get(item, "b");

	g_assert_cmpuint(problems_count(problems), ==, 0);
	g_assert_cmpstr(node_text(root, "a"), ==, "1");
	g_assert_false(node_get(root, "a")->quoted);
	g_assert_cmpstr(b->text, ==, "two");
	g_assert_true(b->quoted);
	g_assert_cmpstr(b->place.file, ==, "x.yaml");
	g_assert_cmpuint(b->place.line, ==, 3);
	g_assert_cmpuint(b->place.column, ==, 9);
	g_assert_cmpuint(b->key_place.column, ==, 6);
	g_assert_cmpuint(node_get(item, "c")->items->len, ==, 2);
	g_assert_cmpstr(node_text(root, "text"), ==, "two\nlines\n");
	g_assert_cmpuint(node_get(root, "\303\274ml")->place.column, ==, 6);
	g_assert_null(node_get(root, "no"));
	g_assert_null(node_get(NULL, "no"));
	g_assert_null(node_text(root, "list"));
}

static void test_copy(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) root = read_text("{a: {b: [1, 2]}, c: d}", problems);
	g_autoptr(Node) copy = node_copy(root);
	g_autoptr(Node) extra = read_text("{c: e}", problems);

	node_put(copy, node_copy(node_get(extra, "c")));
	node_drop(copy, "a");
	node_drop(copy, "a");
	g_assert_cmpstr(node_text(copy, "c"), ==, "e");
	g_assert_null(node_get(copy, "a"));
	g_assert_cmpstr(node_text(root, "c"), ==, "d");
	g_assert_nonnull(node_get(node_get(root, "a"), "b"));
}

/* Whatever scalar_quote() writes is read back as it was. */
static void test_quoted_text_returns(void)
{
	for (guint round = 0; round < 2000; round++) {
		g_autoptr(Problems) problems = problems_new();
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *quoted = NULL, *yaml = NULL;
		g_autoptr(Node) root = NULL;

		for (guint i = g_test_rand_int_range(0, 12); i > 0; i--) {
			static const gunichar some[] = {'a', ' ', ':', '#', '-', '"', '\'', '\\',
				'\n', '\t', '0', '.', 'e', '[', '{', '&', '*', '!', '%', '@', ',',
				0xE4, 0x20AC, 0x202E, 0x1F98B, '|', '>', '?', '~'};

			g_string_append_unichar(
				text, some[g_test_rand_int_range(0, G_N_ELEMENTS(some))]);
		}
		quoted = scalar_quote(text->str);
		yaml = g_strdup_printf("key: %s # comment\n", quoted);
		root = read_text(yaml, problems);
		g_assert_nonnull(root);
		g_assert_cmpstr(node_text(root, "key"), ==, text->str);
	}
}

/* Refused, with a word about it, in well under a second of the processor: a machine that has other work is another thing. */
static void assert_refused(const char *bytes, gsize length, const char *why)
{
	g_autoptr(Problems) problems = problems_new();
	clock_t begin = clock();
	g_autoptr(Node) root G_GNUC_UNUSED = node_read("x.yaml", bytes, length, problems);
	g_autofree char *text = problems_text(problems);

	g_assert_cmpint(clock() - begin, <, CLOCKS_PER_SEC);
	g_assert_cmpuint(problems_count(problems), >, 0);
	g_test_message("%.200s", text);
	g_assert_nonnull(strstr(text, why));
}

static void assert_many_refused(const char *part, gsize size, const char *why)
{
	g_autoptr(GString) text = g_string_sized_new(size + 64);

	while (text->len + strlen(part) <= size)
		g_string_append(text, part);
	assert_refused(text->str, text->len, why);
}

static void test_hostile(void)
{
	const gsize most = NODE_BYTES_MAX;

	assert_many_refused("[", most, "nested deeper");
	assert_many_refused("{a: ", most, "nested deeper");
	assert_many_refused("- ", most, "nested deeper");
	assert_many_refused("[\n", most, "nested deeper");
	assert_many_refused("? ", most, "a key must be");
	assert_many_refused("- a\n", most, "more than 20000 values");
	assert_many_refused("a: b\n", most, "second time");
	assert_many_refused("aaaaaaaa ", most, "bytes; 4096 are allowed");
	assert_many_refused("\"", most, "not YAML");
	assert_many_refused("&a ", most, "not YAML");
	assert_many_refused("%", most, "not YAML");
	assert_many_refused("--- a\n", most, "second document");
	assert_many_refused("#", most, "empty");
	assert_many_refused("\n", most, "empty");
	assert_many_refused("*a ", most, "");
	assert_many_refused("!", most, "");
	assert_many_refused("a", 10 * most, "larger than 1 MiB");
	assert_refused("%\377", 2, "not UTF-8"); /* another reader hangs on it: libraries.md 2 */
	assert_refused("a: \0b", 5, "not UTF-8");
	assert_refused("\377\376a\0", 4, "not UTF-8"); /* UTF-16 */
	assert_refused("a: \302\205", 5, "control character");
	assert_refused("a: &x 1\nb: *x\n", 14, "aliases");
}

static void test_hostile_keys(void)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; text->len < NODE_BYTES_MAX - 20; i++)
		g_string_append_printf(text, "k%u: 1\n", i);
	assert_refused(text->str, text->len, "more than 20000 values");
}

static void assert_file_refused(const char *path, const char *why)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Node) root = node_read_file(path, problems);
	g_autofree char *text = problems_text(problems);

	g_assert_null(root);
	g_assert_nonnull(strstr(text, why));
}

static void test_files(void)
{
	char *folder = folder_new();
	g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
	g_autofree char *big = g_build_filename(folder, "big", NULL);
	g_autofree char *megabytes = g_strnfill(10 << 20, 'a');

	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	g_assert_true(g_file_set_contents(big, megabytes, -1, NULL));
	assert_file_refused(pipe, "not a regular file");
	assert_file_refused(folder, "not a regular file");
	assert_file_refused("/dev/zero", "not a regular file");
	assert_file_refused(big, "bytes; 1048576 are allowed");
	assert_file_refused("no\033such", "no\\x1bsuch: error: cannot be opened");
	folder_remove(folder);
}

static void test_problems(void)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *none = problems_text(problems), *text = NULL, *all = NULL;

	g_assert_cmpstr(none, ==, "");
	problems_add(problems, (Place){"b", 1, 1}, "fourth");
	problems_add(problems, (Place){"a", 10, 2}, "third");
	problems_add(problems, (Place){"a", 9, 7}, "second");
	problems_add(problems, (Place){"a"}, "first \033[2J");
	text = problems_text(problems);
	g_assert_cmpstr(text, ==,
		"a: error: first \\x1b[2J\na:9:7: error: second\na:10:2: error: third\n"
		"b:1:1: error: fourth\n");
	for (guint i = 0; i < 5000; i++)
		problems_add(problems, (Place){"c", i + 1, 1}, "one more");
	all = problems_text(problems);
	g_assert_cmpuint(problems_count(problems), ==, 5004);
	g_assert_true(g_str_has_suffix(all, "c:96:1: error: one more\nerror: and 4904 more\n"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/core/node/places", test_places);
	g_test_add_func("/core/node/copy", test_copy);
	g_test_add_func("/core/node/quoted-text-returns", test_quoted_text_returns);
	g_test_add_func("/core/node/hostile", test_hostile);
	g_test_add_func("/core/node/hostile-keys", test_hostile_keys);
	g_test_add_func("/core/node/files", test_files);
	g_test_add_func("/core/problems/text", test_problems);
	return g_test_run();
}

/* A recipe's folder: its pin is what sha256sum makes of it, and nothing outside of it is read. */
#include "core/failure.h"
#include "core/folder.h"
#include "lib/folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	char *outside, *path;
} Setup;

static void add(const Setup *setup, const char *name, const char *text)
{
	g_free(folder_write(setup->path, name, text));
}

static void set_up(Setup *setup, gconstpointer unused)
{
	setup->outside = folder_new();
	setup->path = g_build_filename(setup->outside, "files", NULL);
	add(setup, "main.py", "print(1)\n");
	add(setup, "lib/a b.py", "");
	add(setup, "lib.py", "x");
}

static void tear_down(Setup *setup, gconstpointer unused)
{
	folder_remove(setup->outside);
	g_free(setup->path);
}

/* As the header says that people can make it. */
static char *pin_of_sha256sum(const char *path)
{
	g_autofree char *output = NULL;
	g_autofree char *command = g_strdup_printf("sh -c \"cd '%s' && find . -type f -printf "
						   "'%%P\\\\0' | LC_ALL=C sort -z | xargs -0 "
						   "sha256sum | sha256sum\"",
		path);

	g_assert_true(g_spawn_command_line_sync(command, &output, NULL, NULL, NULL));
	g_assert_cmpuint(strlen(output), >, 64);
	output[64] = '\0';
	return g_steal_pointer(&output);
}

static void test_pin(Setup *setup, gconstpointer unused)
{
	g_autofree char *sha256 = pin_of_sha256sum(setup->path);
	Folder folder = {.name = "files", .path = setup->path, .sha256 = sha256};
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = folder_files(&folder, &error);
	const FolderFile *file;

	g_assert_no_error(error);
	g_assert_cmpuint(files->len, ==, 3);
	file = files->pdata[0];
	g_assert_cmpstr(file->path, ==, "lib.py");
	file = files->pdata[1];
	g_assert_cmpstr(file->path, ==, "lib/a b.py");
	g_assert_cmpuint(g_bytes_get_size(file->bytes), ==, 0);

	/* One byte, or one name, is another folder. */
	add(setup, "main.py", "print(2)\n");
	g_assert_null(folder_files(&folder, &error));
	g_assert_error(error, FAILURE, FAILURE_FOLDER_CHANGED);
	g_assert_nonnull(strstr(error->message, sha256));
}

static void test_copy(Setup *setup, gconstpointer unused)
{
	g_autofree char *copy = g_build_filename(setup->outside, "copy", NULL);
	g_autoptr(GPtrArray) files = folder_read(setup->path, NULL);
	g_autofree char *before = folder_sha256(files), *after = NULL;
	g_autoptr(GPtrArray) again = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(folder_save(files, copy, &error));
	g_assert_no_error(error);
	again = folder_read(copy, NULL);
	after = folder_sha256(again);
	g_assert_cmpstr(before, ==, after);
}

static void refused(const Setup *setup, const char *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = folder_read(setup->path, &error);

	g_assert_null(files);
	g_assert_error(error, FAILURE, FAILURE_FOLDER_CHANGED);
	if (!strstr(error->message, part))
		g_test_fail_printf("'%s' does not say '%s'", error->message, part);
}

/* Links, to files and to folders, out of it or not; a pipe; a file that cannot be read whole. */
static void test_no_way_out(Setup *setup, gconstpointer unused)
{
	g_autofree char *secret = folder_write(setup->outside, "secret", "secret");
	g_autofree char *inside = g_build_filename(setup->path, "lib", "way", NULL);
	static const char *const targets[] = {"../../secret", "../../..", "/etc", "../main.py"};

	for (guint i = 0; i < G_N_ELEMENTS(targets); i++) {
		g_assert_cmpint(symlink(targets[i], inside), ==, 0);
		refused(setup, "'lib/way' is neither a file nor a folder");
		g_unlink(inside);
	}
	g_assert_cmpint(mkfifo(inside, 0600), ==, 0);
	refused(setup, "'lib/way' is neither a file nor a folder");
	g_unlink(inside);
	g_assert_nonnull(secret);
}

static void test_names(Setup *setup, gconstpointer unused)
{
	static const char *const bad[] = {"a:b", "a*", "a\"b", "a.", "a ", " a", "nul", "Com1.txt",
		"\xC3\xA4", "a\nb", "a\\b", "a[1]", "MAIN.PY"};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *path = folder_write(setup->path, bad[i], "x");

		g_test_message("%s", bad[i]);
		refused(setup, "");
		g_unlink(path);
	}
	g_assert_nonnull(folder_read(setup->path, NULL));
}

static void test_limits(Setup *setup, gconstpointer unused)
{
	g_autofree char *empty = g_build_filename(setup->path, "empty", NULL);

	g_assert_cmpint(g_mkdir(empty, 0700), ==, 0);
	refused(setup, "'empty' is an empty folder");
	g_rmdir(empty);
	add(setup, "1/2/3/4/5/6/7/8", "deep");
	g_ptr_array_unref(folder_read(setup->path, NULL));
	add(setup, "1/2/3/4/5/6/7/too/deep", "x");
	refused(setup, "is too deep");
}

#define ADD(name, function) g_test_add(name, Setup, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("/core/folder/pin", test_pin);
	ADD("/core/folder/copy", test_copy);
	ADD("/core/folder/no-way-out", test_no_way_out);
	ADD("/core/folder/names", test_names);
	ADD("/core/folder/limits", test_limits);
	return g_test_run();
}

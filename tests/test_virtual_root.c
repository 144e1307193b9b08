/* The folder of a fixture, and what is left of one that was killed: root.h. */
#include "root.h"

#include "lib/folder.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static guint count(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint count = 0;

	while (g_dir_read_name(dir))
		count++;
	return count;
}

/* Where a fixture had its root that was killed. */
static char *killed_root(void)
{
	int told[2], status;
	char path[200];
	ssize_t length;
	pid_t pid;

	g_assert_cmpint(pipe(told), ==, 0);
	pid = fork();
	if (pid == 0) {
		Root *root = root_new();
		g_autofree char *file = g_build_filename(root->path, "sys", NULL);

		if (g_mkdir(file, 0700) != 0 || write(told[1], root->path, strlen(root->path)) < 1)
			_exit(9);
		raise(SIGKILL);
		_exit(9);
	}
	close(told[1]);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFSIGNALED(status));
	length = read(told[0], path, sizeof path - 1);
	g_assert_cmpint(length, >, 0);
	close(told[0]);
	return g_strndup(path, (gsize)length);
}

static void test_swept(void)
{
	char *folder = folder_new();
	g_autofree char *mine = folder_write(folder, "virtual-notes", "not a root");
	g_autofree char *bare = g_build_filename(folder, "virtual-folder", NULL);
	g_autofree char *killed = NULL;
	Root *first, *second;

	g_setenv("TMPDIR", folder, TRUE);
	first = root_new();
	killed = killed_root();
	g_assert_true(g_file_test(killed, G_FILE_TEST_IS_DIR));
	g_assert_cmpint(g_mkdir(bare, 0700), ==, 0); /* nobody knows whose: it has no lock */
	second = root_new();
	g_assert_false(g_file_test(killed, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(first->path, G_FILE_TEST_IS_DIR));
	g_assert_true(g_file_test(second->path, G_FILE_TEST_IS_DIR));
	g_assert_cmpuint(count(folder), ==, 4);
	root_free(first);
	root_free(second);
	g_assert_cmpuint(count(folder), ==, 2);
	g_unsetenv("TMPDIR");
	folder_remove(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/virtual/root/swept", test_swept);
	return g_test_run();
}

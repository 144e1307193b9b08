/* Power by a hub's ports, on made sysfs folders, and by a command. */
#include "lib/failed.h"
#include "lib/folder.h"
#include "link/hub_port.h"
#include "link/pin_command.h"

#include <glib/gstdio.h>
#include <unistd.h>

/* ---- a hub with a USB 3 half ------------------------------------------------------------------------ */

/* "1-2:1.0/1-2-port3/disable" */
static char *port_file(const char *root, const char *hub, guint port, const char *name)
{
	return g_strdup_printf("%s/%s:1.0/%s-port%u/%s", root, hub, hub, port, name);
}

static void make_port(const char *root, const char *hub, guint port, const char *state)
{
	g_autofree char *path = port_file(root, hub, port, "disable");
	g_autofree char *dir = g_path_get_dirname(path);
	g_assert_cmpint(g_mkdir_with_parents(dir, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, state, -1, NULL));
}

static void join_halves(const char *root, const char *hub, const char *other, guint port)
{
	g_autofree char *peer = port_file(root, hub, port, "peer");
	g_autofree char *there = g_strdup_printf("../../%s:1.0/%s-port%u", other, other, port);
	g_assert_cmpint(symlink(there, peer), ==, 0);
}

static char state_of(const char *root, const char *hub, guint port)
{
	g_autofree char *path = port_file(root, hub, port, "disable"), *text = NULL;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text[0];
}

static void test_hub(void)
{
	const Controller controller = {.name = "hub", .chip = "hub", .port = "1-2"};
	const PinsUsed used = {.outputs = 1u << 3};
	char *root = folder_new();
	g_autoptr(GError) error = NULL;
	make_port(root, "1-2", 3, "0\n");
	make_port(root, "2-2", 3, "0\n");
	make_port(root, "1-2", 4, "0\n");
	join_halves(root, "1-2", "2-2", 3);
	g_autoptr(PinBank) bank = hub_port_open(&controller, root, used, &error);
	g_assert_no_error(error);
	/* Both halves are off, the port that nobody names is as it was. */
	g_assert_cmpint(state_of(root, "1-2", 3), ==, '1');
	g_assert_cmpint(state_of(root, "2-2", 3), ==, '1');
	g_assert_cmpint(state_of(root, "1-2", 4), ==, '0');
	g_assert_true(bank->ops->set(bank, 1u << 3, 1u << 3, &error));
	g_assert_cmpint(state_of(root, "1-2", 3), ==, '0');
	g_assert_cmpint(state_of(root, "2-2", 3), ==, '0');
	folder_remove(root);
	g_assert_false(bank->ops->set(bank, 1u << 3, 0, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "1-2-port3/disable");
}

/* A hub that cannot switch has no such file; and no file is made. */
static void test_hub_cannot(void)
{
	const Controller controller = {.name = "hub", .chip = "hub", .port = "1-2"};
	char *root = folder_new();
	g_autofree char *path = port_file(root, "1-2", 3, "disable");
	g_autoptr(GError) error = NULL;
	make_port(root, "1-2", 3, "0\n");
	g_assert_cmpint(g_remove(path), ==, 0);
	g_assert_null(hub_port_open(&controller, root, (PinsUsed){.outputs = 1u << 3}, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "controller 'hub'");
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	folder_remove(root);
}

/* ---- a command ---------------------------------------------------------------------------------------- */

static gboolean open_and_set(const char *set, const char *get, const char *dir, GError **error)
{
	char *set_argv[] = {"/bin/sh", "-c", (char *)set, (char *)dir, NULL};
	char *get_argv[] = {"/bin/sh", "-c", (char *)get, (char *)dir, NULL};
	const Controller controller = {
		.name = "relay", .set = set_argv, .get = get ? get_argv : NULL};
	const PinsUsed used = {.outputs = 1u << 5, .safe = 0};
	g_autoptr(PinBank) bank = pin_command_open(&controller, used, error);
	return bank && bank->ops->set(bank, 1u << 5, 1u << 5, error);
}

static void test_command(void)
{
	static const char store[] = "echo \"$2\" >\"$0/pin-$1\"; echo \"$1=$2\" >>\"$0/log\"";
	char *dir = folder_new();
	g_autofree char *log = g_build_filename(dir, "log", NULL), *text = NULL;
	g_autoptr(GError) error = NULL;
	g_assert_true(open_and_set(store, "cat \"$0/pin-$1\"", dir, &error));
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "5=0\n5=1\n"); /* safe first */
	folder_remove(dir);
}

/* What it says, what it does, and how long it takes are not believed unseen. */
static void test_command_fails(void)
{
	static const struct {
		const char *set, *get, *says;
	} cases[] = {
		{"echo no card; exit 3", NULL, "ended with status 3: no card"},
		{"exit 0", "echo 0", "set pin 5 to 1, it is '0'"},
		{"exit 0", "echo maybe", "it is 'maybe'"},
		{"exit 0", "exit 1", "ended with status 1"},
		{"sleep 60", NULL, "pin 5"},
		{"kill -9 $$", NULL, "pin 5"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gint64 begin = g_get_monotonic_time();
		g_assert_false(open_and_set(cases[i].set, cases[i].get, "/tmp", &error));
		assert_failed(error, FAILURE_PINS_LOST, cases[i].says);
		g_assert_cmpint(g_get_monotonic_time() - begin, <, 10 * G_USEC_PER_SEC);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/link/switches/hub", test_hub);
	g_test_add_func("/link/switches/hub-cannot", test_hub_cannot);
	g_test_add_func("/link/switches/command", test_command);
	g_test_add_func("/link/switches/command-fails", test_command_fails);
	return g_test_run();
}

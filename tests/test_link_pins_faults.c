/* A keeper of pins that is absent, silent, or talks nonsense: no pin is taken for set. */
#include "lib/failed.h"
#include "lib/pins_keeper.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void test_absent(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *longer = g_strnfill(200, 'x');
	g_assert_null(pins_connect("/nowhere/keeper.sock", &error));
	assert_failed(error, FAILURE_PINS_LOST, "/nowhere/keeper.sock");
	g_clear_error(&error);
	g_assert_null(pins_connect(longer, &error));
	assert_failed(error, FAILURE_PINS_LOST, "xxx");
}

typedef struct {
	int listener;
	const char *says; /* NULL: nothing, for ever */
} Impostor;

static gpointer impostor_main(gpointer data)
{
	Impostor *impostor = data;
	char request[64];
	int fd = accept(impostor->listener, NULL, NULL);
	g_assert_cmpint(recv(fd, request, sizeof(request), 0), >, 0);
	if (impostor->says != NULL)
		g_assert_cmpint(
			send(fd, impostor->says, strlen(impostor->says), MSG_NOSIGNAL), >, 0);
	/* Until the other side has had enough. */
	while (impostor->says == NULL && recv(fd, request, sizeof(request), 0) > 0)
		continue;
	close(fd);
	return NULL;
}

/* What pins_set() makes of a keeper that says this. */
static void with_impostor(const char *says, FailureCode code, const char *text)
{
	g_autoptr(GError) error = NULL, again = NULL;
	g_autofree char *dir = g_dir_make_tmp("flashline-pins-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "s", NULL);
	Impostor impostor = {keeper_listen(path, &error), says};
	Watch watch = {0};
	g_assert_no_error(error);
	/* It listens without blocking, for the keeper's loop: here accept() has to wait. */
	g_assert_true(g_unix_set_fd_nonblocking(impostor.listener, FALSE, NULL));
	GThread *thread = g_thread_new("impostor", impostor_main, &impostor);
	g_autoptr(Pins) pins = pins_connect(path, &error);
	watch_begin(&watch, 10000, 0);
	g_assert_false(pins_set(pins, 1, SIGNAL_POWER, TRUE, &watch, &error));
	assert_failed(error, code, text);
	if (code == FAILURE_PINS_LOST) {
		/* A late answer must not be taken for that of the next request. */
		g_assert_false(pins_set(pins, 1, SIGNAL_POWER, FALSE, &watch, &again));
		g_assert_error(again, FAILURE, FAILURE_PINS_LOST);
	}
	g_assert_cmpint(g_get_monotonic_time() - watch.begin_us, <, 8 * G_USEC_PER_SEC);
	g_thread_join(thread);
	close(impostor.listener);
	g_remove(path);
	g_rmdir(dir);
}

static void test_impostors(void)
{
	with_impostor(NULL, FAILURE_PINS_LOST, "did not answer within 5 s");
	with_impostor("o", FAILURE_PINS_LOST, "is gone");
	with_impostor("okay\n", FAILURE_PINS_LOST, "okay");
	with_impostor("error no-such-word something\n", FAILURE_PINS_LOST, "something");
	with_impostor("error pins-missing there\x1b[2J\n", FAILURE_PINS_MISSING, "there\\x1b");
	g_autofree char *babble = g_strnfill(600, 'x');
	with_impostor(babble, FAILURE_PINS_LOST, "nonsense");
}

typedef struct {
	int listener;
	volatile gint go;
} LateKeeper;

/* Answers its first request when it is let go, and the second at once. */
static gpointer late_main(gpointer data)
{
	static const char *const answers[] = {"error pins-missing the first\n", "ok 1\n"};
	LateKeeper *late = data;
	char request[64];
	int fd = accept(late->listener, NULL, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(answers); i++) {
		g_assert_cmpint(recv(fd, request, sizeof(request), 0), >, 0);
		while (!g_atomic_int_get(&late->go))
			g_usleep(1000);
		g_assert_cmpint(send(fd, answers[i], strlen(answers[i]), MSG_NOSIGNAL), >, 0);
	}
	close(fd);
	return NULL;
}

/* Somebody had no time to wait: the answer is not taken for that of the next request. */
static void test_late(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *dir = g_dir_make_tmp("flashline-pins-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "s", NULL);
	LateKeeper late = {keeper_listen(path, &error), 0};
	gboolean active = FALSE;
	Watch watch = {0};
	g_assert_no_error(error);
	g_assert_true(g_unix_set_fd_nonblocking(late.listener, FALSE, NULL));
	GThread *thread = g_thread_new("late", late_main, &late);
	g_autoptr(Pins) pins = pins_connect(path, &error);
	for (guint i = 0; i < 2; i++) {
		watch_begin(&watch, 20, 0);
		g_assert_false(pins_set(pins, 1, SIGNAL_POWER, TRUE, &watch, &error));
		g_assert_error(error, FAILURE, FAILURE_STEP_DEADLINE);
		g_clear_error(&error);
		g_assert_true(pins_late(pins));
	}
	g_atomic_int_set(&late.go, 1);
	watch_begin(&watch, 10000, 0);
	g_assert_true(pins_settle(pins, &watch, &error));
	g_assert_false(pins_late(pins));
	g_assert_true(pins_read(pins, 1, SIGNAL_PRESENT, &active, &watch, &error));
	g_assert_true(active);
	g_thread_join(thread);
	close(late.listener);
	g_remove(path);
	g_rmdir(dir);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pins/absent", test_absent);
	g_test_add_func("/pins/impostors", test_impostors);
	g_test_add_func("/pins/late", test_late);
	return g_test_run();
}

/* What a keeper of pins tells unasked, and how it reads a stream: requests in pieces and heaps, floods, its end. */
#include "lib/failed.h"
#include "lib/pins_keeper.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The next input that is told, within 5 s; FALSE and the error when there will be none. */
static gboolean await_input(PinsWatch *watch, PinsInput *input, GError **error)
{
	gint64 until = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;
	g_autoptr(GError) seen = NULL;
	while (!pins_watch_next(watch, input, &seen)) {
		struct pollfd wire = {.fd = pins_watch_fd(watch), .events = POLLIN};
		if (seen != NULL) {
			g_propagate_error(error, g_steal_pointer(&seen));
			return FALSE;
		}
		g_assert_cmpint(g_get_monotonic_time(), <, until);
		poll(&wire, 1, 100);
	}
	return TRUE;
}

static void expect_input(PinsWatch *watch, guint slot, Signal signal, gboolean active)
{
	g_autoptr(GError) error = NULL;
	PinsInput input = {0};
	g_assert_true(await_input(watch, &input, &error));
	g_assert_cmpuint(input.slot, ==, slot);
	g_assert_cmpint(input.signal, ==, signal);
	g_assert_cmpint(input.active, ==, active);
}

static void set_levels(PinsKeeper *keeper, guint32 levels)
{
	g_mutex_lock(&keeper->lock);
	keeper->levels = levels;
	g_mutex_unlock(&keeper->lock);
}

/* All of them at first, then each change, to everybody; and a controller that goes. */
static void test_watch(void)
{
	g_auto(PinsKeeper) keeper;
	g_autoptr(GError) error = NULL;
	PinsInput input;
	pins_keeper_make(&keeper);
	g_autoptr(PinsWatch) first = pins_watch(keeper.socket, &error);
	g_assert_no_error(error);
	expect_input(first, 0, SIGNAL_LID, FALSE);
	expect_input(first, 2, SIGNAL_PRESENT, TRUE);
	set_levels(&keeper, 1);
	expect_input(first, 0, SIGNAL_LID, TRUE);
	g_autoptr(PinsWatch) second = pins_watch(keeper.socket, &error);
	expect_input(second, 0, SIGNAL_LID, TRUE);
	expect_input(second, 2, SIGNAL_PRESENT, TRUE);
	set_levels(&keeper, 3);
	expect_input(first, 2, SIGNAL_PRESENT, FALSE);
	expect_input(second, 2, SIGNAL_PRESENT, FALSE);
	g_mutex_lock(&keeper.lock);
	keeper.unplugged = TRUE;
	g_mutex_unlock(&keeper.lock);
	g_assert_false(await_input(second, &input, &error));
	assert_failed(error, FAILURE_PINS_LOST, "FT000002 is gone");
	g_clear_error(&error);
	g_assert_false(await_input(second, &input, &error));
	assert_failed(error, FAILURE_PINS_LOST, "gone");
}

static int connect_raw(const PinsKeeper *keeper)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, keeper->socket, sizeof(address.sun_path));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	return fd;
}

/* Requests in pieces and in heaps; and a client that never ends its line is dropped. */
static void test_stream(void)
{
	static const char text[] = "set 1 power 1\nset 1 boot0 1\nset 1 po";
	char answer[32] = "";
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	int fd = connect_raw(&keeper);
	g_assert_cmpint(send(fd, text, strlen(text), 0), ==, (gssize)strlen(text));
	g_assert_cmpint(recv(fd, answer, 6, MSG_WAITALL), ==, 6);
	g_assert_cmpstr(answer, ==, "ok\nok\n");
	g_assert_cmpint(send(fd, "wer 0\n", 6, 0), ==, 6);
	g_assert_cmpint(recv(fd, answer, 3, MSG_WAITALL), ==, 3);
	pins_keeper_seen(&keeper, "A0=1 B0=1 A0=0 ");
	char *flood = g_strnfill(1000, 'x');
	g_assert_cmpint(send(fd, flood, 1000, MSG_NOSIGNAL), >, 0);
	/* An end, or a reset since it had sent more than was read. */
	g_assert_cmpint(recv(fd, answer, sizeof(answer), 0), <=, 0);
	g_free(flood);
	close(fd);
	g_autoptr(Pins) pins = pins_keeper_connect(&keeper);
	pins_keeper_set(&keeper, pins, 1, SIGNAL_POWER, TRUE);
}

static void test_stop(void)
{
	g_auto(PinsKeeper) keeper;
	pins_keeper_make(&keeper);
	g_assert_cmpint(send(keeper.stop[1], "x", 1, 0), ==, 1);
	g_thread_join(g_steal_pointer(&keeper.thread));
	keeper.thread = g_thread_new("keeper", pins_keeper_serve, &keeper); /* ends at once again */
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pins/watch", test_watch);
	g_test_add_func("/pins/stream", test_stream);
	g_test_add_func("/pins/stop", test_stop);
	return g_test_run();
}

/*
 * Pins from a job's side and the keeper's: the protocol over a real socket, with wires that only
 * remember. That libftdi1 drives what it is told to shows in the virtual fixture.
 */
#include "core/failure.h"
#include "lib/seen_pins.h"
#include "line/keeper_server.h"
#include "link/pins.h"

#include <glib-unix.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static const char fixture_text[] = "flashline: 1\n"
				   "controllers:\n"
				   "  first: {chip: FT4232H, serial: \"FT000001\"}\n"
				   "  second: {chip: FT4232H, serial: \"FT000002\"}\n"
				   "  i2c: {chip: FT232H, serial: \"FT000003\"}\n"
				   "slots:\n"
				   "  - slot: 1\n"
				   "    usb: \"1-1\"\n"
				   "    power: {controller: first, pin: A0}\n"
				   "    boot0: {controller: first, pin: B0}\n"
				   "    nrst: {controller: first, pin: C0, active: low}\n"
				   "  - slot: 2\n"
				   "    usb: \"1-2\"\n"
				   "    power: {controller: second, pin: D7}\n"
				   "    current: {bus: i2c, address: 0x41}\n"
				   "    present: {controller: second, pin: A1, active: low}\n"
				   "    lamps:\n"
				   "      red: {controller: second, pin: C0}\n"
				   "      green: {controller: second, pin: C1, active: low}\n"
				   "lid: {controller: second, pin: A0}\n"
				   "buzzer: {controller: second, pin: C7}\n";

/* ---- a keeper with wires that only remember --------------------------------------------------- */

typedef struct {
	char *dir, *socket;
	Fixture *fixture;
	GString *seen;      /* "A0=1 C0=0 " */
	gboolean unplugged; /* the second controller */
	guint32 levels;     /* of inputs */
	KeeperWires wires;
	int listener, lifeline[2], stop[2];
	GThread *thread;
	GMutex lock;
	Watch watch;
} Bench;

static gboolean set_wires(
	gpointer data, const Controller *controller, guint32 pins, guint32 levels, GError **error)
{
	Bench *bench = data;
	g_mutex_lock(&bench->lock);
	gboolean there = strcmp(controller->name, "second") != 0 || !bench->unplugged;
	if (there)
		seen_pins(bench->seen, pins, levels);
	else
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "FT000002 is\ngone");
	g_mutex_unlock(&bench->lock);
	return there;
}

static gboolean read_wires(
	gpointer data, const Controller *controller, guint32 *levels, GError **error)
{
	Bench *bench = data;
	g_mutex_lock(&bench->lock);
	gboolean there = !bench->unplugged;
	if (there)
		*levels = bench->levels;
	else
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "%s is gone", controller->serial);
	g_mutex_unlock(&bench->lock);
	return there;
}

static gboolean flow_of(gpointer data, const Slot *slot, KeeperFlow *flow, GError **error)
{
	*flow = (KeeperFlow){112.4 * slot->number, 4988};
	return TRUE;
}

static void assert_seen(Bench *bench, const char *expected)
{
	g_mutex_lock(&bench->lock);
	g_assert_cmpstr(bench->seen->str, ==, expected);
	g_mutex_unlock(&bench->lock);
}

static gpointer serve(gpointer data)
{
	Bench *bench = data;
	keeper_serve(&bench->wires, bench->listener, bench->lifeline[0], bench->stop[0]);
	return NULL;
}

static Fixture *load_fixture(const char *dir)
{
	g_autofree char *path = g_build_filename(dir, "two.yaml", NULL);
	g_autoptr(Problems) problems = problems_new();
	g_assert_true(g_file_set_contents(path, fixture_text, -1, NULL));
	Fixture *fixture = fixture_load(path, problems);
	g_autofree char *text = problems_text(problems);
	g_assert_cmpstr(text, ==, "");
	g_remove(path);
	return fixture;
}

static void bench_make(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	*bench = (Bench){.dir = g_dir_make_tmp("flashline-pins-XXXXXX", NULL)};
	bench->socket = g_build_filename(bench->dir, "keeper.sock", NULL);
	bench->fixture = load_fixture(bench->dir);
	bench->seen = g_string_new(NULL);
	bench->wires = (KeeperWires){.fixture = bench->fixture,
		.set = set_wires,
		.read = read_wires,
		.measure = flow_of,
		.data = bench};
	bench->listener = keeper_listen(bench->socket, &error);
	g_assert_no_error(error);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, bench->lifeline), ==, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, bench->stop), ==, 0);
	g_mutex_init(&bench->lock);
	watch_begin(&bench->watch, 20000, 0);
	bench->thread = g_thread_new("keeper", serve, bench);
}

/* It ends when its lifeline does. */
static void bench_clear(Bench *bench)
{
	shutdown(bench->lifeline[1], SHUT_RDWR);
	g_thread_join(bench->thread);
	const int fds[] = {bench->listener, bench->lifeline[0], bench->lifeline[1], bench->stop[0],
		bench->stop[1]};
	for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
	g_remove(bench->socket);
	g_rmdir(bench->dir);
	g_free(bench->socket);
	g_free(bench->dir);
	fixture_free(bench->fixture);
	g_string_free(bench->seen, TRUE);
	g_mutex_clear(&bench->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

static Pins *connect_well(const Bench *bench)
{
	g_autoptr(GError) error = NULL;
	Pins *pins = pins_connect(bench->socket, &error);
	g_assert_no_error(error);
	return pins;
}

static void assert_set(Bench *bench, Pins *pins, guint slot, Signal signal, gboolean active)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(pins_set(pins, slot, signal, active, &bench->watch, &error));
	g_assert_no_error(error);
}

static void assert_failed(const GError *error, FailureCode code, const char *text)
{
	g_assert_error(error, FAILURE, (int)code);
	if (strstr(error->message, text) == NULL)
		g_error("\"%s\" does not say \"%s\"", error->message, text);
}

/* ---- tests ------------------------------------------------------------------------------------- */

static void test_levels(void)
{
	g_auto(Bench) bench;
	bench_make(&bench);
	g_autoptr(Pins) pins = connect_well(&bench);
	assert_set(&bench, pins, 1, SIGNAL_BOOT0, FALSE);
	assert_set(&bench, pins, 1, SIGNAL_NRST, FALSE);
	assert_set(&bench, pins, 1, SIGNAL_POWER, TRUE);
	assert_set(&bench, pins, 1, SIGNAL_NRST, TRUE);
	assert_set(&bench, pins, 2, SIGNAL_POWER, TRUE);
	assert_seen(&bench, "B0=0 C0=1 A0=1 C0=0 D7=1 ");
}

static void test_not_wired(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	bench_make(&bench);
	g_autoptr(Pins) pins = connect_well(&bench);
	g_assert_false(pins_set(pins, 2, SIGNAL_BOOT0, TRUE, &bench.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 2 has no boot0 wire");
	assert_seen(&bench, "");
}

/* One controller gone: its slots hear so, the others go on. */
static void test_unplugged(void)
{
	g_auto(Bench) bench;
	bench_make(&bench);
	bench.unplugged = TRUE;
	g_autoptr(Pins) pins = connect_well(&bench);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(pins_set(pins, 2, SIGNAL_POWER, TRUE, &bench.watch, &error));
		assert_failed(error, FAILURE_PINS_LOST, "FT000002 is");
		g_assert_null(strchr(error->message, '\n'));
	}
	assert_set(&bench, pins, 1, SIGNAL_POWER, TRUE);
	assert_seen(&bench, "A0=1 ");
}

static void test_clients_come_and_go(void)
{
	g_auto(Bench) bench;
	bench_make(&bench);
	g_autoptr(Pins) lasting = connect_well(&bench);
	for (guint i = 0; i < 100; i++) {
		g_autoptr(Pins) pins = connect_well(&bench);
		assert_set(&bench, pins, 1, SIGNAL_POWER, TRUE);
	}
	/* Nothing was switched off by their going. */
	g_assert_null(strstr(bench.seen->str, "A0=0"));
	assert_set(&bench, lasting, 1, SIGNAL_POWER, FALSE);
	struct stat status;
	g_assert_cmpint(stat(bench.socket, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 0777, ==, 0600);
}

static void assert_answer(const Bench *bench, const char *request, const char *expected)
{
	g_autofree char *answer = keeper_answer(&bench->wires, request);
	g_assert_cmpstr(answer, ==, expected);
}

static void test_requests(void)
{
	static const char *const bad[] = {"", "set", "set 1 power", "set 1 power 2",
		"set 1 power 1 ", "set 3 power 1", "set 1 vbus 1", "set  1 power 1",
		"set 1 power 01", "get 1 power 1", "set -1 power 1", "set 4294967297 power 1",
		"SET 1 power 1", "set 1 power 1\r", "set 1x power 1", "set +1 power 1",
		"set 0 nrst", "read 2", "read 2 present 1", "lamps 2", "lamps 2 pink",
		"lamps 2 red+", "lamps 2 lamp-red", "watch 1", "set 2 present 1", "read 2 power"};
	g_auto(Bench) bench;
	bench_make(&bench);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *answer = keeper_answer(&bench.wires, bad[i]);
		g_assert_true(g_str_has_prefix(answer, "error station-internal "));
		g_assert_true(strchr(answer, '\n') == answer + strlen(answer) - 1);
	}
	assert_seen(&bench, "");
	assert_answer(
		&bench, "set 0 power 1", "error pins-missing the fixture has no power wire\n");
	g_autofree char *answer = keeper_answer(&bench.wires, "set 1 nrst 1");
	g_assert_cmpstr(answer, ==, "ok\n");
	assert_seen(&bench, "C0=0 ");
}

static void assert_reads(Bench *bench, Pins *pins, guint slot, Signal signal, gboolean expected)
{
	g_autoptr(GError) error = NULL;
	gboolean active = !expected;
	g_assert_true(pins_read(pins, slot, signal, &active, &bench->watch, &error));
	g_assert_no_error(error);
	g_assert_cmpint(active, ==, expected);
}

/* An input says what its name says, whatever its level. */
static void test_inputs(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	gboolean active;
	bench_make(&bench);
	g_autoptr(Pins) pins = connect_well(&bench);
	assert_reads(&bench, pins, 2, SIGNAL_PRESENT, TRUE);
	assert_reads(&bench, pins, 0, SIGNAL_LID, FALSE);
	bench.levels = 3;
	assert_reads(&bench, pins, 2, SIGNAL_PRESENT, FALSE);
	assert_reads(&bench, pins, 0, SIGNAL_LID, TRUE);
	g_assert_false(pins_read(pins, 1, SIGNAL_PRESENT, &active, &bench.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 1 has no present wire");
	assert_seen(&bench, "");
}

static void test_measure(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	PinsFlow flow;
	bench_make(&bench);
	g_autoptr(Pins) pins = connect_well(&bench);
	g_assert_true(pins_measure(pins, 2, &flow, &bench.watch, &error));
	g_assert_cmpfloat_with_epsilon(flow.milliampere, 224.8, 1e-6);
	g_assert_cmpfloat_with_epsilon(flow.millivolt, 4988, 1e-6);
	g_assert_false(pins_measure(pins, 1, &flow, &bench.watch, &error));
	assert_failed(error, FAILURE_PINS_MISSING, "slot 1 has no current monitor");
}

static void assert_lamps(Bench *bench, Pins *pins, guint slot, guint lit)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(pins_lamps(pins, slot, lit, FALSE, &bench->watch, &error));
	g_assert_no_error(error);
}

/* Exactly those, of those that there are, in one transfer. */
static void test_lamps(void)
{
	g_auto(Bench) bench;
	bench_make(&bench);
	g_autoptr(Pins) pins = connect_well(&bench);
	assert_lamps(&bench, pins, 2, 1u << SIGNAL_LAMP_RED | 1u << SIGNAL_LAMP_BLUE);
	assert_seen(&bench, "C0=1+C1=1 ");
	assert_lamps(&bench, pins, 2, 1u << SIGNAL_LAMP_GREEN);
	assert_lamps(&bench, pins, 2, 0);
	assert_lamps(&bench, pins, 1, 1u << SIGNAL_LAMP_GREEN);
	assert_set(&bench, pins, 0, SIGNAL_BUZZER, TRUE);
	assert_seen(&bench, "C0=1+C1=1 C0=0+C1=0 C0=0+C1=1 C7=1 ");
}

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

static void set_levels(Bench *bench, guint32 levels)
{
	g_mutex_lock(&bench->lock);
	bench->levels = levels;
	g_mutex_unlock(&bench->lock);
}

/* All of them at first, then each change, to everybody; and a controller that goes. */
static void test_watch(void)
{
	g_auto(Bench) bench;
	g_autoptr(GError) error = NULL;
	PinsInput input;
	bench_make(&bench);
	g_autoptr(PinsWatch) first = pins_watch(bench.socket, &error);
	g_assert_no_error(error);
	expect_input(first, 0, SIGNAL_LID, FALSE);
	expect_input(first, 2, SIGNAL_PRESENT, TRUE);
	set_levels(&bench, 1);
	expect_input(first, 0, SIGNAL_LID, TRUE);
	g_autoptr(PinsWatch) second = pins_watch(bench.socket, &error);
	expect_input(second, 0, SIGNAL_LID, TRUE);
	expect_input(second, 2, SIGNAL_PRESENT, TRUE);
	set_levels(&bench, 3);
	expect_input(first, 2, SIGNAL_PRESENT, FALSE);
	expect_input(second, 2, SIGNAL_PRESENT, FALSE);
	g_mutex_lock(&bench.lock);
	bench.unplugged = TRUE;
	g_mutex_unlock(&bench.lock);
	g_assert_false(await_input(second, &input, &error));
	assert_failed(error, FAILURE_PINS_LOST, "FT000002 is gone");
	g_clear_error(&error);
	g_assert_false(await_input(second, &input, &error));
	assert_failed(error, FAILURE_PINS_LOST, "gone");
}

static int connect_raw(const Bench *bench)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	g_strlcpy(address.sun_path, bench->socket, sizeof(address.sun_path));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	g_assert_cmpint(connect(fd, (struct sockaddr *)&address, sizeof(address)), ==, 0);
	return fd;
}

/* Requests in pieces and in heaps; and a client that never ends its line is dropped. */
static void test_stream(void)
{
	static const char text[] = "set 1 power 1\nset 1 boot0 1\nset 1 po";
	char answer[32] = "";
	g_auto(Bench) bench;
	bench_make(&bench);
	int fd = connect_raw(&bench);
	g_assert_cmpint(send(fd, text, strlen(text), 0), ==, (gssize)strlen(text));
	g_assert_cmpint(recv(fd, answer, 6, MSG_WAITALL), ==, 6);
	g_assert_cmpstr(answer, ==, "ok\nok\n");
	g_assert_cmpint(send(fd, "wer 0\n", 6, 0), ==, 6);
	g_assert_cmpint(recv(fd, answer, 3, MSG_WAITALL), ==, 3);
	assert_seen(&bench, "A0=1 B0=1 A0=0 ");
	char *flood = g_strnfill(1000, 'x');
	g_assert_cmpint(send(fd, flood, 1000, MSG_NOSIGNAL), >, 0);
	/* An end, or a reset since it had sent more than was read. */
	g_assert_cmpint(recv(fd, answer, sizeof(answer), 0), <=, 0);
	g_free(flood);
	close(fd);
	g_autoptr(Pins) pins = connect_well(&bench);
	assert_set(&bench, pins, 1, SIGNAL_POWER, TRUE);
}

static void test_stop(void)
{
	g_auto(Bench) bench;
	bench_make(&bench);
	g_assert_cmpint(send(bench.stop[1], "x", 1, 0), ==, 1);
	g_thread_join(g_steal_pointer(&bench.thread));
	bench.thread = g_thread_new("keeper", serve, &bench); /* ends at once again */
}

/* ---- a keeper that does not behave --------------------------------------------------------------- */

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

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pins/levels", test_levels);
	g_test_add_func("/pins/not-wired", test_not_wired);
	g_test_add_func("/pins/unplugged", test_unplugged);
	g_test_add_func("/pins/clients-come-and-go", test_clients_come_and_go);
	g_test_add_func("/pins/requests", test_requests);
	g_test_add_func("/pins/inputs", test_inputs);
	g_test_add_func("/pins/measure", test_measure);
	g_test_add_func("/pins/lamps", test_lamps);
	g_test_add_func("/pins/watch", test_watch);
	g_test_add_func("/pins/stream", test_stream);
	g_test_add_func("/pins/stop", test_stop);
	g_test_add_func("/pins/absent", test_absent);
	g_test_add_func("/pins/impostors", test_impostors);
	return g_test_run();
}

#include "lib/pins_keeper.h"

#include "core/failure.h"
#include "lib/seen_pins.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
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
				   "      blue: {controller: second, pin: C2}\n"
				   "lid: {controller: second, pin: A0}\n"
				   "buzzer: {controller: second, pin: C7}\n";

static gboolean set_wires(
	gpointer data, const Controller *controller, guint32 pins, guint32 levels, GError **error)
{
	PinsKeeper *keeper = data;
	g_mutex_lock(&keeper->lock);
	gboolean there = strcmp(controller->name, "second") != 0 || !keeper->unplugged;
	if (there)
		seen_pins(keeper->seen, pins, levels);
	else
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "FT000002 is\ngone");
	g_mutex_unlock(&keeper->lock);
	return there;
}

static gboolean read_wires(
	gpointer data, const Controller *controller, guint32 *levels, GError **error)
{
	PinsKeeper *keeper = data;
	g_mutex_lock(&keeper->lock);
	gboolean there = !keeper->unplugged;
	if (there)
		*levels = keeper->levels;
	else
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "%s is gone", controller->serial);
	g_mutex_unlock(&keeper->lock);
	return there;
}

static gboolean flow_of(gpointer data, const Slot *slot, KeeperFlow *flow, GError **error)
{
	*flow = (KeeperFlow){112.4 * slot->number, 4988};
	return TRUE;
}

void pins_keeper_seen(PinsKeeper *keeper, const char *expected)
{
	g_mutex_lock(&keeper->lock);
	g_assert_cmpstr(keeper->seen->str, ==, expected);
	g_mutex_unlock(&keeper->lock);
}

gpointer pins_keeper_serve(gpointer data)
{
	PinsKeeper *keeper = data;
	keeper_serve(&keeper->wires, keeper->listener, keeper->lifeline[0], keeper->stop[0]);
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

void pins_keeper_make(PinsKeeper *keeper)
{
	g_autoptr(GError) error = NULL;
	*keeper = (PinsKeeper){.dir = g_dir_make_tmp("flashline-pins-XXXXXX", NULL)};
	keeper->socket = g_build_filename(keeper->dir, "keeper.sock", NULL);
	keeper->fixture = load_fixture(keeper->dir);
	keeper->seen = g_string_new(NULL);
	keeper->wires = (KeeperWires){.fixture = keeper->fixture,
		.set = set_wires,
		.read = read_wires,
		.measure = flow_of,
		.data = keeper};
	keeper->listener = keeper_listen(keeper->socket, &error);
	g_assert_no_error(error);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, keeper->lifeline), ==, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, keeper->stop), ==, 0);
	g_mutex_init(&keeper->lock);
	watch_begin(&keeper->watch, 20000, 0);
	keeper->thread = g_thread_new("keeper", pins_keeper_serve, keeper);
}

void pins_keeper_clear(PinsKeeper *keeper)
{
	shutdown(keeper->lifeline[1], SHUT_RDWR);
	g_thread_join(keeper->thread);
	const int fds[] = {keeper->listener, keeper->lifeline[0], keeper->lifeline[1],
		keeper->stop[0], keeper->stop[1]};
	for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
		close(fds[i]);
	g_remove(keeper->socket);
	g_rmdir(keeper->dir);
	g_free(keeper->socket);
	g_free(keeper->dir);
	fixture_free(keeper->fixture);
	g_string_free(keeper->seen, TRUE);
	g_mutex_clear(&keeper->lock);
}

Pins *pins_keeper_connect(const PinsKeeper *keeper)
{
	g_autoptr(GError) error = NULL;
	Pins *pins = pins_connect(keeper->socket, &error);
	g_assert_no_error(error);
	return pins;
}

void pins_keeper_set(PinsKeeper *keeper, Pins *pins, guint slot, Signal signal, gboolean active)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(pins_set(pins, slot, signal, active, &keeper->watch, &error));
	g_assert_no_error(error);
}

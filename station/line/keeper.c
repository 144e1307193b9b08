#include "line/keeper.h"

#include "core/failure.h"
#include "line/keeper_devices.h"
#include "line/keeper_server.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_STATION = 3 };

static void make_inactive(const KeeperWires *wires, guint slot, Signal signal)
{
	if (fixture_pin(wires->fixture, slot, signal) != NULL)
		keeper_set(wires, slot, signal, FALSE, NULL);
}

/* Power first, of all slots. What cannot be set any more is passed over. */
static void make_safe(const KeeperWires *wires)
{
	const GPtrArray *slots = wires->fixture->slots;
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
		if (signal_is_input((Signal)signal))
			continue;
		make_inactive(wires, 0, (Signal)signal);
		for (guint i = 0; i < slots->len; i++) {
			const Slot *slot = g_ptr_array_index(slots, i);
			make_inactive(wires, slot->number, (Signal)signal);
		}
	}
}

/* SIGTERM as something to poll. Ctrl-C goes to the whole group: the controller decides about that. */
static int take_signals(void)
{
	sigset_t ends;
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_SETMASK, &ends, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &ends, SFD_CLOEXEC);
}

static void say(const char *format, ...) G_GNUC_PRINTF(1, 2);
static void say(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	/* If nobody reads it, the lifeline's end tells us soon. */
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		return;
}

static gboolean keep(
	const Fixture *fixture, const char *socket_path, int lifeline, int stop, GError **error)
{
	g_autoptr(KeeperDevices) devices = stop >= 0 ? keeper_devices_open(fixture, error) : NULL;
	int listener = -1;
	if (devices != NULL)
		listener = keeper_listen(socket_path, error);
	if (listener < 0) {
		if (stop < 0)
			g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "no signalfd");
		return FALSE;
	}
	const KeeperWires wires = keeper_devices_wires(devices);
	say("ready\n");
	keeper_serve(&wires, listener, lifeline, stop);
	close(listener);
	unlink(socket_path);
	make_safe(&wires);
	return TRUE;
}

int keeper_main(const Fixture *fixture, const char *socket_path, int lifeline_fd)
{
	g_autoptr(GError) error = NULL;
	int stop = take_signals();
	gboolean kept = keep(fixture, socket_path, lifeline_fd, stop, &error);
	if (!kept)
		say("error %s %s\n", failure_of(error)->word, error->message);
	if (stop >= 0)
		close(stop);
	return kept ? 0 : EXIT_STATION;
}

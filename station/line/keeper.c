#include "line/keeper.h"

#include "core/failure.h"
#include "line/keeper_server.h"
#include "link/ftdi.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_STATION = 3 };

/* Its controllers, in the fixture's order; NULL: none of its pins is named by a slot. */
typedef struct {
	const Fixture *fixture;
	GPtrArray *chips; /* of Ftdi* */
} Keeper;

static void close_chip(gpointer data)
{
	ftdi_close(data);
}

static gboolean set_pin(gpointer data, const Pin *pin, gboolean high, GError **error)
{
	const Keeper *keeper = data;
	guint index = 0;
	if (!g_ptr_array_find(keeper->fixture->controllers, pin->controller, &index) ||
		g_ptr_array_index(keeper->chips, index) == NULL) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "controller '%s' is not open",
			pin->controller->name);
		return FALSE;
	}
	return ftdi_set(
		g_ptr_array_index(keeper->chips, index), pin->channel, pin->pin, high, error);
}

/* Which pins of a controller the slots name, and their inactive levels. TRUE if there are any. */
static gboolean gather_pins(
	const Fixture *fixture, const Controller *controller, guint8 mask[4], guint8 level[4])
{
	gboolean any = FALSE;
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = g_ptr_array_index(fixture->slots, i);
		for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
			const Pin *pin = &slot->pins[signal];
			if (pin->controller != controller)
				continue;
			guint8 bit = (guint8)(1u << pin->pin);
			mask[pin->channel - 'A'] |= bit;
			if (pin->active_low)
				level[pin->channel - 'A'] |= bit;
			any = TRUE;
		}
	}
	return any;
}

/* Each begins with all its wires inactive: that is what makes them safe at the start. */
static gboolean open_chips(Keeper *keeper, GError **error)
{
	for (guint i = 0; i < keeper->fixture->controllers->len; i++) {
		const Controller *controller = g_ptr_array_index(keeper->fixture->controllers, i);
		guint8 mask[4] = {0}, level[4] = {0};
		Ftdi *chip = NULL;
		if (gather_pins(keeper->fixture, controller, mask, level)) {
			chip = ftdi_open(controller, mask, level, error);
			if (chip == NULL)
				return FALSE;
		}
		g_ptr_array_add(keeper->chips, chip);
	}
	return TRUE;
}

/* Power first, of all slots. What cannot be set any more is passed over. */
static void make_safe(const KeeperWires *wires)
{
	const GPtrArray *slots = wires->fixture->slots;
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
		for (guint i = 0; i < slots->len; i++) {
			const Slot *slot = g_ptr_array_index(slots, i);
			if (slot->pins[signal].controller != NULL)
				keeper_set(wires, slot, (Signal)signal, FALSE, NULL);
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
	Keeper *keeper, const char *socket_path, int lifeline, int stop, GError **error)
{
	const KeeperWires wires = {keeper->fixture, set_pin, keeper};
	int listener = -1;
	gboolean open = stop >= 0 && open_chips(keeper, error);
	if (open)
		listener = keeper_listen(socket_path, error);
	if (listener < 0) {
		if (stop < 0)
			g_set_error(error, FAILURE, FAILURE_STATION_INTERNAL, "no signalfd");
		return FALSE;
	}
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
	g_autoptr(GPtrArray) chips = g_ptr_array_new_with_free_func(close_chip);
	Keeper keeper = {fixture, chips};
	int stop = take_signals();
	gboolean kept = keep(&keeper, socket_path, lifeline_fd, stop, &error);
	if (!kept)
		say("error %s %s\n", failure_of(error)->word, error->message);
	if (stop >= 0)
		close(stop);
	return kept ? 0 : EXIT_STATION;
}

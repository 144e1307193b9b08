#include "line/keeper.h"

#include "core/failure.h"
#include "line/keeper_server.h"
#include "link/ftdi.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { EXIT_STATION = 3 };

/* Its controllers, in the fixture's order; NULL: none of its pins is named. */
typedef struct {
	const Fixture *fixture;
	GPtrArray *banks; /* of PinBank* */
} Keeper;

static void close_bank(gpointer data)
{
	pin_bank_close(data);
}

static PinBank *find_bank(const Keeper *keeper, const Controller *controller, GError **error)
{
	PinBank *bank = NULL;
	guint index = 0;
	if (g_ptr_array_find(keeper->fixture->controllers, controller, &index))
		bank = g_ptr_array_index(keeper->banks, index);
	if (bank == NULL)
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "controller '%s' is not open",
			controller->name);
	return bank;
}

static gboolean set_pin(gpointer data, const Pin *pin, gboolean high, GError **error)
{
	PinBank *bank = find_bank(data, pin->controller, error);
	return bank != NULL && bank->ops->set(bank, pin->index, high, error);
}

static gboolean read_pins(
	gpointer data, const Controller *controller, guint32 *levels, GError **error)
{
	PinBank *bank = find_bank(data, controller, error);
	return bank != NULL && bank->ops->read(bank, levels, error);
}

static void gather_pins(const Pin *pins, const Controller *controller, PinsUsed *used)
{
	for (guint signal = 0; signal < SIGNAL_COUNT; signal++) {
		guint32 bit = (guint32)1 << pins[signal].index;
		if (pins[signal].controller != controller)
			continue;
		if (signal_is_input((Signal)signal))
			used->inputs |= bit;
		else
			used->outputs |= bit;
		if (pins[signal].active_low)
			used->safe |= bit;
	}
}

/* Which pins of a controller the fixture names. */
static PinsUsed used_pins(const Fixture *fixture, const Controller *controller)
{
	PinsUsed used = {0};
	gather_pins(fixture->pins, controller, &used);
	for (guint i = 0; i < fixture->slots->len; i++) {
		const Slot *slot = g_ptr_array_index(fixture->slots, i);
		gather_pins(slot->pins, controller, &used);
	}
	return used;
}

/* Each begins with all its outputs inactive: that is what makes them safe at the start. */
static gboolean open_banks(Keeper *keeper, GError **error)
{
	for (guint i = 0; i < keeper->fixture->controllers->len; i++) {
		const Controller *controller = g_ptr_array_index(keeper->fixture->controllers, i);
		const PinsUsed used = used_pins(keeper->fixture, controller);
		PinBank *bank = NULL;
		if (used.outputs | used.inputs) {
			bank = ftdi_open(controller, used, error);
			if (bank == NULL)
				return FALSE;
		}
		g_ptr_array_add(keeper->banks, bank);
	}
	return TRUE;
}

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
	Keeper *keeper, const char *socket_path, int lifeline, int stop, GError **error)
{
	const KeeperWires wires = {keeper->fixture, set_pin, read_pins, keeper};
	int listener = -1;
	gboolean open = stop >= 0 && open_banks(keeper, error);
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
	g_autoptr(GPtrArray) banks = g_ptr_array_new_with_free_func(close_bank);
	Keeper keeper = {fixture, banks};
	int stop = take_signals();
	gboolean kept = keep(&keeper, socket_path, lifeline_fd, stop, &error);
	if (!kept)
		say("error %s %s\n", failure_of(error)->word, error->message);
	if (stop >= 0)
		close(stop);
	return kept ? 0 : EXIT_STATION;
}

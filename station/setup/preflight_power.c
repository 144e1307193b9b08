/*
 * Does a slot's power pin really cut? A wire that fell off, or a hub that feeds a board through its USB
 * cable, makes a power cycle a lie (peers.md section 2): a board whose power is off must be gone.
 *
 *   all off ---- a device on its port: FAIL
 *   BOOT0 on, all on ---- ST's ROM comes up, whatever is in flash; none: asked over SWD
 *   all off ---- a device still on its port: FAIL
 *
 * A hub's switch takes a board off the bus whether or not it cuts its power: there only the chip can tell, over SWD.
 */
#include "core/failure.h"
#include "link/openocd.h"
#include "setup/kept_pins.h"
#include "setup/devices.h"
#include "setup/preflight.h"

#include <glib/gstdio.h>

enum {
	SET_MS = 10000, /* all pins: a controller answers within milliseconds */
	GONE_MS = 3000, /* capacitors, and the hub's own notice */
	COME_MS = 5000, /* the ROM needs 0.3 s; firmware, where there is no BOOT0 wire, up to 4 s */
	SWD_MS = 10000,
	LOOK_MS = 100,
};

typedef struct {
	const Slot *slot;
	gboolean came, stays;
} Trial;

typedef struct {
	Preflight *preflight;
	KeptPins *kept;
	GArray *trials; /* of Trial */
} Power;

static Trial *trial_of(const Power *power, guint i)
{
	return &g_array_index(power->trials, Trial, i);
}

static gboolean wired(const Slot *slot, Signal signal)
{
	return slot->pins[signal].controller != NULL;
}

/* Gone from the bus is gone without power, unless a hub has done it. */
static gboolean by_hub(const Slot *slot)
{
	return slot->pins[SIGNAL_POWER].controller->kind == CONTROLLER_HUB;
}

static gboolean set(
	const Power *power, const Slot *slot, Signal signal, gboolean active, GError **error)
{
	Watch watch = {.stop = power->preflight->stop};

	watch_begin(&watch, SET_MS, 0);
	if (!power->kept->pins) {
		g_set_error(error, FAILURE, FAILURE_PINS_LOST, "the keeper of the pins has ended");
		return FALSE;
	}
	return pins_set(power->kept->pins, slot->number, signal, active, &watch, error);
}

static gboolean switch_all(const Power *power, gboolean on, GError **error)
{
	for (guint i = 0; i < power->trials->len; i++) {
		const Slot *slot = trial_of(power, i)->slot;

		/* BOOT0 stands before power comes; a board without power must not be fed through it. */
		if (on && wired(slot, SIGNAL_BOOT0) && !set(power, slot, SIGNAL_BOOT0, TRUE, error))
			return FALSE;
		if (!set(power, slot, SIGNAL_POWER, on, error))
			return FALSE;
		if (!on && wired(slot, SIGNAL_BOOT0) &&
			!set(power, slot, SIGNAL_BOOT0, FALSE, error))
			return FALSE;
	}
	return TRUE;
}

static guint count_present(const Power *power)
{
	g_autoptr(GPtrArray) list = usb_list(power->preflight->usb);
	guint count = 0;

	for (guint i = 0; i < power->trials->len; i++) {
		Trial *trial = trial_of(power, i);

		trial->stays = devices_board(list, trial->slot->usb) != NULL;
		trial->came |= trial->stays;
		count += trial->stays;
	}
	return count;
}

/* Until so many are there, or not for ever. */
static void await_count(const Power *power, guint wanted, guint ms)
{
	Watch watch = {.stop = power->preflight->stop};

	watch_begin(&watch, ms, 0);
	while (count_present(power) != wanted && watch_ok(&watch, NULL))
		usb_await_change(power->preflight->usb, LOOK_MS, &watch);
}

/* ---- findings ---------------------------------------------------------------------------------- */

static guint find_stayers(const Power *power)
{
	guint count = 0;

	for (guint i = 0; i < power->trials->len; i++) {
		const Trial *trial = trial_of(power, i);

		if (!trial->stays)
			continue;
		count++;
		preflight_find(power->preflight, GRADE_FAIL, "power-not-cut",
			"Look at the wire of its power pin. Where the board is fed through USB, "
			"its hub must switch port power.",
			"slot %u: its power is off, and its board is still on port %s",
			trial->slot->number, trial->slot->usb);
	}
	return count;
}

typedef Openocd *(*Connect)(
	const char *serial, guint khz, const char *folder, Watch *watch, GError **error);

/* Whether a chip answers there. Nothing is halted, nothing written. */
static gboolean chip_answers(const Power *power, const Slot *slot, Connect connect)
{
	g_autofree char *folder = g_dir_make_tmp("flashline-swd-XXXXXX", NULL);
	Watch watch = {.stop = power->preflight->stop};
	g_autoptr(GError) error = NULL;
	Openocd *openocd;

	watch_begin(&watch, SWD_MS, 0);
	openocd = folder ? connect(slot->probe, power->preflight->fixture->swd_khz, folder, &watch,
				   &error)
			 : NULL;
	openocd_free(openocd);
	if (folder)
		g_rmdir(folder);
	return openocd != NULL;
}

static gboolean has_probe(const Power *power, const Slot *slot)
{
	return slot->probe &&
	       devices_count(power->preflight->list, THING_PROBE, slot->probe, NULL) == 1;
}

/* Power is on. */
static void find_absent(const Power *power, const Slot *slot)
{
	if (has_probe(power, slot) && chip_answers(power, slot, openocd_start))
		preflight_find(power->preflight, GRADE_WARN, "board-silent",
			"Try another board; if it stays silent too, look at the slot's USB cable "
			"and its BOOT0 wire.",
			"slot %u: a chip answers on SWD, and nothing comes up on port %s",
			slot->number, slot->usb);
	else
		preflight_find(power->preflight, GRADE_WARN, "board-missing",
			"Put a board in and run preflight again: without one its power cannot be "
			"proven.",
			"slot %u: no board comes up on port %s", slot->number, slot->usb);
}

/* Power is off, and nothing on the bus. */
static void find_fed(const Power *power, const Trial *trial)
{
	const Slot *slot = trial->slot;

	if (trial->came && !by_hub(slot))
		return;
	if (!has_probe(power, slot)) {
		if (trial->came)
			preflight_find(power->preflight, GRADE_WARN, "power-unproven",
				"Switch the port off and look at the board: its lamps must be "
				"dark. "
				"With a debug probe on the slot preflight proves it.",
				"slot %u: its board is off the bus, which hub %s does without "
				"cutting power too",
				slot->number, slot->pins[SIGNAL_POWER].controller->port);
		return;
	}
	if (!chip_answers(power, slot, openocd_try))
		return;
	preflight_find(power->preflight, GRADE_FAIL, "power-not-cut",
		by_hub(slot) ? "Use a hub that switches port power, or let a pin of a controller "
			       "switch the board's power."
			     : "Look at the wire of its power pin, and at what else feeds the "
			       "board.",
		"slot %u: its power is off, and its chip still answers on SWD%s", slot->number,
		by_hub(slot) ? ": its hub only takes it off the bus" : "");
}

static void find_all_well(const Power *power, guint before)
{
	guint proven = 0;

	for (guint i = 0; i < power->trials->len; i++)
		proven += trial_of(power, i)->came;
	if (power->preflight->findings->len == before)
		preflight_find(power->preflight, GRADE_OK, "power", NULL,
			"the power pins of %u slots cut: their boards came and went", proven);
}

static gboolean try_all(const Power *power, GError **error)
{
	guint before = power->preflight->findings->len;

	/* The keeper has switched all off as it started. */
	await_count(power, 0, GONE_MS);
	if (find_stayers(power))
		return TRUE;
	if (!switch_all(power, TRUE, error))
		return FALSE;
	await_count(power, power->trials->len, COME_MS);
	for (guint i = 0; i < power->trials->len; i++)
		if (!trial_of(power, i)->came)
			find_absent(power, trial_of(power, i)->slot);
	if (!switch_all(power, FALSE, error))
		return FALSE;
	await_count(power, 0, GONE_MS);
	find_stayers(power);
	for (guint i = 0; i < power->trials->len; i++)
		if (!trial_of(power, i)->stays)
			find_fed(power, trial_of(power, i));
	find_all_well(power, before);
	return TRUE;
}

static void gather(Power *power)
{
	const GPtrArray *slots = power->preflight->fixture->slots;

	for (guint i = 0; i < slots->len; i++) {
		Trial trial = {.slot = slots->pdata[i]};

		if (wired(trial.slot, SIGNAL_POWER))
			g_array_append_val(power->trials, trial);
		else
			preflight_find(power->preflight, GRADE_WARN, "power-unswitched",
				"Without it a board cannot be restarted, nor the persistence of "
				"its files be proven.",
				"slot %u: the fixture file names nothing that switches its power",
				trial.slot->number);
	}
}

void preflight_power(Preflight *preflight)
{
	g_autoptr(GArray) trials = g_array_new(FALSE, TRUE, sizeof(Trial));
	g_autoptr(GError) error = NULL;
	g_autoptr(KeptPins) kept = NULL;
	Power power = {.preflight = preflight, .trials = trials};

	gather(&power);
	if (!trials->len)
		return;
	kept = power.kept = kept_pins_open(preflight->fixture, &error);
	if (kept && try_all(&power, &error))
		return;
	preflight_find(preflight, GRADE_FAIL, failure_of(error)->word, failure_of(error)->advice,
		"the power pins cannot be tried: %s", error->message);
}

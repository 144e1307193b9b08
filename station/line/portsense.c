#include "line/portsense.h"

#include "line/linepins.h"
#include "link/usb_port.h"

enum {
	START_MS = 100,  /* as in steps/power.c: until a ROM hears a reset */
	RESET_MS = 20,   /* so long */
	AGAIN_MS = 2000, /* with nothing there: perhaps a board has come that needs one */
	STILL_MS = 3000, /* a ROM is on the bus within 0.5 s, also on a bad day */
	GONE_MS = 500,   /* off the port for so long: not a bus that hiccups */
};

#define US(ms) ((ms)*G_GINT64_CONSTANT(1000))

/* A wire that a slot does not have is not needed. */
static gboolean set(PortSense *sense, Pins *pins, Signal signal, gboolean active, GError **error)
{
	Watch watch = {0};

	if (!sense->slot->pins[signal].controller)
		return TRUE;
	line_pins_watch(&watch, pins);
	return pins_set(pins, sense->slot->number, signal, active, &watch, error);
}

void port_sense_begin(PortSense *sense, const Slot *slot, gboolean behind)
{
	*sense = (PortSense){.slot = slot, .behind = behind};
}

static gboolean power_on(PortSense *sense, Pins *pins, gint64 now_us, GError **error)
{
	sense->on = TRUE;
	sense->begun = set(sense, pins, SIGNAL_BOOT0, TRUE, error) &&
		       set(sense, pins, SIGNAL_NRST, FALSE, error) &&
		       set(sense, pins, SIGNAL_POWER, TRUE, error);
	sense->begin_us = now_us;
	sense->reset_us = now_us + US(START_MS);
	return sense->begun;
}

static gboolean reset(PortSense *sense, Pins *pins, gboolean active, gint64 next_us, GError **error)
{
	if (!set(sense, pins, SIGNAL_NRST, active, error))
		return FALSE;
	sense->in_reset = active;
	sense->reset_us = next_us;
	return TRUE;
}

/* TRUE in `*busy`: the port says nothing now. */
static gboolean drive_reset(
	PortSense *sense, Pins *pins, gint64 now_us, gboolean *busy, GError **error)
{
	*busy = TRUE;
	if (!sense->in_reset && now_us >= sense->reset_us && !sense->there)
		return reset(sense, pins, TRUE, now_us + US(RESET_MS), error);
	if (sense->in_reset && now_us >= sense->reset_us)
		return reset(sense, pins, FALSE, now_us + US(AGAIN_MS), error);
	*busy = sense->in_reset || now_us < sense->begin_us + US(START_MS);
	return TRUE;
}

static gboolean look(PortSense *sense, gint64 now_us, CycleEvent *event)
{
	gboolean occupied = usb_port_occupied(sense->slot->usb);
	gboolean came = occupied && !sense->there;

	if (occupied) {
		sense->seen_us = now_us;
		sense->there = TRUE;
		*event = CYCLE_BOARD_IN;
		return came && !sense->behind;
	}
	if (sense->there && now_us - sense->seen_us >= US(GONE_MS)) {
		sense->there = sense->behind = FALSE;
		*event = CYCLE_BOARD_OUT;
		return TRUE;
	}
	if (sense->behind && !sense->there && now_us - sense->begin_us >= US(STILL_MS)) {
		sense->behind = FALSE;
		*event = CYCLE_BOARD_UNFELT;
		return TRUE;
	}
	return FALSE;
}

gboolean port_sense_tick(PortSense *sense, Pins *pins, gint64 now_us, gboolean *happened,
	CycleEvent *event, GError **error)
{
	gboolean busy = TRUE;

	*happened = FALSE;
	if (!sense->slot)
		return TRUE;
	if (!sense->begun)
		return power_on(sense, pins, now_us, error);
	if (!drive_reset(sense, pins, now_us, &busy, error))
		return FALSE;
	*happened = !busy && look(sense, now_us, event);
	return TRUE;
}

gboolean port_sense_end(PortSense *sense, Pins *pins, GError **error)
{
	gboolean safe = !sense->on || (set(sense, pins, SIGNAL_POWER, FALSE, error) &&
					      set(sense, pins, SIGNAL_BOOT0, FALSE, error) &&
					      set(sense, pins, SIGNAL_NRST, FALSE, error));

	if (safe)
		*sense = (PortSense){0};
	return safe;
}

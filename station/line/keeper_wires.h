/*
 * A fixture's wires as the keeper handles them, and one request about them; knows neither controllers
 * nor clients. Slot 0 stands for the fixture as a whole.
 */
#pragma once

#include "line/keeper_turns.h"

typedef struct {
	double milliampere, millivolt;
} KeeperFlow;

typedef struct {
	const Fixture *fixture;
	/* Brings these of a controller's pins, one bit a pin, to these electrical levels, together where it
	 * can. Errors are FAILURE_PINS_LOST. */
	gboolean (*set)(gpointer data, const Controller *controller, guint32 pins, guint32 levels,
		GError **error);
	/* The electrical levels of a controller's inputs, one bit a pin. */
	gboolean (*read)(
		gpointer data, const Controller *controller, guint32 *levels, GError **error);
	/* What a slot's current monitor, which it has, measures now. */
	gboolean (*measure)(gpointer data, const Slot *slot, KeeperFlow *flow, GError **error);
	gpointer data;
} KeeperWires;

/* Brings a wire to its active or inactive level. */
gboolean keeper_set(
	const KeeperWires *wires, guint slot, Signal signal, gboolean active, GError **error);

/* Lights exactly the lamps in `word` ("red+blue", "none"); of those that the slot has. */
gboolean keeper_set_lamps(const KeeperWires *wires, guint slot, const char *word, GError **error);

/* The answer to one request (a line without its newline), newly allocated, with its newline. */
char *keeper_answer(const KeeperWires *wires, const char *request);

/* What this request is to the supply. */
KeeperDraw keeper_draw(const KeeperWires *wires, const char *request);

/* "error pins-lost what was seen\n", newly allocated. */
char *keeper_error_line(const GError *error);

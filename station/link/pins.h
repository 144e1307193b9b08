/*
 * A fixture's wires, as jobs and the controller use them. The chips behind them are shared by slots, so
 * one process, the keeper (line/keeper.h), owns them and does as it is told over a socket:
 *
 *   "set 3 power 1\n"     -> "ok\n"            slot 3 (0: the fixture's own), logical level (1 is active)
 *                            or first "wait slots 1, 2\n": power-ons that the supply has to bear before
 *   "draw 3 erase 4000\n" -> the same: its flash may be erased now, which takes so many ms at most
 *   "done 3 erase\n"      -> "ok\n"            and is at rest again
 *   "lamps 3 red+blue\n"  -> "ok\n"            exactly these are lit, of those that are wired; or "none"
 *   "lamps 3 green present\n" -> "ok\n"      for the board that has been there since its power came, until it goes
 *   "read 3 present\n"    -> "ok 1\n"
 *   "measure 3\n"        -> "ok 112.40 4988.00\n"   mA and mV
 *   "watch\n"             -> "input 3 present 1\n" for each input there is, "ok\n", and from then on one
 *                            such line for each input that changes
 *   any                   -> "error pins-lost what was seen\n"
 */
#pragma once

#include "core/fixture.h"
#include "core/watch.h"

typedef struct Pins Pins;

/* Connects to the keeper at this socket path. */
Pins *pins_connect(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pins_free(Pins *pins);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pins, pins_free)

/* Returns when the wire has its level. Bounded by the watch and, but for a turn that
 * power has to wait for, by 5 s: then FAILURE_PINS_LOST, for good. `slot` 0: the fixture's wire.
 * FAILURE_PINS_MISSING where there is no such wire.
 * When the watch ends it before, the keeper may still do as it was told; whatever is asked next waits for that first. */
gboolean pins_set(Pins *pins, guint slot, Signal signal, gboolean active, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* An answer is owed, to somebody whose watch was over. */
gboolean pins_late(const Pins *pins);
/* Waits until none is. Bounds and errors as pins_set(). */
gboolean pins_settle(Pins *pins, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* No erase is said to last any longer: 16 sectors, each as slow as a recipe may have them. */
#define PINS_ERASE_MAX_MS 960000

/* Returns when the supply bears that this slot's board erases its flash, for so many ms at most; what it
 * waits for others does not count for the watch. And says that it is over. Bounds as pins_set(). */
gboolean pins_erase_begin(Pins *pins, guint slot, guint most_ms, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean pins_erase_end(
	Pins *pins, guint slot, Watch *watch, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the last request had to wait for, and how long in ms: "slots 1, 2"; NULL: nothing. */
const char *pins_waited(const Pins *pins, guint *ms);

/* Whether an input is active now. Bounds and errors as pins_set(). */
gboolean pins_read(Pins *pins, guint slot, Signal signal, gboolean *active, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lights exactly these of the slot's lamps, one bit a lamp: 1u << SIGNAL_LAMP_RED. Lamps that the fixture
 * does not have are passed over. `present`: they tell of the board that has been in the slot since its power came, and go
 * out when the present input goes off, or are not lit at all when it was off since; the inputs have to be watched for
 * that (pins_watch()). */
gboolean pins_lamps(Pins *pins, guint slot, guint lit, gboolean present, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
	double milliampere, millivolt;
} PinsFlow;

/* What the slot's current monitor measures now: FAILURE_PINS_MISSING where it has none, FAILURE_MONITOR_LOST
 * where it does not answer. */
gboolean pins_measure(Pins *pins, guint slot, PinsFlow *flow, Watch *watch,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- what changes ---- */

typedef struct {
	guint slot; /* 0: the fixture's */
	Signal signal;
	gboolean active;
} PinsInput;

/* A connection of its own, for a main loop. The first inputs it tells are all that there are. */
typedef struct PinsWatch PinsWatch;
PinsWatch *pins_watch(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void pins_watch_free(PinsWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PinsWatch, pins_watch_free)

/* Can be read when there is something to tell; for ever once the keeper is gone. */
int pins_watch_fd(const PinsWatch *watch);

/* The next input that has changed, without waiting. FALSE without `error`: none for now. With
 * FAILURE_PINS_LOST there will be none any more. */
gboolean pins_watch_next(PinsWatch *watch, PinsInput *input, GError **error);

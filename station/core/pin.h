/*
 * Wires of a fixture: what each is for (a signal), and where it is (a pin of a controller).
 *
 *   slots:
 *     - slot: 1
 *       power: {controller: pins, pin: A0}               an output: the station drives it
 *       lamps: {red: {controller: more, pin: P00}}       outputs
 *       present: {controller: pins, pin: D0, active: low}   an input: the fixture drives it
 *   lid: {controller: pins, pin: D7}                     of the whole fixture
 */
#pragma once

#include "core/controller.h"

typedef enum {
	/* outputs; safe is inactive, and power goes first */
	SIGNAL_POWER,
	SIGNAL_BOOT0,
	SIGNAL_NRST,
	SIGNAL_LAMP_RED,
	SIGNAL_LAMP_YELLOW,
	SIGNAL_LAMP_GREEN,
	SIGNAL_LAMP_BLUE,
	SIGNAL_BUZZER,
	/* inputs */
	SIGNAL_PRESENT, /* a board lies in the slot */
	SIGNAL_LID,     /* the lid is closed */
	SIGNAL_START,   /* the start button is held */
	SIGNAL_COUNT
} Signal;

const char *signal_word(Signal signal); /* "power", "lamp-red", "lid" ... */
gboolean signal_from_word(const char *word, Signal *signal) G_GNUC_WARN_UNUSED_RESULT;
gboolean signal_is_input(Signal signal);
gboolean signal_of_slot(Signal signal);    /* a slot may have it */
gboolean signal_of_fixture(Signal signal); /* the fixture as a whole may */

/* One wire. `controller` NULL: not wired. */
typedef struct {
	const Controller *controller;
	const char *place; /* as the fixture names it: "A0" */
	guint index;       /* among the controller's pins: controller_pin() */
	gboolean active_low;
} Pin;

/* Its bit, and that bit's level when it is active or not: 0 is low. */
guint32 pin_bit(const Pin *pin);
guint32 pin_level(const Pin *pin, gboolean active);

/* Whether it is active when its controller's pins have these levels, one bit a pin. */
gboolean pin_active(const Pin *pin, guint32 levels);

/* What may stand in a slot's map, and in the fixture's, for its wires: rows for their tables. */
#define PIN_FIELD(key_, help_)                                                                     \
	{                                                                                          \
		key_, FIELD_MAP, .fields = pin_fields, .help = help_                               \
	}
extern const Field pin_fields[], lamp_fields[];

/* The map of a signal's wire in a slot's or the fixture's map; NULL: not wired. */
const Node *signal_node(const Node *map, Signal signal);

/* Reads a checked map. `controllers`: of Controller*. */
void pin_read(Pin *pin, const Node *map, const GPtrArray *controllers);

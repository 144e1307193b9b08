/*
 * Things with pins, and what else hangs on a fixture's wires: by name in its file.
 *
 *   controllers:
 *     pins:  {chip: FT4232H, serial: FLPINS01}               pins A0 to D7 (FT232H: A7, FT2232H: B7)
 *     i2c:   {chip: FT232H, serial: FLI2C01}                 its channel A is an I2C bus for what follows
 *     lamps: {chip: TCA9555, bus: i2c, address: 0x20}        pins P00 to P17
 *     hub:   {chip: hub, port: 1-1}                          pins "1"...: the power of its ports
 *     relay: {chip: command, set: [/usr/local/bin/relay]}    pins "0" to "31": whatever that switches
 */
#pragma once

#include "core/schema.h"

typedef enum {
	CONTROLLER_FTDI,     /* found by its serial, never "the first one" */
	CONTROLLER_EXPANDER, /* on an I2C bus of an FTDI chip */
	CONTROLLER_HUB,
	CONTROLLER_COMMAND,
} ControllerKind;

typedef struct Controller Controller;

/* A chip on an I2C bus. */
typedef struct {
	const Controller *bus; /* the FTDI chip; NULL: there is none */
	guint channel;         /* 0: A */
	guint8 address;        /* 7 bits */
} BusPlace;

struct Controller {
	const char *name; /* as the slots call it */
	const char *chip; /* "FT4232H" ... */
	ControllerKind kind;
	const char *serial; /* FTDI's */
	BusPlace place;     /* an expander's */
	const char *port;   /* a hub's port path */
	char **set, **get;  /* a command's argument lists; `get` NULL: it cannot be asked */
};

#define PINS_MOST 32 /* of a controller */

extern const Field controller_fields[];

/* From checked maps. The bus of an expander is found among `controllers`. */
Controller *controller_read(const Node *map);
void controller_free(gpointer controller);
void controller_find_bus(Controller *controller, const Node *map, const GPtrArray *controllers);
const Controller *controller_find(const GPtrArray *controllers, const char *name);

/* Which of its pins this text names, below PINS_MOST: A0 is 0, B0 8; P10 8; "3" 3. FALSE: none. */
gboolean controller_pin(
	const char *chip, const char *place, guint *index) G_GNUC_WARN_UNUSED_RESULT;

/* How many channels of an FTDI chip, from A on, have the serial engine that makes an I2C bus; 0: it is none. */
guint controller_engines(const char *chip);

/* ---- what measures a slot's supply ---- */

typedef struct {
	BusPlace place;
	gboolean ina226; /* or an INA219 */
	guint shunt_mohm;
} Monitor;

extern const Field monitor_fields[];
void monitor_read(Monitor *monitor, const Node *map, const GPtrArray *controllers);

/* Mistakes in a fixture's controllers, its wires and its current monitors that need more than one key to be seen. */
#pragma once

#include "core/schema.h"

/* What is there already, as a text -> the line of the first: "pin A0 of pins1". */
typedef GHashTable Claims;
void claims_take(Claims *claims, Place place, const char *thing, Problems *problems);

/* All of 'controllers', a map or NULL. */
void controllers_check(Claims *claims, const Node *controllers, Problems *problems);
/* A chip on an I2C bus: its bus is there, and its address free. */
void bus_check(Claims *claims, const Node *controllers, const Node *chip, Problems *problems);
/* A wire. `input`: the fixture drives it. `power`: it switches a board's supply. */
void pin_check(Claims *claims, const Node *controllers, const Node *pin, gboolean input,
	gboolean power, Problems *problems);

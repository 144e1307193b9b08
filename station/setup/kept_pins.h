/*
 * A fixture's pins outside a run: a keeper of our own, which makes every slot safe now, and again when we
 * let go of it or die.
 */
#pragma once

#include "line/keeper_child.h"
#include "link/pins.h"

typedef struct {
	Rundir rundir; /* of its fields, what a keeper needs */
	KeeperChild *keeper;
	Pins *pins; /* NULL once the keeper has gone */
} KeptPins;

/* FAILURE_PINS_MISSING and the like. */
KeptPins *kept_pins_open(const Fixture *fixture, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void kept_pins_close(KeptPins *kept); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeptPins, kept_pins_close)

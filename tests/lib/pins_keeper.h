/* A keeper of pins with wires that only remember, in a thread, and two controllers, one of which may be unplugged. */
#pragma once

#include "core/fixture.h"
#include "line/keeper_server.h"
#include "link/pins.h"

typedef struct {
	char *dir, *socket;
	Fixture *fixture;
	GString *seen;      /* "A0=1 C0=0 " */
	gboolean unplugged; /* the second controller */
	guint32 levels;     /* of inputs */
	KeeperWires wires;
	int listener, lifeline[2], stop[2];
	GThread *thread;
	GMutex lock;
	Watch watch;
} PinsKeeper;

void pins_keeper_make(PinsKeeper *keeper);
/* It ends when its lifeline does. */
void pins_keeper_clear(PinsKeeper *keeper);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PinsKeeper, pins_keeper_clear)

/* Its thread, for those who have ended it and begin another. */
gpointer pins_keeper_serve(gpointer data);

Pins *pins_keeper_connect(const PinsKeeper *keeper);
/* What the wires were told so far, as seen_pins() says it. */
void pins_keeper_seen(PinsKeeper *keeper, const char *expected);
void pins_keeper_set(PinsKeeper *keeper, Pins *pins, guint slot, Signal signal, gboolean active);

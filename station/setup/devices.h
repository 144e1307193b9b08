/*
 * Everything found on the bus beside what a fixture says: `flashline devices`.
 */
#pragma once

#include "setup/thing.h"
#include <jansson.h>

typedef struct {
	const Fixture *fixture; /* may be NULL: nothing is claimed then */
	GPtrArray *list;        /* of UsbEntry*: usb_list() */
	GPtrArray *mounts;      /* of UsbMount* */
	GPtrArray *warnings;    /* of char* */
} Devices;

/* Takes the list over. */
Devices *devices_new(const Fixture *fixture, GPtrArray *list);
void devices_free(Devices *devices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Devices, devices_free)

/* How many things of this kind have this serial; the last one goes into *found (may be NULL). */
guint devices_count(
	const GPtrArray *list, ThingKind kind, const char *serial, const UsbEntry **found);
/* The board on a slot's port, or its twin; NULL: none. */
const UsbEntry *devices_board(const GPtrArray *list, const char *port);

/* A tree by port path, then the warnings. Newly allocated. */
char *devices_text(const Devices *devices);
/*
 *   {"devices": [{"port", "kind", "what", "id", "serial", "mbit", "slot", "role", "mounted"}],
 *    "warnings": ["..."]}       role: "board", "probe" or "controller", of that slot; or null
 */
json_t *devices_json(const Devices *devices);

/*
 * The hubs between the station and a slot, from a run's beginning to its end.
 *
 * A hub that resets (a brown-out, a shaken plug, a port that draws too much) takes all that hangs on it off the bus, and
 * every board there looks dead. Linux gives a device that comes back another number, which tells:
 *
 *   begin      1-1: 7     2-1: 9         hubs on the way to the slot's port, and to its probe's
 *   failure    1-1: 31    2-1: 9    ->   hub-lost: "hub 1-1 left the bus and came back (device 7, now 31)"
 *
 * Root hubs are part of the host, and are not looked at. Nothing is opened: the numbers stand in sysfs.
 */
#pragma once

#include "steps/job.h"

typedef struct HubLook HubLook;

/* The slot must outlive it. */
HubLook *hub_look_new(const Slot *slot);
void hub_look_free(HubLook *look); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HubLook, hub_look_free)

/* What has become of a hub since, for people, newly allocated; NULL: all are as they were. Where something of the
 * slot is off the bus it waits up to 300 ms, for the kernel takes a hub away after what hung on it. */
char *hub_look_change(const HubLook *look);

/* A step's failure that a hub explains becomes FAILURE_HUB_LOST, its message stays part of the new one; TRUE then.
 * What the operator did, or files and records say, stays as it is. */
gboolean hub_look_explain(const HubLook *look, GError **failure);

/*
 * The keeper as its controller has it: a child that is started, awaited, and told to end by closing
 * its lifeline. See keeper.h for what it does.
 */
#pragma once

#include "line/child.h"
#include "line/rundir.h"

typedef struct KeeperChild KeeperChild;

/* It ended by itself: nobody can set a pin any more. Not called from keeper_child_end(). */
typedef void (*KeeperGone)(gpointer data);

/* Starts it and waits until it serves at rundir->keeper, for 10 s at most; every wire is safe then. NULL with
 * FAILURE_PINS_MISSING and the like. */
KeeperChild *keeper_child_start(const Rundir *rundir, KeeperGone gone, gpointer data,
	GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Waits, for so long at most, while it makes every slot safe and ends; then frees it. NULL is fine. */
void keeper_child_end(KeeperChild *keeper, guint ms);

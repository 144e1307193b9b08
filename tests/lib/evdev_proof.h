/*
 * An event device against programs that ask anything, and what must hold whatever they ask: an answer stays within what
 * was asked for, a refusal answers nothing, at most one has grabbed it and is told of, what is unplugged is gone for all.
 * Also for libFuzzer.
 */
#pragma once

#include <glib.h>

/* Nine bytes a turn: what is done, and an ioctl's number and argument in the machine's order. */
void evdev_proof(const guint8 *data, gsize size);

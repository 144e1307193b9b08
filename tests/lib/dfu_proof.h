/*
 * Both DFU engines against a device that is nothing but bytes, and what must hold whatever they are: each
 * call ends within its bound, succeeds or says why, and nothing goes to the device that may not. Also for
 * libFuzzer.
 */
#pragma once

#include "link/dfuse.h"

/* The bytes choose what is done with the device, and then all of its answers. */
void dfu_proof(const guint8 *data, gsize size);

/* The memory map of an alternate setting's name. TRUE: it is one, and keeps its promises. */
gboolean dfuse_map_proof(const char *text);

/*
 * The I2C engine and the chips on it against a bus that is nothing but bytes, and what must hold whatever they
 * are: each call ends, succeeds or says why; no wire is ever driven high; both are let go at the end. Also for
 * libFuzzer.
 */
#pragma once

#include <glib.h>

/* The first byte chooses what is done; the rest are the engine's answers, one after the other. */
void i2c_proof(const guint8 *data, gsize size);

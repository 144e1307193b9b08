/*
 * I2C by the serial engine of FTDI's chips (AN_108), open drain: a wire is pulled down by driving its pin
 * low, and let go by making the pin an input. Nobody ever drives a wire high, so that a chip may hold SCL
 * (clock stretching) and SDA.
 *
 *   pin 0 ------- SCL      each bit:   SDA as it has to be, SCL let go, both read, SCL down
 *   pin 1 --+---- SDA
 *   pin 2 --'              1 and 2 together, as FTDI wires it (AN_255)
 *
 * What the engine is told and what it answers are bytes: it is tested and fuzzed without a chip.
 */
#pragma once

#include "link/i2c.h"

typedef struct {
	/* Sends a program and takes exactly so many bytes of answer. */
	gboolean (*exchange)(gpointer data, const guint8 *program, gsize length, guint8 *answer,
		gsize answer_length, GError **error);
	gpointer data;
	const char *name; /* for messages: "controller FLI2C01 channel A" */
} MpsseWire;

/* One exchange asks for no more: a packet holds 62 at full speed (AN_120). */
#define MPSSE_ANSWER_MOST 60

/* Finds the engine (it echoes a command that it cannot know), lets go of both wires and frees the bus: a chip
 * that was interrupted in a byte may hold SDA until it has seen up to nine clocks (NXP UM10204 section 3.1.16). */
gboolean mpsse_begin(const MpsseWire *wire, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As I2cOps.transfer. */
gboolean mpsse_transfer(const MpsseWire *wire, guint8 address, const guint8 *out, gsize out_length,
	guint8 *in, gsize in_length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

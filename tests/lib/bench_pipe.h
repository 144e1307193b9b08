/*
 * A pipe of the station's engines that ends in a virtual board, with nothing between them but the virtual bus: so
 * the engine is judged by the model, which programs of others judge.
 */
#pragma once

#include "lib/bench.h"
#include "link/usb.h"

typedef struct {
	UsbPipe pipe;
	Bench bench;
	guint transfers; /* control and bulk, so far */
} BenchPipe;

/* Fills in the pipe; the bench is opened by itself. */
void bench_pipe_init(BenchPipe *usb);
/* The configuration descriptor of the device that is there. */
const guint8 *bench_pipe_configuration(BenchPipe *usb, gsize *length);

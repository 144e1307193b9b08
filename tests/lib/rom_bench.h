/*
 * The station's DfuSe engine on the model of ST's ROM bootloader, with nothing between them but the
 * virtual bus: the model is judged by dfu-util (run_peers_rom.sh), the engine by the model.
 */
#pragma once

#include "lib/bench_pipe.h"
#include "link/dfuse.h"

typedef struct {
	BenchPipe usb;
	BoardConfig config;
	Watch watch;
	Dfuse dfuse;
} RomBench;

/* A board in its ROM of this version, and an engine on it that may wait a minute. Flash is full of 0x5A.
 * `faults` may be NULL; `time` as for a world. Free with rom_bench_free(). */
RomBench *rom_bench_new(double time, guint8 version, const BootFaults *faults);
void rom_bench_free(RomBench *rom);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RomBench, rom_bench_free)
